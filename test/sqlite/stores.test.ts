// The one file as a whole: who may have it, what it is refused for, and what is deleted from it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { later } from "../../src/approvals/later.ts";
import { FIRST_STATE } from "../../src/runs/home-state.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import { type Database, databaseOn } from "../../src/sqlite/database.ts";
import { FileUnusable, isLocked, lockFile, unreadable } from "../../src/sqlite/file.ts";
import { fileFacts } from "../../src/sqlite/file-facts.ts";
import { RECORD_TABLES } from "../../src/sqlite/record-tables.ts";
import { createRecords } from "../../src/sqlite/records.ts";
import { createSqliteStores, type SqliteStores } from "../../src/sqlite/stores.ts";
import { EARLY, freshKey, NOON, runOf, TEAM } from "../contract/fixtures.ts";
import { freshFile, openedFile } from "../support/sqlite.ts";

const open = (file: string): SqliteStores => {
  const stores = createSqliteStores(file, { metrics: UNCOUNTED, nowMs: () => Date.parse(NOON) });
  onTestFinished(() => stores.close());
  return stores;
};

test("what one process has written another reads, and both write", async () => {
  const file = freshFile();
  const [app, tool] = [open(file), open(file)];
  const [one, two] = [freshKey(), freshKey()];
  await app.records.saveRun(runOf(one));
  await tool.records.saveRun(runOf(two));
  expect(await tool.records.run(one)).toEqual(runOf(one));
  expect(await app.records.run(two)).toEqual(runOf(two));
});

/** Another process that is in the middle of a write, and ends it by itself after a while. */
async function inTheMiddleOfWriting(file: string, whileMs: number): Promise<void> {
  const script = `
    const { DatabaseSync } = require("node:sqlite");
    const sql = new DatabaseSync(process.argv[1]);
    sql.exec("BEGIN IMMEDIATE; UPDATE runs SET workflow = 'theirs'");
    process.stdout.write("begun");
    setTimeout(() => sql.exec("COMMIT"), ${whileMs});`;
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "-e", script, file]);
  onTestFinished(() => void child.kill());
  await once(child.stdout, "data");
}

test("who writes while another process is in the middle of it waits for that, and both are there", async () => {
  const file = freshFile();
  const { records } = open(file);
  const [one, two] = [freshKey(), freshKey()];
  await records.saveRun(runOf(one));
  await inTheMiddleOfWriting(file, 300);
  await records.saveRun(runOf(two));
  expect(await records.run(two)).toEqual(runOf(two));
  const sql = new DatabaseSync(file);
  onTestFinished(() => sql.close());
  expect(sql.prepare("SELECT workflow FROM runs WHERE thread = ?").get(one.thread)).toEqual({
    workflow: "theirs",
  });
});

test("who waits for too long is told that nothing was written, and reads meanwhile", async () => {
  const database = openedFile(freshFile(), [RECORD_TABLES, AUDIT_TABLES]);
  const records = createRecords(database);
  const key = freshKey();
  await records.saveRun(runOf(key));
  const file = database.read("being impatient", (sql) => {
    sql.exec("PRAGMA busy_timeout = 20");
    return sql.location();
  });
  if (file === null) throw new Error("It is in a file.");
  await inTheMiddleOfWriting(file, 60_000);
  const refused = { name: "StorageUnavailable", uncertain: false };
  await expect(records.saveRun(runOf(key, 2))).rejects.toMatchObject(refused);
  expect((await records.run(key))?.version).toBe(1);
});

test("the file is one app's until it is given back, and a tool beside it needs nobody's leave", () => {
  const file = freshFile();
  const lock = lockFile(file);
  expect(() => lockFile(file)).toThrow(
    `Another Countersign runs with its data in ${file}. Stop it, or name another file.`,
  );
  expect(() => open(file)).not.toThrow();
  lock.release();
  lockFile(file).release();
});

test("a commit that the disk has failed may have happened, and nobody is told that it did not; any other failure is one before it", () => {
  const sql = new DatabaseSync(":memory:");
  onTestFinished(() => sql.close());
  const broken = Object.assign(new Error("disk I/O error"), { code: "ERR_SQLITE_ERROR", errcode: 1_034 });
  const failingAt = (statement: string): Database =>
    databaseOn(
      new Proxy(sql, {
        get: (target, name) => {
          const value: unknown = Reflect.get(target, name);
          if (typeof value !== "function") return value;
          return (...given: readonly unknown[]): unknown => {
            if (given[0] === statement) throw broken;
            return Reflect.apply(value, target, given);
          };
        },
      }),
    );
  const writing = (statement: string) => (): unknown =>
    failingAt(statement).write("writing", (open) => open.exec("SELECT 1"));
  expect(writing("COMMIT")).toThrow(expect.objectContaining({ uncertain: true }));
  for (const statement of ["BEGIN IMMEDIATE", "SELECT 1"])
    expect(writing(statement)).toThrow(expect.objectContaining({ uncertain: false }));
});

test("a file by another name is the same file: who names a link to it is refused, and sees that an app has it", () => {
  const file = freshFile();
  const link = freshFile();
  symlinkSync(file, link);
  const lock = lockFile(link);
  onTestFinished(() => lock.release());
  open(file);
  expect(() => lockFile(file)).toThrow(`Another Countersign runs with its data in ${file}.`);
  expect([file, link].map(isLocked)).toEqual([true, true]);
  expect(fileFacts(link, Date.parse(NOON))).toMatchObject({ isRunning: true, open: [] });
  expect(readdirSync(dirname(link))).toEqual(["data.db"]);
});

test("a file whose folder is not there, a folder, and what is no database are refused with a sentence, and left alone", () => {
  const file = freshFile();
  const missing = join(file, "data.db");
  expect(() => open(missing)).toThrow(`The file ${missing} cannot be used: the folder for it is not there.`);
  mkdirSync(file);
  expect(() => open(file)).toThrow(`The file ${file} cannot be used: it is a folder. Name a file.`);
  const text = join(dirname(file), "notes.txt");
  writeFileSync(text, "These are notes, and no database at all. ".repeat(100));
  const before = readFileSync(text, "utf8");
  expect(() => open(text)).toThrow(FileUnusable);
  expect(() => open(text)).toThrow(/it is no database of SQLite's, or is damaged\. Restore its last backup/);
  expect(readFileSync(text, "utf8")).toBe(before);
});

test("a file that somebody is writing, or whose disk is full, is not called damaged: nobody is to put an old backup in its place", async () => {
  const file = freshFile();
  open(file);
  await inTheMiddleOfWriting(file, 60_000);
  const database = new DatabaseSync(file, { timeout: 20 });
  onTestFinished(() => database.close());
  const told = (statement: string): string => {
    try {
      database.exec(statement);
    } catch (error) {
      return unreadable(file, error).message;
    }
    return "nothing";
  };
  expect(told("BEGIN IMMEDIATE")).toBe(
    `The file ${file} cannot be used: another process is in the middle of writing it. Wait until that has ended, such as a VACUUM, or end it, and try again.`,
  );
  expect(told("SELECT 1 FROM nowhere")).toMatch(
    /: SQLite says "no such table: nowhere"\. Look at its disk and its folder; nothing says that it is damaged\.$/,
  );
  const full = new DatabaseSync(":memory:");
  onTestFinished(() => full.close());
  full.exec("PRAGMA max_page_count = 1");
  const creating = (): unknown =>
    databaseOn(full).write("creating the tables", (sql) => sql.exec(RECORD_TABLES));
  expect(creating).toThrow(
    "The store did not answer: creating the tables. The disk that its file is on is full: make room there.",
  );
  expect(creating).toThrow(
    expect.toSatisfy((error) =>
      unreadable(file, error).message.includes(": its disk is full. Make room there"),
    ),
  );
});

test("a file of a newer version is left alone", () => {
  const file = freshFile();
  const newer = new DatabaseSync(file);
  newer.exec("PRAGMA user_version = 99");
  newer.close();
  expect(() => open(file)).toThrow(/was written by a newer version of Countersign/);
});

test("a copy that is made while the app writes is a whole store", async () => {
  const file = freshFile();
  const key = freshKey();
  await open(file).records.saveRun(runOf(key));
  const copy = `${file}.backup`;
  const tool = new DatabaseSync(file);
  tool.prepare("VACUUM INTO ?").run(copy);
  tool.close();
  expect(await open(copy).records.run(key)).toEqual(runOf(key));
});

test("idempotency keys and homes are deleted once their time is over, and not before", async () => {
  const { idempotency, homes, deleteExpired } = open(freshFile());
  const home = {
    team: TEAM,
    user: "UANA",
    state: FIRST_STATE,
    openedAt: EARLY,
    drawn: { hash: "h", view: "v" },
  };
  await homes.opened(home);
  await idempotency.claim({ team: TEAM, id: "k", request: "r1", until: NOON });
  await deleteExpired(later(NOON, -1));
  expect(await idempotency.claim({ team: TEAM, id: "k", request: "r2", until: NOON })).toBe(false);
  await deleteExpired(NOON);
  expect(await idempotency.claim({ team: TEAM, id: "k", request: "r2", until: NOON })).toBe(true);
  const week = 7 * 24 * 60 * 60 * 1_000;
  await deleteExpired(later(EARLY, week - 1));
  expect(await homes.find(home)).toEqual(home);
  await deleteExpired(later(EARLY, week));
  expect(await homes.find(home)).toBeUndefined();
});
