// One file with several connections, as of a service and a command of its operator's: what is read by which index, and who is first.
import type { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Noted } from "../../src/approvals/noted.ts";
import { UnknownForm } from "../../src/runs/errors.ts";
import type { ApprovalsOf, RunsOf } from "../../src/runs/lists.ts";
import { runName } from "../../src/runs/run.ts";
import { createAuditTrail, createNotedEntries } from "../../src/sqlite/audit.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import type { Database } from "../../src/sqlite/database.ts";
import { createLists } from "../../src/sqlite/lists.ts";
import { LOG_TABLES } from "../../src/sqlite/log-tables.ts";
import { RECORD_TABLES } from "../../src/sqlite/record-tables.ts";
import { createRecords } from "../../src/sqlite/records.ts";
import { createRetention } from "../../src/sqlite/retention.ts";
import { createThreads } from "../../src/sqlite/threads.ts";
import { historyOf } from "../contract/audit.ts";
import { approvalOf, EARLY, freshKey, LATE, NOON, runOf, TEAM } from "../contract/fixtures.ts";
import { DONE } from "../contract/retention.ts";
import { freshFile, openedFile } from "../support/sqlite.ts";

const TABLES = [RECORD_TABLES, AUDIT_TABLES, LOG_TABLES];

const PAGE = { team: TEAM, order: "oldest", limit: 5 } as const;

const noted = (id: string): Noted => ({
  ...{ kind: "refused", id, at: EARLY, by: "UANA", tried: "approve" },
  ...{ because: "unauthorized", interrupt: "a".repeat(32), digest: "none" },
});

function connection(file: string) {
  const database = openedFile(file, TABLES);
  return { database, records: createRecords(database), threads: createThreads(database, UNCOUNTED) };
}

test("of two connections that ask for one thread, one gets it, and the other takes it over when its time is up", async () => {
  const file = freshFile();
  const [one, two] = [connection(file), connection(file)];
  for (let round = 0; round < 10; round++) {
    const key = freshKey();
    await one.records.saveRun(runOf(key));
    const both = { lease: NOON, claim: NOON };
    const taken = await Promise.all([
      one.threads.take(key, both, { by: "one", now: EARLY }),
      two.threads.take(key, both, { by: "two", now: EARLY }),
    ]);
    const [winner, loser] = taken[0]?.holds.lease === undefined ? [two, one] : [one, two];
    const [first, second] = winner === one ? taken : taken.toReversed();
    expect(Object.keys(first?.holds ?? {})).toEqual(["lease", "claim"]);
    expect(second?.holds).toEqual({});
    if (first === undefined || second === undefined) throw new Error("The run was stored.");
    expect((await winner.threads.write(first, { give: ["lease"] })).kind).toBe("nudged");
    const heir = await loser.threads.take(key, { lease: LATE }, { by: second.by, now: LATE });
    expect(Object.keys(heir?.holds ?? {})).toEqual(["lease"]);
    expect((await winner.threads.write(first, { run: runOf(key, 2) })).kind).toBe("lost");
  }
});

test("of two connections that save one version, one does", async () => {
  const file = freshFile();
  const [one, two] = [connection(file), connection(file)];
  const key = freshKey();
  expect(await one.records.saveRun(runOf(key))).toBe(true);
  const saved = await Promise.all([one, two].map(({ records }) => records.saveRun(runOf(key, 2))));
  expect(saved.toSorted()).toEqual([false, true]);
  expect((await two.records.run(key))?.version).toBe(2);
});

test("a record of a form that is not known is refused with the sentence that says so, and nothing is done with it", async () => {
  const { database, records, threads } = connection(":memory:");
  const key = freshKey();
  await records.saveRun(runOf(key), EARLY);
  await records.saveApproval(approvalOf(key));
  database.write("being newer", (sql) =>
    sql.exec(`UPDATE runs SET record = '{"form":2}'; UPDATE approvals SET record = '{"form":2}'`),
  );
  const reads = [
    records.run(key),
    records.thread(key),
    records.approval(key, "a".repeat(32)),
    threads.take(key, { lease: LATE }, { by: "one", now: EARLY }),
    createLists(database).runs({ ...PAGE, of: { kind: "name", name: runName(key.thread) } }),
  ];
  for (const reading of reads)
    await expect(reading).rejects.toThrow(
      /^The record ".+" of "T1#\w+" has a form that this version of Countersign does not know\. Nothing was done/,
    );
  expect(await records.due(TEAM, NOON)).toEqual([{ ...key, dueAt: EARLY }]);
});

test("what only a newer version knows keeps nobody from the rest of a list or of a run, and stays", async () => {
  const { database, records } = connection(":memory:");
  const [lists, entries] = [createLists(database), createNotedEntries(database)];
  const [known, newer] = [freshKey(), freshKey()];
  const [read, unread] = ["read", "unread"].map((id) => noted(id));
  if (read === undefined || unread === undefined) throw new Error("There are two entries.");
  for (const key of [known, newer]) {
    await records.saveRun(runOf(key));
    await records.saveApproval(approvalOf(key));
    for (const entry of [read, unread]) await entries.note(key, entry);
  }
  database.write("being newer", (sql) => {
    for (const table of ["runs", "approvals"])
      sql.prepare(`UPDATE ${table} SET record = '{"form":2}' WHERE thread = ?`).run(newer.thread);
    sql.exec(`UPDATE noted_entries SET entry = '{"form":2}' WHERE id = 'unread'`);
  });
  for (const kind of ["team", "name"] as const) {
    const of = kind === "team" ? { kind } : { kind, name: runName(known.thread) };
    expect((await lists.runs({ ...PAGE, of })).items).toEqual([runOf(known)]);
  }
  expect((await lists.approvals({ ...PAGE, of: { kind: "team" } })).items).toEqual([approvalOf(known)]);
  expect((await records.thread(known)).noted).toEqual([read]);
  await entries.forget(known, [read]);
  expect(
    database.read("looking", (sql) =>
      sql.prepare("SELECT id FROM noted_entries WHERE thread = ?").all(known.thread),
    ),
  ).toEqual([{ id: "unread" }]);
});

test("a part of a history that only a newer version knows is refused, and is not read without what is new", async () => {
  const { database } = connection(":memory:");
  const trail = createAuditTrail(database);
  const key = freshKey();
  for (const part of historyOf(key, 41).parts) await trail.keep(key, part);
  database.write("being newer", (sql) =>
    sql.exec(`UPDATE audit_parts SET part = '{"later":1,' || substr(part, 2)`),
  );
  await expect(Array.fromAsync(trail.sealed(key))).rejects.toThrow(UnknownForm);
});

/** The same, and it remembers which statements it was asked to prepare. */
function listening(database: Database, statements: Set<string>): Database {
  const heard = (sql: DatabaseSync): DatabaseSync =>
    new Proxy(sql, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...given: readonly unknown[]): unknown => {
          if (name === "prepare") statements.add(String(given[0]));
          return Reflect.apply(value, target, given);
        };
      },
    });
  return {
    read: (what, act) => database.read(what, (sql) => act(heard(sql))),
    write: (what, act) => database.write(what, (sql) => act(heard(sql))),
    close: () => database.close(),
  };
}

test("nothing that is read or written looks through a whole table, and no list sorts what it has found", async () => {
  const database = openedFile(":memory:", TABLES);
  const statements = new Set<string>();
  const heard = listening(database, statements);
  const [records, lists] = [createRecords(heard), createLists(heard)];
  const [threads, retention] = [createThreads(heard, UNCOUNTED), createRetention(heard)];
  const key = freshKey();
  await records.saveRun({ ...runOf(key), status: DONE });
  await records.saveApproval(approvalOf(key));
  await records.thread(key);
  await records.approval(key, "a".repeat(32));
  await records.reschedule(runOf(key), EARLY);
  await records.reschedule(approvalOf(key), EARLY);
  const held = await threads.take(key, { claim: NOON }, { by: "w", now: EARLY });
  if (held === undefined) throw new Error("The run was stored.");
  await threads.write(held, { cards: {}, give: ["claim"] });
  await retention.expire(key, { details: NOON, history: LATE });
  for (const now of [NOON, LATE]) await retention.deleteExpired(now);
  const written = new Set(statements);
  statements.clear();
  for (const most of [undefined, 5]) await records.due(TEAM, NOON, most);
  for (const order of ["oldest", "newest"] as const) {
    for (const of of questions) await lists.approvals({ team: TEAM, of, order, limit: 5 });
    for (const of of runs) await lists.runs({ team: TEAM, of, order, limit: 5 });
  }
  const plansOf = (texts: ReadonlySet<string>) => [...texts].flatMap((text) => planOf(database, text));
  expect(statements.size).toBeGreaterThan(20);
  expect(plansOf(new Set([...statements, ...written])).filter((line) => line.includes("SCAN"))).toEqual([]);
  expect(plansOf(statements).filter((line) => !/USING .*(INDEX|PRIMARY KEY)/.test(line))).toEqual([]);
});

const questions: readonly ApprovalsOf[] = [
  { kind: "team" },
  { kind: "workflow", workflow: "deploy" },
  { kind: "channel", channel: "C1" },
  { kind: "approver", user: "UANA", groups: ["S1"] },
  { kind: "expired" },
  { kind: "group", group: "S1" },
];
const runs: readonly RunsOf[] = [
  { kind: "team" },
  { kind: "status", status: "waiting" },
  { kind: "workflow", workflow: "deploy" },
  { kind: "channel", channel: "C1" },
  { kind: "conversation", channel: "C1", threadTs: "1.5" },
  { kind: "name", name: "r-1a2b3c" },
];

/** How SQLite goes about it, step by step. */
function planOf(database: Database, text: string): readonly string[] {
  const isOnRows = /^\s*(SELECT|UPDATE|DELETE)/.test(text);
  if (!isOnRows) return [];
  return database.read("explaining", (sql) =>
    sql
      .prepare(`EXPLAIN QUERY PLAN ${text}`)
      .all()
      .map(({ detail }) => `${String(detail)} — ${text}`),
  );
}
