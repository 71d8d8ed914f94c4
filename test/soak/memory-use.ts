// What memory the processes have, over time: the slope of each over the second half of what was seen of it.
import * as z from "zod";
import { slope } from "./numbers.ts";

const Said = z.object({
  kind: z.literal("memory"),
  ...{ pid: z.number(), rss: z.number(), heapUsed: z.number(), heapTotal: z.number(), external: z.number() },
});

interface Sample {
  readonly hours: number;
  readonly rss: number;
  readonly heap: number;
  /** What V8 has taken for its heap, used or not. */
  readonly heapTotal: number;
  /** Buffers, and what else lies beside the heap. */
  readonly external: number;
}

export interface MemoryUse {
  readonly name: string;
  /** How long the process was watched that lived longest. */
  readonly minutes: number;
  /** In MB, at last. */
  readonly rss: number;
  readonly heap: number;
  readonly heapTotal: number;
  readonly external: number;
  /** In MB each hour, over the second half. */
  readonly rssSlope: number;
  readonly heapSlope: number;
  readonly heapTotalSlope: number;
  readonly externalSlope: number;
}

export interface MemoryBook {
  hear(name: string, said: unknown): void;
  use(): readonly MemoryUse[];
}

const MB = 1_048_576;

export function createMemoryBook(nowMs: () => number = () => performance.now()): MemoryBook {
  const began = nowMs();
  /** By name and process. */
  const seen = new Map<string, Map<number, Sample[]>>();
  return {
    hear(name, said): void {
      const { success, data } = Said.safeParse(said);
      if (!success) return;
      const hours = (nowMs() - began) / 3_600_000;
      const ofName = seen.get(name) ?? new Map<number, Sample[]>();
      seen.set(name, ofName);
      const samples = ofName.get(data.pid) ?? [];
      ofName.set(data.pid, samples);
      samples.push({
        ...{ hours, rss: data.rss / MB, heap: data.heapUsed / MB },
        ...{ heapTotal: data.heapTotal / MB, external: data.external / MB },
      });
    },
    use: () => [...seen].map(([name, processes]) => useOf(name, longest([...processes.values()]))),
  };
}

function longest(all: readonly (readonly Sample[])[]): readonly Sample[] {
  return all.reduce((most, one) => (one.length > most.length ? one : most), []);
}

const NOTHING: Sample = { hours: 0, rss: 0, heap: 0, heapTotal: 0, external: 0 };

function useOf(name: string, samples: readonly Sample[]): MemoryUse {
  const half = samples.slice(Math.floor(samples.length / 2));
  const [first = NOTHING, last = NOTHING] = [samples[0], samples.at(-1)];
  const { hours, ...atLast } = last;
  const slopeOf = (what: keyof typeof atLast): number =>
    slope(half.map((sample) => [sample.hours, sample[what]]));
  return {
    ...{ name, minutes: (hours - first.hours) * 60, ...atLast },
    ...{ rssSlope: slopeOf("rss"), heapSlope: slopeOf("heap") },
    ...{ heapTotalSlope: slopeOf("heapTotal"), externalSlope: slopeOf("external") },
  };
}
