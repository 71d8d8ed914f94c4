// A campaign in words.
import type { Campaign } from "./campaign.ts";

export function summaryOf({
  seed,
  runs,
  effects,
  replays,
  deleted,
  failures,
  kills,
  ms,
  ...rest
}: Campaign): string {
  const killed = Object.entries(kills).toSorted(([, one], [, other]) => other - one);
  const all = killed.reduce((sum, [, times]) => sum + times, 0);
  return [
    `Seed ${seed}: ${runs} runs in ${Math.round(ms / 1_000)} s, ${rest.violations.length} violations.`,
    `Killed ${all} processes: ${killed.map(([name, times]) => `${name} ${times}`).join(", ")}.`,
    `${effects} effects, asked for again ${replays} times; ${failures} failures that were retried; ${deleted} copies of messages that were deleted.`,
    ...(rest.dataDir === undefined ? [] : [`What the processes left behind: ${rest.dataDir}`]),
  ].join("\n");
}

/** The seed, what was killed when, and all that is known of the run. */
export function wordsFor({ what, round, kills, evidence }: Campaign["violations"][number]): string {
  const strikes = kills.map(({ afterMs, names }) => `${afterMs} ms ${names.join(" + ")}`);
  return [
    `VIOLATION in round ${round}: ${what}`,
    `Killed: ${strikes.join(", ")}`,
    ...(evidence === undefined ? [] : [JSON.stringify(evidence, undefined, 2)]),
  ].join("\n");
}
