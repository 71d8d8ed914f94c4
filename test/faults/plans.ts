// Which faults a run meets: none, one at a chosen call, or some by chance.
import type { Dice } from "./dice.ts";
import type { FaultKind, FaultPlan } from "./seam.ts";

export const none: FaultPlan = () => undefined;

/** One fault at one call, if the run comes to it and the call can meet it. */
export function single(nth: number, fault: FaultKind): FaultPlan {
  return (call) => (call.nth === nth && call.faults.includes(fault) ? fault : undefined);
}

/** As many as it takes: after so many faults everything works again, so that there is an end to it. */
const MOST = 12;

export function byChance(dice: Dice, rate: number): FaultPlan {
  let struck = 0;
  return ({ faults }) => {
    if (struck >= MOST || dice.next() >= rate) return undefined;
    struck += 1;
    return faults[dice.below(faults.length)];
  };
}
