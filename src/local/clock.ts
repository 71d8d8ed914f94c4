// The time that everything on this machine goes by: the machine's own, moved ahead when a test or a demo wants to see later.
import * as z from "zod";
import type { Store } from "./slack/store.ts";

export interface LocalClock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** The same in ISO 8601. */
  readonly now: () => string;
  readonly aheadSeconds: () => number;
  /** Only forward: what has been promised for a time must not become earlier than it was. */
  readonly advance: (seconds: number) => void;
}

const KIND = "ahead";
const Ahead = z.object({ seconds: z.number() });

/** With a store it is as far ahead after a restart as before: leases and deadlines were written by it. */
export function createClock(base: () => number, store?: Store): LocalClock {
  const kept = store?.read(KIND)[0];
  let ahead = kept === undefined ? 0 : Ahead.parse(JSON.parse(kept.json)).seconds;
  const nowMs = (): number => base() + ahead * 1_000;
  return {
    nowMs,
    now: () => new Date(nowMs()).toISOString(),
    aheadSeconds: () => ahead,
    advance: (seconds) => {
      ahead += seconds;
      store?.write(KIND, KIND, JSON.stringify({ seconds: ahead }));
    },
  };
}
