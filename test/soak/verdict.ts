// Whether a soak has passed: what was lost or done twice, what its processes have grown by, and whether anything has gone wrong at all.
import type { Judged } from "./collected.ts";
import type { MemoryUse } from "./memory-use.ts";
import { sum } from "./numbers.ts";

/** In MB each hour of what is left after the garbage is collected. */
const MOST_HEAP_SLOPE = 15;
/** Over a shorter time a slope says nothing, and not everything has had its turn. */
const LONG_MINUTES = 10;

export interface Ended {
  readonly findings: Judged["findings"];
  readonly isAtRest: boolean;
  /** How often each status was answered. */
  readonly answers: Readonly<Record<string, number>>;
  readonly memory: readonly MemoryUse[];
  /** Processes that ended by themselves. */
  readonly fallen: readonly string[];
  readonly minutes: number;
  readonly isCalm: boolean | undefined;
  /** How often each kind of trouble was made. */
  readonly trouble: Readonly<Record<string, number>>;
}

/** Nothing, if it has passed. */
export function reasonsAgainst(ended: Ended): readonly string[] {
  const { findings, isAtRest, answers, fallen } = ended;
  // 503 says that a store did not answer in time, as happens on a busy machine, and to try again; a program does.
  const bad = Object.entries(answers).filter(([status]) => /^5/.test(status) && status !== "503");
  return [
    ...findings.map(({ run, kind, what }) => `${kind}: ${run}: ${what}`),
    ...(isAtRest ? [] : ["It has not come to rest."]),
    ...bad.map(([status, times]) => `${times} answers were ${status}.`),
    ...grown(ended),
    ...untroubled(ended),
    ...fallen,
  ];
}

function grown({ memory }: Ended): readonly string[] {
  return memory
    .filter((one) => isProduct(one) && one.minutes >= LONG_MINUTES && one.heapSlope > MOST_HEAP_SLOPE)
    .map(({ name, heapSlope }) => `The memory of ${name} grows by ${heapSlope.toFixed(1)} MB an hour.`);
}

/** What was never tried has not passed. */
function untroubled({ isCalm, minutes, trouble }: Ended): readonly string[] {
  if (isCalm === true || minutes < LONG_MINUTES) return [];
  const never = Object.entries(trouble).filter(([, times]) => times === 0);
  return never.map(([kind]) => `There was none of this: ${kind}.`);
}

const SERVERS = ["slack", "model", "ops", "queue"];

/** What stands in for the world keeps what it was told, for people to look at. */
function isProduct({ name }: MemoryUse): boolean {
  return !SERVERS.includes(name);
}

/** Of many kinds together. */
export function together(counts: Readonly<Record<string, number>>): number {
  return sum(Object.values(counts));
}
