// One round: a world of its own, runs side by side in it, and processes that are killed until the last run has ended. Then it is held against the promises.
import { mkdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { later } from "../../../src/approvals/later.ts";
import type { Run } from "../../../src/runs/run.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { chanceOf } from "./chance.ts";
import { type Findings, findingsOf, SOON_MS } from "./findings.ts";
import { type Kill, startKiller } from "./killer.ts";
import { startPeople } from "./people.ts";
import { startWorld, type World } from "./world.ts";

export interface RoundOptions {
  readonly seed: string;
  readonly runs: number;
  /** Empty or not there yet. */
  readonly dataDir: string;
  readonly cacheDir: string;
  /** How much faster time goes in the processes. */
  readonly factor: number;
  /** A killed queue loses its jobs, which SQS never does. */
  readonly isForgetful: boolean;
}

export interface Round extends Findings {
  readonly kills: readonly Kill[];
  readonly ms: number;
}

/** So long the runs may take, each of them and all together. */
const ENDED_WITHIN_MS = 240_000;
/** So long it may take after the last run has ended until nothing is left to do. */
const REST_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

export async function playRound(options: RoundOptions): Promise<Round> {
  const { seed, runs, dataDir, cacheDir, factor, isForgetful } = options;
  const began = performance.now();
  await mkdir(dataDir, { recursive: true });
  const pace = { factor, from: Date.now() };
  const world = await startWorld({
    ...{ dataDir, cacheDir, pace, isForgetful },
    chance: chanceOf(`${seed}/ports`),
  });
  try {
    const people = startPeople({ slackUrl: world.slackUrl, seed, runs });
    const killer = startKiller(world.fleet, { chance: chanceOf(`${seed}/killer`), runs });
    const haveEnded = await within(ENDED_WITHIN_MS, async () => {
      await people.asked;
      return (await world.runs()).every(hasEnded);
    });
    const kills = await killer.stop();
    await people.stop();
    await within(REST_WITHIN_MS, () => isQuiet(world));
    const noted = await foldNoted(world);
    const isAtRest = await within(REST_WITHIN_MS, () => isQuiet(world));
    const findings = await findingsOf(world, {
      ...{ ...people.acknowledged, seed, wanted: runs, noted },
      ...{ haveEnded, isAtRest },
    });
    return { ...findings, kills, ms: Math.round(performance.now() - began) };
  } finally {
    await world.stop();
  }
}

function hasEnded({ status }: Run): boolean {
  return status.kind === "done" || status.kind === "cancelled";
}

/** Nothing is to be done, and nothing will be, until runs that have ended are retired an hour later. */
async function isQuiet({ stores, jobs, now }: World): Promise<boolean> {
  const due = await stores.records.due(SEED.teamId, later(now(), SOON_MS));
  return due.length === 0 && (await jobs()) === 0;
}

/**
 * A click that did not count is noted first, and a worker is woken for it then; whoever is killed in between leaves it to whoever looks at the run next, an
 * hour after its end at the latest. That look is had now. How many runs needed it.
 */
async function foldNoted({ runs, stores, wake }: World): Promise<number> {
  let noted = 0;
  for (const run of await runs()) {
    if ((await stores.records.thread(run)).noted.length === 0) continue;
    noted += 1;
    await wake(run);
  }
  return noted;
}

/** Whether it came true in time. A server that is dead just then does not count. */
async function within(ms: number, look: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (performance.now() < deadline) {
    const late = pause(Math.max(1, deadline - performance.now()), false, { ref: false });
    if (await Promise.race([look().catch(() => false), late])) return true;
    await pause(LOOK_EVERY_MS);
  }
  return false;
}
