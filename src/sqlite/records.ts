// Runs and approvals in the file of one machine: each save looks at the version that is there, and writes, as one.
import type { DatabaseSync } from "node:sqlite";
import type { Approval } from "../approvals/approval.ts";
import { Noted } from "../approvals/noted.ts";
import type { DueThread, Records, ThreadRecords } from "../runs/ports.ts";
import type { Run, ThreadKey } from "../runs/run.ts";
import { ifKnown, storedAs } from "../runs/stored.ts";
import { answered } from "./answered.ts";
import { APPROVAL_COLUMNS, approvalIn, approvalsOf, writeApproval } from "./approval-row.ts";
import type { Database } from "./database.ts";
import { numberIn, type Row, textIn } from "./rows.ts";
import { cardsOf, readRun, storedRun, versionOfRun, writeDue, writeRun } from "./run-row.ts";

/**
 * @example
 * const records = createRecords(openDatabase("./data.db", [RECORD_TABLES, AUDIT_TABLES]));
 */
export function createRecords(database: Database): Records {
  return {
    run: (key) => answered(() => database.read("reading a record", (sql) => readRun(sql, key))),
    approval: (key, interrupt) =>
      answered(() => database.read("reading a record", (sql) => readApproval(sql, key, interrupt))),
    thread: (key) =>
      answered(() => database.read("reading a thread's records", (sql) => readThread(sql, key))),
    saveRun: (run, due) => answered(() => database.write("saving a record", (sql) => saveRun(sql, run, due))),
    saveApproval: (approval, due) =>
      answered(() => database.write("saving a record", (sql) => saveApproval(sql, approval, due))),
    reschedule: (record, due) =>
      answered(() => database.write("saving a record", (sql) => reschedule(sql, record, due))),
    due: (team, now, most) =>
      answered(() => database.read("reading what is due", (sql) => readDue(sql, team, { now, most }))),
  };
}

function readApproval(sql: DatabaseSync, { team, thread }: ThreadKey, interrupt: string) {
  const row = sql
    .prepare(`SELECT ${APPROVAL_COLUMNS} FROM approvals WHERE team = ? AND thread = ? AND interrupt = ?`)
    .get(team, thread, interrupt);
  return row && approvalIn(row);
}

function readThread(sql: DatabaseSync, key: ThreadKey): ThreadRecords {
  const stored = storedRun(sql, key);
  return {
    run: stored?.run,
    approvals: approvalsOf(sql, key),
    cards: stored === undefined ? {} : cardsOf(stored),
    noted: sql
      .prepare("SELECT entry FROM noted_entries WHERE team = ? AND thread = ? ORDER BY at, id")
      .all(key.team, key.thread)
      .flatMap((row) => notedIn(row) ?? []),
  };
}

/** Undefined for what only a newer version knows: it is left for that one to put into the history. */
function notedIn(row: Row): Noted | undefined {
  return ifKnown(() => storedAs(Noted, textIn(row, "entry"), "What is noted of a run"));
}

function saveRun(sql: DatabaseSync, run: Run, due: string | undefined): boolean {
  if ((versionOfRun(sql, run) ?? 0) !== run.version - 1) return false;
  writeRun(sql, run);
  writeDue(sql, run, due);
  return true;
}

function saveApproval(sql: DatabaseSync, approval: Approval, due: string | undefined): boolean {
  if ((versionOfApproval(sql, approval) ?? 0) !== approval.version - 1) return false;
  writeApproval(sql, approval, due);
  return true;
}

function versionOfApproval(sql: DatabaseSync, { team, thread, interrupt }: Approval): number | undefined {
  const row = sql
    .prepare("SELECT version FROM approvals WHERE team = ? AND thread = ? AND interrupt = ?")
    .get(team, thread, interrupt);
  return row && numberIn(row, "version");
}

function reschedule(sql: DatabaseSync, record: Run | Approval, due: string | undefined): boolean {
  const { team, thread, version } = record;
  const which = "team = ? AND thread = ? AND version = ?";
  const values = [due ?? null, team, thread, version];
  const { changes } =
    "interrupt" in record
      ? sql
          .prepare(`UPDATE approvals SET due = ? WHERE ${which} AND interrupt = ?`)
          .run(...values, record.interrupt)
      : sql.prepare(`UPDATE runs SET due = ? WHERE ${which}`).run(...values);
  return changes > 0;
}

/** Runs and questions each by how long they have been due. */
function readDue(
  sql: DatabaseSync,
  team: string,
  { now, most }: { readonly now: string; readonly most: number | undefined },
): readonly DueThread[] {
  const rows = ["runs", "approvals"].flatMap((table) =>
    sql
      .prepare(`SELECT thread, due FROM ${table} WHERE team = ? AND due < ? ORDER BY due LIMIT ?`)
      .all(team, now, most ?? -1),
  );
  const dueAts = new Map<string, string>();
  for (const row of rows) {
    const [thread, dueAt] = [textIn(row, "thread"), textIn(row, "due")];
    const earlier = dueAts.get(thread);
    if (earlier === undefined || dueAt < earlier) dueAts.set(thread, dueAt);
  }
  return [...dueAts]
    .map(([thread, dueAt]) => ({ team, thread, dueAt }))
    .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1))
    .slice(0, most);
}
