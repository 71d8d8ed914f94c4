// The checkpointer in a file: its contract, that a long thread stays cheap, and that a second process sees what the first has committed.
import { expect, test } from "vitest";
import type { Slot } from "../../src/graph/index.ts";
import { UnknownForm } from "../../src/runs/errors.ts";
import { createLog } from "../../src/sqlite/log.ts";
import { LOG_TABLES } from "../../src/sqlite/log-tables.ts";
import { checkpointerContract } from "../contract/checkpointer.ts";
import { append, checkpoint, incompressible, set } from "../contract/slots.ts";
import { standing } from "../contract/standing.ts";
import { freshFile, openedFile } from "../support/sqlite.ts";

checkpointerContract("SQLite", () => Promise.resolve(createLog(openedFile(":memory:", [LOG_TABLES]))));

/** How many slots a load reads, and how long the texts of all snapshots are that were ever written, as a part of the slots' own. */
async function grown(slots: readonly Slot[]): Promise<{ readonly read: number; readonly stored: number }> {
  const database = openedFile(":memory:", [
    LOG_TABLES,
    "CREATE TABLE taken (size INTEGER)",
    "CREATE TRIGGER counts AFTER INSERT ON log_snapshots BEGIN INSERT INTO taken VALUES (NEW.size); END",
  ]);
  const log = createLog(database);
  for (const slot of slots) await log.append("t", slot);
  expect(standing(await log.load("t"))).toEqual(standing({ slots, memos: [] }));
  const row = database.read("comparing", (sql) =>
    sql
      .prepare(
        `SELECT (SELECT total(size) FROM taken) / max(bytes) AS stored,
         max(number) - (SELECT number FROM log_snapshots) AS read FROM log_slots`,
      )
      .get(),
  );
  return { read: Number(row?.["read"]), stored: Number(row?.["stored"]) };
}

const talk = (count: number, words: number): readonly Slot[] =>
  Array.from({ length: count }, (_, number) =>
    checkpoint(number, { messages: append(`${number} ${"word ".repeat(words)}`) }),
  );

test("of a thread of two thousand slots few are read, and its snapshots are a few times what it wrote", async () => {
  const { read, stored } = await grown(talk(2_000, 40));
  expect(read).toBeLessThan(600);
  expect(stored).toBeLessThan(6);
});

test("a large value that is written anew with each step is stored twice at most", async () => {
  const slots = Array.from({ length: 20 }, (_, number) =>
    checkpoint(number, { page: set(`${number}${incompressible(40_000)}`) }),
  );
  const { read, stored } = await grown(slots);
  expect(read).toBe(0);
  expect(stored).toBeLessThan(1.1);
});

test("of ten processes that take a slot of one file at once, one has it, and all read the same", async () => {
  const file = freshFile();
  const logs = Array.from({ length: 10 }, () => createLog(openedFile(file, [LOG_TABLES])));
  const taken = await Promise.allSettled(
    logs.map((log, n) => log.append("t", checkpoint(0, {}, `writer-${n}`))),
  );
  expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  const read = await Promise.all(logs.map((log) => log.load("t")));
  expect(new Set(read.map((log) => JSON.stringify(log))).size).toBe(1);
});

test("a snapshot that only a newer version can read is refused, and is not read without what is new", async () => {
  const database = openedFile(":memory:", [LOG_TABLES]);
  const log = createLog(database);
  for (const slot of talk(800, 40)) await log.append("t", slot);
  const changed = database.write("being newer", (sql) =>
    sql.prepare(`UPDATE log_snapshots SET text = replace(text, '{"v":1,', '{"v":2,')`).run(),
  );
  expect(changed.changes).toBe(1);
  await expect(log.load("t")).rejects.toThrow(UnknownForm);
});
