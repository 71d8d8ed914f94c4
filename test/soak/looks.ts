// What people look at while everything goes on, with how long it took and what it cost: the App Home, the lists, what waits over REST.
import { setTimeout as pause } from "node:timers/promises";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Crew } from "./deciders.ts";

export interface Looks {
  /** Milliseconds, by what was looked at. */
  readonly took: Readonly<Record<string, readonly number[]>>;
  run(over: AbortSignal): Promise<void>;
}

const EVERY_MS = 3_000;

export function createLooks(crew: Crew): Looks {
  const took: Record<string, number[]> = {};
  const ways: readonly (readonly [name: string, look: () => Promise<unknown>])[] = [
    ["home", () => crew.ana.home()],
    ["pending", () => crew.ana.say(SEED.channels.deploys, "/countersign pending")],
    ["status", () => crew.rita.say(SEED.channels.deploys, "/countersign status")],
  ];
  return {
    took,
    async run(over): Promise<void> {
      for (let turn = 0; !over.aborted; turn++) {
        const [name, look] = ways[turn % ways.length] ?? ["", () => Promise.resolve()];
        const began = performance.now();
        await look().catch(() => undefined);
        (took[name] ??= []).push(performance.now() - began);
        await pause(EVERY_MS, undefined, { signal: over }).catch(() => undefined);
      }
    },
  };
}
