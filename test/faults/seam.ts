// The one seam between the product and the world: each external call waits here for its turn, and here it meets its fault.
import type { Scheduler } from "./scheduler.ts";

export type Service = "dynamodb" | "slack" | "queue" | "target" | "directory" | "model";

/** What can go wrong at a call. */
export type FaultKind =
  /** The process dies, and the call is never made. */
  | "crash before"
  /** The call is made; the process dies before it hears of it. */
  | "crash after"
  /** It is certain that nothing was done: throttled, refused, or not reached. */
  | "fails"
  /** It was done, and nobody says so. */
  | "loses the answer"
  /** It was done, nobody says so, and the client makes it again by itself. */
  | "is repeated"
  /** The process sleeps before the call for longer than its lease lasts, wakes up and makes it. */
  | "freezes"
  /** An index answers as of before. */
  | "is outdated"
  /** A message is delivered twice. */
  | "comes twice"
  /** A message is delivered later, behind others. */
  | "comes late"
  /** A message is there, and Slack's history does not show it for a while. */
  | "is hidden";

export interface Described {
  readonly service: Service;
  /** As the service names it. */
  readonly name: string;
  /** What it is about, for people. */
  readonly on: string;
  readonly faults: readonly FaultKind[];
}

export interface Call extends Described {
  readonly process: string;
  /** Counted from 1, over all processes. */
  readonly nth: number;
}

/** Which fault, if any, a call meets; asked once for each call, in order. */
export type FaultPlan = (call: Call) => FaultKind | undefined;

/** Faults that a service itself acts out; the others are the seam's. */
export type ServiceFault = Exclude<FaultKind, "crash before" | "crash after" | "freezes">;

/** Something that runs the product's code and can die. */
export interface Process {
  readonly name: string;
  isDead: boolean;
}

export interface Struck {
  readonly call: Call;
  readonly fault: FaultKind;
}

export interface Seam {
  /** Never resolves for a process that has died. */
  call<T>(
    process: Process,
    described: Described,
    enact: (fault: ServiceFault | undefined, call: Call) => Promise<T> | T,
  ): Promise<T>;
  readonly calls: readonly Call[];
  readonly struck: readonly Struck[];
}

/** Longer than any lease and any claim. */
const FROZEN_MS = 90_000;

/** A new one each time: one for all would keep whatever ever waited for it. */
function forever(): Promise<never> {
  return new Promise(() => undefined);
}

export function createSeam(scheduler: Scheduler, plan: FaultPlan): Seam {
  const calls: Call[] = [];
  const struck: Struck[] = [];
  return {
    calls,
    struck,
    async call<T>(
      process: Process,
      described: Described,
      enact: (fault: ServiceFault | undefined, call: Call) => Promise<T> | T,
    ): Promise<T> {
      if (process.isDead) return forever();
      await scheduler.turn(process, scheduler.nowMs());
      const call: Call = { ...described, process: process.name, nth: calls.length + 1 };
      calls.push(call);
      const fault = plan(call);
      if (fault !== undefined) struck.push({ call, fault });
      scheduler.note(process, `${described.service} ${described.name} ${described.on}`, fault);
      if (fault === "crash after") await Promise.resolve(enact(undefined, call)).catch(() => undefined);
      if (fault === "crash before" || fault === "crash after") {
        process.isDead = true;
        return forever();
      }
      if (fault !== "freezes") return enact(fault, call);
      await scheduler.turn(process, scheduler.nowMs() + FROZEN_MS);
      return enact(undefined, call);
    },
  };
}
