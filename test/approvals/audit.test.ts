// What an approval's record tells the history, and what is kept of a click that did not count.
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { approvalDigest, decide } from "../../src/approvals/approval.ts";
import {
  cancelledApproval,
  expiredApproval,
  resumedApproval,
  supersededApproval,
} from "../../src/approvals/course.ts";
import { AuditEntry, entriesOfApproval } from "../../src/approvals/audit.ts";
import { clippedText } from "../../src/approvals/clipped.ts";
import { refusedClick } from "../../src/approvals/noted.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { ANA, NOW, pending } from "./fixtures.ts";

const LATER = "2026-03-01T04:00:00.000Z";

function decided(vote: Vote, approval: Approval = pending): Approval {
  const verdict = decide(approval, { vote, digest: approval.digest, person: ANA, now: NOW });
  if (verdict.kind === "refused") throw new Error(`The vote was refused: ${verdict.because}.`);
  return verdict.approval;
}

const question = { interrupt: pending.interrupt, revision: 1, digest: pending.digest };
const asked = { kind: "asked", id: `asked:${pending.interrupt}:1`, at: NOW, ...question };

test("a pending question was asked, when it was asked", () => {
  expect(entriesOfApproval(pending, LATER)).toEqual([asked]);
});

test("a rejection is recorded with its reason, who and when; consuming it is an entry of its own", () => {
  const rejected = decided({ kind: "reject", reason: "Too late." });
  const entry = {
    kind: "decided",
    id: `decided:${pending.interrupt}:1`,
    at: NOW,
    by: ANA.id,
    ...question,
    answer: { kind: "rejected", reason: "Too late." },
  };
  expect(entriesOfApproval(rejected, LATER)).toEqual([asked, entry]);
  const resumed = { kind: "resumed", id: `resumed:${pending.interrupt}:1`, at: LATER, ...question };
  expect(entriesOfApproval(resumedApproval(rejected), LATER)).toEqual([asked, entry, resumed]);
});

test("an edit is recorded with before and after at its own revision, and what was asked at the one before, with its digest", () => {
  const args = { version: "v2", replicas: 2 };
  const edited = decided({ kind: "edit", args });
  expect(entriesOfApproval(edited, LATER)).toEqual([
    asked,
    {
      kind: "decided",
      id: `decided:${pending.interrupt}:2`,
      at: NOW,
      by: ANA.id,
      interrupt: pending.interrupt,
      revision: 2,
      digest: edited.digest,
      answer: {
        kind: "edited",
        change: { kind: "values", before: pending.request.action.args, after: args },
      },
    },
  ]);
});

test("of an edit too large to be kept twice the digests are recorded", () => {
  const action = { ...pending.request.action, args: { body: "x".repeat(9_000) } };
  const schema = { type: "object", properties: { body: { type: "string" } } };
  const large = { ...pending, request: { ...pending.request, action, schema } };
  const [, entry] = entriesOfApproval(decided({ kind: "edit", args: { body: "y" } }, large), LATER);
  expect(entry).toMatchObject({ answer: { change: { kind: "digests" } } });
  expect(JSON.stringify(entry).length).toBeLessThan(1_000);
});

test("a question that is asked no more was superseded when it says so", () => {
  const superseded = { kind: "superseded", id: `superseded:${pending.interrupt}:1`, at: LATER, ...question };
  expect(entriesOfApproval(supersededApproval(pending, LATER), NOW)).toEqual([asked, superseded]);
});

const click = {
  at: NOW,
  by: "UEVE",
  tried: "approve",
  because: "not-an-approver",
  interrupt: "f".repeat(32),
  digest: pending.digest,
};

test("the same click again is the same entry; another reason, another card or another person is another", () => {
  const { id } = refusedClick(click);
  expect(refusedClick({ ...click, at: LATER }).id).toBe(id);
  const others = [{ because: "decided" }, { digest: "d" }, { by: "UANA" }, { tried: "reject" }];
  const ids = others.map((other) => refusedClick({ ...click, ...other }).id);
  expect(new Set([id, ...ids]).size).toBe(5);
});

test("what a forged button claims is clipped before it is recorded", () => {
  const entry = refusedClick({ ...click, digest: "\ud800".repeat(5_000), interrupt: "i".repeat(5_000) });
  expect(AuditEntry.parse(entry)).toEqual(entry);
  expect(JSON.stringify(entry).length).toBeLessThan(800);
  expect(entry.digest.isWellFormed()).toBe(true);
});

test("a long text is clipped with a mark, a short one is not", () => {
  expect(clippedText("short")).toBe("short");
  expect(clippedText("x".repeat(3_000))).toBe(`${"x".repeat(2_000)}…`);
});

test("a question that is closed undecided still tells who had voted, and that it had expired", () => {
  const ofTwo = { ...pending, policy: { ...pending.policy, quorum: 2 }, expiresAt: LATER };
  const voted = decided({ kind: "approve" }, { ...ofTwo, digest: approvalDigest(ofTwo) });
  const kinds = (approval: Approval) => entriesOfApproval(approval, LATER).map(({ kind }) => kind);
  const cancel = { by: "URITA", at: LATER };
  expect(kinds(cancelledApproval(voted, cancel))).toEqual(["asked", "voted"]);
  expect(kinds(supersededApproval(voted, LATER))).toEqual(["asked", "voted", "superseded"]);
  const expired = expiredApproval(voted, LATER);
  expect(kinds(expired)).toEqual(["asked", "voted", "expired"]);
  expect(kinds(cancelledApproval(expired, cancel))).toEqual(["asked", "voted", "expired"]);
});
