// What the history gains by each change of a run's records.
import { expect, test } from "vitest";
import { askedAgain, resumedApproval } from "../../src/approvals/course.ts";
import { AuditEntry } from "../../src/approvals/audit.ts";
import { auditOf } from "../../src/runs/audit.ts";
import type { Run } from "../../src/runs/run.ts";
import { approvalOf, EARLY, freshKey, NOON, runOf } from "../contract/fixtures.ts";

const key = freshKey();
const run = runOf(key);
const approval = approvalOf(key);
const decided = {
  ...approval,
  version: 2,
  state: {
    kind: "decided" as const,
    resumed: false,
    decision: { kind: "approved" as const, by: "UANA", at: "2026-03-01T05:00:00.000Z" },
  },
};
const nothing = { run: undefined, approvals: [] };

const withStatus = (status: Run["status"], version = 2): Run => ({ ...run, status, version });
const failed = withStatus({ kind: "failed", error: "No space." }, 4);

function kindsOf(...args: Parameters<typeof auditOf>): readonly string[] {
  const entries = auditOf(...args);
  for (const entry of entries) expect(AuditEntry.parse(entry)).toEqual(entry);
  return entries.map(({ kind }) => kind);
}

test("a new run was started, by its requester", () => {
  expect(auditOf(nothing, { run, approvals: [] }, { now: NOON })).toEqual([
    expect.objectContaining({ kind: "started", id: "started", at: EARLY, by: "URITA", workflow: "deploy" }),
  ]);
});

test("what did not change gives no entry", () => {
  const records = { run, approvals: [approval, decided] };
  expect(kindsOf(records, records, { now: NOON })).toEqual([]);
  expect(kindsOf(nothing, nothing, { now: NOON })).toEqual([]);
});

test("everything that is known gives the whole history, in order", () => {
  const done = withStatus({ kind: "done", outcome: { good: true, text: "Deployed." } }, 5);
  expect(kindsOf(nothing, { run: done, approvals: [resumedApproval(decided)] }, { now: NOON })).toEqual([
    "started",
    "asked",
    "decided",
    "resumed",
    "ended",
  ]);
});

test("the entries of several questions are in the order in which things happened", () => {
  const second = approvalOf(key, 1, "b".repeat(32));
  const asked = { ...second, askedAt: "2026-03-01T04:00:00.000Z" };
  const entries = auditOf({ run, approvals: [] }, { run, approvals: [decided, asked] }, { now: NOON });
  expect(entries.map(({ id }) => id)).toEqual([
    `asked:${approval.interrupt}:1`,
    `asked:${asked.interrupt}:1`,
    `decided:${approval.interrupt}:1`,
  ]);
});

test("each step of a question gives its own entry", () => {
  const steps = [approval, decided, resumedApproval(decided)];
  const kinds = steps.map((step, index) =>
    kindsOf(
      { run, approvals: steps.slice(Math.max(0, index - 1), index) },
      { run, approvals: [step] },
      { now: NOON },
    ),
  );
  expect(kinds).toEqual([["asked"], ["decided"], ["resumed"]]);
});

test("a decided question that is pending again was reopened at its new revision, and its decision is not forgotten", () => {
  const again = askedAgain(decided, { because: "refused", by: "UANA", now: NOON, notes: ["Too much."] });
  const reopened = { kind: "reopened", id: `asked:${approval.interrupt}:2`, at: NOON, by: "UANA" };
  const entries = auditOf({ run, approvals: [decided] }, { run, approvals: [again] }, { now: NOON });
  expect(entries).toEqual([
    expect.objectContaining({ ...reopened, because: "refused", notes: ["Too much."] }),
  ]);
  expect(kindsOf({ run, approvals: [] }, { run, approvals: [again] }, { now: NOON })).toEqual([
    "asked",
    "decided",
    "reopened",
  ]);
});

test("a run that failed, was retried, failed again and ended has four entries that differ", () => {
  const steps = [
    withStatus({ kind: "waiting" }, 3),
    failed,
    withStatus({ kind: "queued" }, 5),
    withStatus({ kind: "failed", error: "x".repeat(5_000) }, 6),
    withStatus({ kind: "done", outcome: { good: false, text: "Given up." } }, 7),
  ];
  const entries = steps.flatMap((step, index) =>
    auditOf(
      { run: steps[index - 1] ?? run, approvals: [] },
      { run: step, approvals: [] },
      { now: NOON, by: "URITA" },
    ),
  );
  expect(entries.map(({ id }) => id)).toEqual(["failed:4", "retried:5", "failed:6", "ended:7"]);
  expect(entries[1]).toMatchObject({ by: "URITA" });
  expect(JSON.stringify(entries).length).toBeLessThan(3_000);
});
