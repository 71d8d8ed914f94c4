// What a process had in hand when it was killed, and what a clock that was set back has left in the future: the next one has it at once.
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { later } from "../../src/approvals/later.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { createSqliteStores, type SqliteStores } from "../../src/sqlite/stores.ts";
import { freshKey, LATE, NOON, runOf } from "../contract/fixtures.ts";
import { freshFile } from "../support/sqlite.ts";

const HIDE_MS = 90_000;

const open = (file: string, now = NOON): SqliteStores => {
  const stores = createSqliteStores(file, { metrics: UNCOUNTED, nowMs: () => Date.parse(now) });
  onTestFinished(() => stores.close());
  return stores;
};

const receivedAt = ({ queue }: SqliteStores, now: string, line: "waiting" | "dead" = "waiting") =>
  queue.receive(line, { nowMs: Date.parse(now), hideMs: HIDE_MS });

test("the job and the thread that a killed process had in hand are the next one's at once, which sees that it takes them over", async () => {
  const file = freshFile();
  const [killed, key] = [open(file), freshKey()];
  await killed.records.saveRun(runOf(key));
  await killed.queue.send({ kind: "start", ...key });
  expect(receivedAt(killed, NOON)?.receives).toBe(1);
  const both = { lease: LATE, claim: LATE };
  const held = await killed.threads.take(key, both, { by: "killed", now: NOON });
  if (held === undefined) throw new Error("The run was stored.");

  const next = open(file);
  const soon = later(NOON, 2_000);
  expect(receivedAt(next, soon)).toBeUndefined();
  next.freeLeftBehind(soon);
  expect(receivedAt(next, soon)?.receives).toBe(2);
  const taken = await next.threads.take(key, both, { by: "next", now: soon });
  expect(taken?.holds).toMatchObject({ lease: { epoch: 2 }, claim: { epoch: 2 } });
  expect((await killed.threads.write(held, { run: runOf(key, 2) })).kind).toBe("lost");
});

test("what is put off, and a dead job in the hands of who looks into it, stay as they are", async () => {
  const stores = open(freshFile());
  const key = freshKey();
  await stores.queue.send({ kind: "start", ...key });
  for (let time = 0; time <= 5; time++) receivedAt(stores, later(NOON, time * HIDE_MS));
  const at = later(NOON, 5 * HIDE_MS);
  expect(receivedAt(stores, at, "dead")).toBeDefined();
  await stores.queue.send({ kind: "redraw", ...key }, 900);
  stores.freeLeftBehind(at);
  expect(receivedAt(stores, at, "dead")).toBeUndefined();
  expect(receivedAt(stores, at)).toBeUndefined();
});

test("what was sent before the clock was set back does not wait until it is as late again", async () => {
  const file = freshFile();
  const key = freshKey();
  await open(file, later(NOON, 3_600_000)).queue.send({ kind: "start", ...key });
  const stores = open(file);
  expect(receivedAt(stores, NOON)).toBeUndefined();
  stores.freeLeftBehind(NOON);
  expect(receivedAt(stores, NOON)).toMatchObject({ sentAtMs: Date.parse(NOON) });
});

test("what only a newer version knows of who has a thread keeps nobody from starting, and stays", async () => {
  const file = freshFile();
  const stores = open(file);
  const [newer, key] = [freshKey(), freshKey()];
  for (const one of [newer, key]) {
    await stores.records.saveRun(runOf(one));
    await stores.threads.take(one, { lease: LATE }, { by: "killed", now: NOON });
  }
  const sql = new DatabaseSync(file);
  onTestFinished(() => sql.close());
  sql.prepare(`UPDATE runs SET holds = '{"lease":["later"]}' WHERE thread = ?`).run(newer.thread);
  stores.freeLeftBehind(NOON);
  expect(sql.prepare("SELECT holds FROM runs WHERE thread = ?").get(newer.thread)).toEqual({
    holds: '{"lease":["later"]}',
  });
  expect((await stores.threads.take(key, { lease: LATE }, { by: "next", now: NOON }))?.holds).toHaveProperty(
    "lease",
  );
});
