// Kills processes at moments that a seed decides. What they are doing then is up to the machine: the same seed kills the same ones after the same waits, and
// still strikes elsewhere.
import { setTimeout as pause } from "node:timers/promises";
import type { Chance } from "./chance.ts";
import type { Fleet } from "./fleet.ts";
import { type MemberName, PRODUCT, SERVERS } from "./world.ts";

export interface Kill {
  /** Real milliseconds since the killer set out. */
  readonly afterMs: number;
  readonly names: readonly MemberName[];
}

const WEIGHTS = {
  "worker 1": 22,
  "worker 2": 22,
  "slack handler": 12,
  sweeper: 4,
  "dead-letter": 3,
  dynamo: 9,
  queue: 8,
  slack: 9,
  ops: 6,
  workers: 3,
  product: 1,
  everything: 1,
} as const;

const SEVERAL: Readonly<Record<string, readonly MemberName[]>> = {
  workers: ["worker 1", "worker 2"],
  product: PRODUCT,
  everything: [...SERVERS, ...PRODUCT],
};

/** On a machine that has much else to do, starting takes long: where hardly anybody is alive, nothing is proved by killing. */
const MOST_STARTING = 2;
const LOOK_EVERY_MS = 50;
const WAIT_MS = { low: 50, high: 700 };

/** After that many strikes for each run it becomes seldom: on a slow machine there would be no end of it. */
const STRIKES_FOR_EACH = 3;
const SELDOM_MS = 5_000;

interface KillerOptions {
  readonly chance: Chance;
  readonly runs: number;
}

export function startKiller(
  fleet: Fleet,
  { chance, runs }: KillerOptions,
): { stop(): Promise<readonly Kill[]> } {
  const kills: Kill[] = [];
  const stopping = new AbortController();
  const began = performance.now();

  async function waited(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  async function killing(): Promise<void> {
    for (;;) {
      const isSeldom = kills.length >= runs * STRIKES_FOR_EACH;
      await waited(chance.between(WAIT_MS.low, WAIT_MS.high) + (isSeldom ? SELDOM_MS : 0));
      while (fleet.starting() > MOST_STARTING && !stopping.signal.aborted) await waited(LOOK_EVERY_MS);
      if (stopping.signal.aborted) return;
      const drawn = chance.weighted(WEIGHTS);
      const names = (SEVERAL[drawn] ?? [drawn as MemberName]).filter((name) => fleet.kill(name));
      if (names.length > 0) kills.push({ afterMs: Math.round(performance.now() - began), names });
    }
  }

  const done = killing();
  return {
    async stop(): Promise<readonly Kill[]> {
      stopping.abort();
      await done;
      return kills;
    },
  };
}
