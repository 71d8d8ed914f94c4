// Retention in the file of one machine: its contract, and what is deleted when.
import { describe, expect, test } from "vitest";
import { appended, EMPTY_AUDIT } from "../../src/approvals/audit-log.ts";
import { refusedClick } from "../../src/approvals/noted.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { KeptUntil } from "../../src/runs/retention.ts";
import { logOf, type ThreadKey } from "../../src/runs/run.ts";
import { createAuditTrail, createNotedEntries } from "../../src/sqlite/audit.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import type { Database } from "../../src/sqlite/database.ts";
import { createLog } from "../../src/sqlite/log.ts";
import { LOG_TABLES } from "../../src/sqlite/log-tables.ts";
import { RECORD_TABLES } from "../../src/sqlite/record-tables.ts";
import { createRecords } from "../../src/sqlite/records.ts";
import { createRetention } from "../../src/sqlite/retention.ts";
import { createThreads } from "../../src/sqlite/threads.ts";
import { failures } from "../approvals/entries.ts";
import { approvalOf, EARLY, freshKey, LATE, NOON, runOf } from "../contract/fixtures.ts";
import { DONE, type Kept, retentionContract } from "../contract/retention.ts";
import { freshFile, openedFile } from "../support/sqlite.ts";

const TABLES = [RECORD_TABLES, AUDIT_TABLES, LOG_TABLES];

function fresh(file = ":memory:") {
  const database = openedFile(file, TABLES);
  return {
    database,
    records: createRecords(database),
    retention: createRetention(database),
    kept: (key: ThreadKey) => Promise.resolve(keptIn(database, key)),
    storeEverything: (key: ThreadKey) => storeEverything(database, key),
  };
}

/** Every row of every table that has a thread's rows, found by what the tables say of themselves. */
function keptIn(database: Database, { team, thread }: ThreadKey): ReadonlyMap<string, Kept> {
  return database.read("looking at what is kept", (sql) => {
    const ofThread = (where: string) =>
      sql
        .prepare(
          `SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = ?`,
        )
        .all(where);
    const run = sql.prepare("SELECT details_until, history_until FROM runs WHERE team = ? AND thread = ?");
    const untils = run.get(team, thread) ?? {};
    const rows = [
      ...ofThread("thread").map(({ name }) => ({ name: String(name), where: "team || '#' || thread" })),
      ...ofThread("log").map(({ name }) => ({
        name: String(name),
        where: "substr(log, 1, instr(log || '|', '|') - 1)",
      })),
    ].flatMap(({ name, where }) =>
      sql
        .prepare(`SELECT 1 FROM ${name} WHERE ${where} = ?`)
        .all(logOf({ team, thread }))
        .map((_, n) => ({ name, n })),
    );
    const entries = rows.map(({ name, n }) => {
      const half: keyof KeptUntil = /^(runs|audit_parts|noted_entries)$/.test(name) ? "history" : "details";
      const until = untils[`${half}_until`];
      return [`${name} ${n}`, { half, until: until == null ? undefined : Number(until) }] as const;
    });
    return new Map(entries);
  });
}

async function storeEverything(database: Database, key: ThreadKey): Promise<void> {
  await createThreads(database, UNCOUNTED).take(key, { lease: NOON, claim: NOON }, { by: "w", now: EARLY });
  const { sealed } = appended(appended(EMPTY_AUDIT, failures(40), { key }).open, failures(41), { key });
  const click = { at: EARLY, by: "UEVE", tried: "approve", because: "decided", interrupt: "i", digest: "d" };
  if (sealed !== undefined) await createAuditTrail(database).keep(key, sealed);
  await createNotedEntries(database).note(key, refusedClick(click));
  const log = createLog(database);
  for (const threadId of [logOf(key), `${logOf(key)}|a`]) {
    await log.append(threadId, {
      ...{
        kind: "checkpoint",
        number: 0,
        writer: "w",
        id: "id-0",
        createdAt: EARLY,
        changes: { a: { kind: "set", value: "x".repeat(40_000) } },
      },
      ...{ next: [], source: "input", step: -1, joins: {} },
    });
    await log.saveTask(threadId, { slot: 1, task: "t", result: { updates: [], goto: [] } });
  }
}

describe.each([
  { name: "SQLite in memory", fileOf: () => ":memory:" },
  { name: "SQLite in a file", fileOf: freshFile },
])("$name", ({ name, fileOf }) => {
  retentionContract(name, () => Promise.resolve(fresh(fileOf())));
});

async function ended(until: KeptUntil) {
  const store = fresh();
  const [key, neighbour] = [freshKey(), freshKey()];
  for (const one of [key, neighbour]) {
    await store.records.saveRun({ ...runOf(one), status: DONE });
    await store.records.saveApproval(approvalOf(one));
    await store.storeEverything(one);
  }
  const all = (await store.kept(key)).size;
  await store.retention.expire(key, until);
  return { ...store, key, neighbour, all };
}

test("each half is deleted once its time is over, not before, and nothing of a run that is kept", async () => {
  const { retention, records, kept, key, neighbour, all } = await ended({ details: NOON, history: LATE });
  expect(await retention.deleteExpired(EARLY)).toBe(0);
  expect((await kept(key)).size).toBe(all);
  expect(await retention.deleteExpired(NOON)).toBe(1);
  expect([...(await kept(key)).values()].map(({ half }) => half)).toEqual(["history", "history", "history"]);
  expect(await records.thread(key)).toMatchObject({ run: { status: DONE }, approvals: [] });
  // What is deleted is not looked for again.
  expect(await retention.deleteExpired(NOON)).toBe(0);
  expect(await retention.deleteExpired(LATE)).toBe(1);
  expect((await kept(key)).size).toBe(0);
  expect(await retention.deleteExpired("2100-01-01T00:00:00.000Z")).toBe(0);
  expect((await kept(neighbour)).size).toBe(all);
});

test("a run that is over in both ways goes at once, with what was written of it since it was let go of", async () => {
  const { retention, records, kept, key } = await ended({ details: EARLY, history: NOON });
  await records.saveApproval(approvalOf(key, 1, "b".repeat(32)));
  expect(await retention.deleteExpired(LATE)).toBe(1);
  expect((await kept(key)).size).toBe(0);
});

test("a run that is continued is kept from that very write on, before anybody spares it", async () => {
  const { retention, records, kept, key, all } = await ended({ details: EARLY, history: EARLY });
  expect(await records.saveRun(runOf(key, 2))).toBe(true);
  expect(await retention.deleteExpired(LATE)).toBe(0);
  expect((await kept(key)).size).toBe(all);
});

test("of many runs, some are deleted each time, and all in the end", async () => {
  const { database, records, retention } = fresh();
  const keys = Array.from({ length: 230 }, () => freshKey());
  for (const key of keys) await records.saveRun({ ...runOf(key), status: DONE });
  database.write("letting go of all", (sql) =>
    sql.exec("UPDATE runs SET details_until = 1, history_until = 1"),
  );
  const counts: number[] = [];
  for (let count = -1; count !== 0;) counts.push((count = await retention.deleteExpired(NOON)));
  expect(Math.max(...counts)).toBeLessThanOrEqual(100);
  for (const key of keys) expect(await records.run(key)).toBeUndefined();
});
