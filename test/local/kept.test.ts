// What npm run start:slack is told behind its name, and what it has in the file that is named there.
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { nodeLimitMs, TIME_OUTS } from "../../src/lambda/time-outs.ts";
import { createClock } from "../../src/local/clock.ts";
import { fileIn, keptIn } from "../../src/local/kept.ts";
import { settingsFrom } from "../../src/local/machine.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { createSqliteStores } from "../../src/sqlite/stores.ts";
import { NOON } from "../contract/fixtures.ts";
import { freshFile } from "../support/sqlite.ts";

test.each([
  [[], undefined],
  [["--store", "sqlite:./data.db"], "./data.db"],
  [["--store=sqlite:/var/lib/countersign/data.db"], "/var/lib/countersign/data.db"],
])("%j names the file %j", (words, file) => {
  expect(fileIn(words)).toBe(file);
});

test.each([
  [["--stor", "sqlite:./data.db"], '"--stor" is not understood. npm run start:slack keeps its data with'],
  [["data.db"], '"data.db" is not understood.'],
  [["--store"], "--store takes one store, and is given once."],
  [["--store=sqlite:a.db", "--store=sqlite:b.db"], "--store takes one store, and is given once."],
  [
    ["--store", "./data.db"],
    '"./data.db" is no store: it must be sqlite: and a file, such as sqlite:./data.db.',
  ],
  [["--store", "sqlite:"], '"sqlite:" is no store:'],
  [["--store", "sqlite::memory:"], '"sqlite::memory:" is no store:'],
])("%j is refused with a sentence", (words, says) => {
  expect(() => fileIn(words)).toThrow(says);
});

/** As the app has it when it starts. */
async function keptInFile(file: string) {
  const settings = settingsFrom({}, { port: 0, dataDir: join(dirname(file), "around") });
  const kept = await keptIn(
    file,
    settings,
    createClock(() => Date.parse(NOON)),
  );
  onTestFinished(() => kept.stop());
  const { pace } = kept;
  if (pace.stores === undefined) throw new Error("Everything is in the file.");
  return pace;
}

test("with a file, a step may wait for a model for as long as on AWS, and nobody who clicks meanwhile for either", async () => {
  const { workerTimeoutMs, workers } = await keptInFile(freshFile());
  expect(nodeLimitMs(workerTimeoutMs)).toBeGreaterThan(TIME_OUTS.worker.model.totalMs);
  expect(workers).toBeGreaterThanOrEqual(5);
});

test.each([
  ["a model of one's own may think for as long as on AWS", { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" }],
  ["whose worker was killed is soon gone on with, as the scripted model answers at once", {}],
])("without a file, a step with %s", async (what, env) => {
  const settings = settingsFrom(env, { port: 0, dataDir: dirname(freshFile()) });
  const kept = await keptIn(undefined, settings, createClock(Date.now));
  onTestFinished(() => kept.stop());
  const isLong = nodeLimitMs(kept.pace.workerTimeoutMs) > TIME_OUTS.worker.model.totalMs;
  expect(isLong).toBe(what.startsWith("a model"));
});

test("what the app had in hand when it was killed goes on as soon as it starts again", async () => {
  const file = freshFile();
  const at = { nowMs: Date.parse(NOON), hideMs: 90_000 };
  const killed = createSqliteStores(file, { metrics: UNCOUNTED, nowMs: () => at.nowMs });
  await killed.queue.send({ kind: "homes", team: "T1" });
  killed.queue.receive("waiting", at);
  killed.close();
  const { stores } = await keptInFile(file);
  expect(stores.queue.receive("waiting", at)?.receives).toBe(2);
});
