// What a soak does not pass with, and how growth is told.
import { expect, test } from "vitest";
import { growthTable } from "./growth.ts";
import { createMemoryBook, type MemoryUse } from "./memory-use.ts";
import { type Ended, reasonsAgainst } from "./verdict.ts";

const MB = 1_048_576;

/** What the book has of a process that is asked twice a minute for half an hour; `each` is what its heap grows by in a minute. */
function usedBy(name: string, each: number): MemoryUse {
  let now = 0;
  const book = createMemoryBook(() => now);
  for (let half = 0; half <= 60; half++, now += 30_000) {
    const heapUsed = (30 + (half / 2) * each) * MB;
    const others = { rss: 200 * MB, heapTotal: 60 * MB, external: 5 * MB };
    book.hear(name, { kind: "memory", pid: 7, heapUsed, ...others });
  }
  const [use] = book.use();
  if (use === undefined) throw new Error("It was heard.");
  return use;
}

const WELL: Ended = {
  ...{ findings: [], isAtRest: true, answers: { "200": 900, "503": 2 }, fallen: [] },
  ...{ memory: [usedBy("worker 1", 0.05)], minutes: 30, isCalm: false },
  trouble: { "killed processes": 60, "faults of Slack": 400 },
};

test("a soak in which nothing was wrong has passed", () => {
  expect(reasonsAgainst(WELL)).toEqual([]);
});

test.each<[what: string, ended: Partial<Ended>, says: string]>([
  [
    "something is lost",
    { findings: [{ run: "r-1", kind: "lost", what: "It is waiting." }] },
    "lost: r-1: It is waiting.",
  ],
  ["it does not end", { isAtRest: false }, "It has not come to rest."],
  ["somebody is answered badly", { answers: { "200": 9, "500": 1 } }, "1 answers were 500."],
  [
    "a worker's heap grows by half a megabyte a minute",
    { memory: [usedBy("worker 1", 0.5)] },
    "The memory of worker 1 grows by 30.0 MB an hour.",
  ],
  ["a process falls", { fallen: ["worker 1 has ended."] }, "worker 1 has ended."],
  [
    "nobody was killed",
    { trouble: { "killed processes": 0, "faults of Slack": 400 } },
    "There was none of this: killed processes.",
  ],
])("it has not passed when %s", (_, ended, says) => {
  expect(reasonsAgainst({ ...WELL, ...ended })).toEqual([says]);
});

test("what stands in for the world may keep what it was told, and a calm soak makes no trouble", () => {
  const memory = [usedBy("slack", 0.5)];
  expect(reasonsAgainst({ ...WELL, memory, isCalm: true, trouble: { "killed processes": 0 } })).toEqual([]);
});

test("growth is told size by size, and the last as a multiple of the first", () => {
  const of = (times: number, reads: number) => ({
    ...{ times, stored: { items: times * 12_500, runs: times * 2_600, waiting: times * 1_560 } },
    ...{ cost: { "read units per run": reads }, sweeps: { count: 9, p50: 20, p99: 30 }, looks: {} },
    latencies: {},
  });
  const lines = growthTable([of(1, 500), of(16, 550)]).split("\n");
  expect(lines[0]).toBe("|  | 1x | 16x | last / first |");
  expect(lines).toContain("| items stored before | 12500 | 200000 | 16.00 |");
  expect(lines).toContain("| read units per run | 500.0 | 550.0 | 1.10 |");
});
