// A question's row, and those by which its approvers find it.
import type { DatabaseSync } from "node:sqlite";
import { Approval } from "../approvals/approval.ts";
import { approverListsOf, place } from "../runs/list-places.ts";
import type { ThreadKey } from "../runs/run.ts";
import { recordFrom, textToStore } from "../runs/stored.ts";
import { type Row, textIn } from "./rows.ts";

/** How approvers are called in the file: users and groups apart. */
export const approverName = {
  ofUser: (user: string): string => `u#${user}`,
  ofGroup: (group: string): string => `g#${group}`,
};

/** Of a row with these columns. */
export function approvalIn(row: Row): Approval {
  const of = `${textIn(row, "team")}#${textIn(row, "thread")}`;
  return recordFrom(textIn(row, "record"), Approval, { name: textIn(row, "interrupt"), of });
}

export const APPROVAL_COLUMNS = "approvals.team, approvals.thread, approvals.interrupt, approvals.record";

export function approvalsOf(sql: DatabaseSync, { team, thread }: ThreadKey): readonly Approval[] {
  const select = sql.prepare(`SELECT ${APPROVAL_COLUMNS} FROM approvals WHERE team = ? AND thread = ?`);
  return select
    .all(team, thread)
    .map(approvalIn)
    .sort((a, b) => a.slot - b.slot);
}

export function writeApproval(sql: DatabaseSync, approval: Approval, due: string | undefined): void {
  const { team, thread, interrupt, version, workflow, channel, state } = approval;
  const listed = state.kind === "pending" || state.kind === "expired" ? state.kind : null;
  sql
    .prepare(
      `INSERT OR REPLACE INTO approvals
         (team, thread, interrupt, version, record, due, place, listed, workflow, channel)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      ...[team, thread, interrupt, version, textToStore(Approval, approval), due ?? null],
      ...[place.ofApproval(approval), listed, workflow, channel],
    );
  writeApprovers(sql, approval);
}

/** Those of a pending question, as its policy has them now. */
function writeApprovers(sql: DatabaseSync, approval: Approval): void {
  const { team, thread, interrupt, state } = approval;
  sql
    .prepare("DELETE FROM approvers WHERE team = ? AND thread = ? AND interrupt = ?")
    .run(team, thread, interrupt);
  if (state.kind !== "pending") return;
  const insert = sql.prepare(
    "INSERT INTO approvers (team, approver, place, thread, interrupt) VALUES (?, ?, ?, ?, ?)",
  );
  for (const approver of approverListsOf(approval, approverName))
    insert.run(team, approver, place.ofApproval(approval), thread, interrupt);
}
