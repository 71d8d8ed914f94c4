// The time that everything on this machine goes by: the machine's own, moved ahead when a test or a demo wants to see later.
import * as z from "zod";

export interface LocalClock {
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** The same in ISO 8601. */
  readonly now: () => string;
  readonly aheadSeconds: () => number;
  /** Only forward: what has been promised for a time must not become earlier than it was. */
  readonly advance: (seconds: number) => void;
}

/** Where it is written down how far ahead the clock is. */
export interface ClockMemory {
  read(kind: string): readonly { readonly json: string }[];
  write(kind: string, id: string, json: string): void;
}

const KIND = "ahead";
const Ahead = z.object({ seconds: z.number() });

/** With a memory it is as far ahead after a restart as before: leases and deadlines were written by it. */
export function createClock(base: () => number, memory?: ClockMemory): LocalClock {
  const kept = memory?.read(KIND)[0];
  let ahead = kept === undefined ? 0 : Ahead.parse(JSON.parse(kept.json)).seconds;
  const nowMs = (): number => base() + ahead * 1_000;
  return {
    nowMs,
    now: () => new Date(nowMs()).toISOString(),
    aheadSeconds: () => ahead,
    advance: (seconds) => {
      ahead += seconds;
      memory?.write(KIND, KIND, JSON.stringify({ seconds: ahead }));
    },
  };
}
