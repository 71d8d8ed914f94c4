// One file with several connections, as of a service and a command of its operator's: what is read by which index, and who is first.
import type { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { ApprovalsOf, RunsOf } from "../../src/runs/lists.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import type { Database } from "../../src/sqlite/database.ts";
import { createLists } from "../../src/sqlite/lists.ts";
import { LOG_TABLES } from "../../src/sqlite/log-tables.ts";
import { RECORD_TABLES } from "../../src/sqlite/record-tables.ts";
import { createRecords } from "../../src/sqlite/records.ts";
import { createRetention } from "../../src/sqlite/retention.ts";
import { createThreads } from "../../src/sqlite/threads.ts";
import { approvalOf, EARLY, freshKey, LATE, NOON, runOf, TEAM } from "../contract/fixtures.ts";
import { DONE } from "../contract/retention.ts";
import { freshFile, openedFile } from "../support/sqlite.ts";

const TABLES = [RECORD_TABLES, AUDIT_TABLES, LOG_TABLES];

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
    createLists(database).runs({ team: TEAM, of: { kind: "team" }, order: "oldest", limit: 5 }),
  ];
  for (const reading of reads)
    await expect(reading).rejects.toThrow(
      /^The record ".+" of "T1#\w+" has a form that this version of Countersign does not know\. Nothing was done/,
    );
  expect(await records.due(TEAM, NOON)).toEqual([{ ...key, dueAt: EARLY }]);
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
