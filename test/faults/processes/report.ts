// A campaign in words.
import type { Campaign } from "./campaign.ts";

export function summaryOf(campaign: Campaign): string {
  const { seed, runs, effects, replays, deleted, failures, noted, kills, ms, violations, dataDir } = campaign;
  const killed = Object.entries(kills).toSorted(([, one], [, other]) => other - one);
  const all = killed.reduce((sum, [, times]) => sum + times, 0);
  return [
    `Seed ${seed}: ${runs} runs in ${Math.round(ms / 1_000)} s, ${violations.length} violations.`,
    `Killed ${all} processes: ${killed.map(([name, times]) => `${name} ${times}`).join(", ")}.`,
    `${effects} effects, asked for again ${replays} times; ${failures} failures that were retried; ${deleted} copies of messages that were deleted; ${noted} runs whose history was told of a click later.`,
    ...(dataDir === undefined ? [] : [`What the processes left behind: ${dataDir}`]),
  ].join("\n");
}

/** Where more runs than this have the same trouble, the others hardly tell anything new. */
const TOLD_IN_FULL = 3;

/** By round: what broke, what was killed when, and all that is known of the first runs. Empty when nothing broke. */
export function troubleIn({ violations }: Campaign): string {
  const rounds = Map.groupBy(violations, ({ round }) => round);
  return [...rounds].map(([round, found]) => troubleOf(round, found)).join("\n\n");
}

function troubleOf(round: string, found: Campaign["violations"]): string {
  const strikes = (found[0]?.kills ?? []).map(({ afterMs, names }) => `${afterMs} ms ${names.join(" + ")}`);
  const known = new Set(found.flatMap(({ evidence }) => evidence ?? []));
  return [
    `Round ${round}:`,
    ...found.map(({ what }) => `VIOLATION ${what}`),
    `Killed: ${strikes.join(", ")}`,
    ...[...known].slice(0, TOLD_IN_FULL).map((evidence) => JSON.stringify(evidence, undefined, 2)),
  ].join("\n");
}
