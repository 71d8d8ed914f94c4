// Several actions in one vote: one answer for each, of the kinds that are allowed, with arguments that fit.
import { expect, test } from "vitest";
import { answerOf } from "../../src/approvals/answer.ts";
import { type Approval, askedApproval, decide } from "../../src/approvals/approval.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { Request } from "../../src/approvals/request.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { ANA, NOW, pending } from "./fixtures.ts";

const { digest, state, version, revision, ...asked } = pending;

const SEVERAL = {
  actionRequests: [
    { name: "send", args: { to: "lee", copies: 1 } },
    { name: "drop", args: { table: "orders" } },
  ],
  reviewConfigs: [{ actionName: "send", allowedDecisions: ["approve", "edit"] }],
};

function asking(value: unknown): Approval {
  return askedApproval({ ...asked, request: requestOf(value, "tools") });
}

function cast(approval: Approval, vote: Vote) {
  return decide(approval, { vote, person: ANA, digest: approval.digest, now: NOW });
}

const approve = { kind: "approve" } as const;
const reject = { kind: "reject", reason: "no" } as const;

test("is a request that is read back as it was stored", () => {
  const { request } = asking(SEVERAL);
  expect(request.kind).toBe("review");
  expect(Request.parse(request)).toEqual(request);
});

test.each<[string, Vote, unknown]>([
  ["too few answers", { kind: "review", items: [approve] }, { "": /2 actions/ }],
  [
    "an answer that is not allowed",
    { kind: "review", items: [reject, approve] },
    { 0: /does not offer this/ },
  ],
  [
    "arguments that do not fit",
    { kind: "review", items: [{ kind: "edit", args: { to: 5, copies: 1 } }, approve] },
    { 0: /^to: / },
  ],
  [
    "an edit that is not allowed",
    { kind: "review", items: [approve, { kind: "edit", args: {} }] },
    { 1: /does not offer this/ },
  ],
])("%s does not count, and what is wrong is said at its action", (_, vote, errors) => {
  const verdict = cast(asking(SEVERAL), vote);
  expect(verdict).toMatchObject({ kind: "refused", because: "does-not-fit" });
  const said = verdict.kind === "refused" ? (verdict.errors ?? {}) : {};
  for (const [index, sentence] of Object.entries(errors as Record<string, RegExp>))
    expect(said[index]).toMatch(sentence);
});

test("is not approved at a click where one of the actions may not be approved", () => {
  const unapprovable = { ...SEVERAL, reviewConfigs: [{ actionName: "drop", allowedDecisions: ["reject"] }] };
  expect(cast(asking(unapprovable), approve)).toMatchObject({ kind: "refused", because: "not-offered" });
  expect(cast(asking(SEVERAL), approve)).toMatchObject({ kind: "accepted" });
  for (const vote of [reject, { kind: "respond", text: "x" } as const])
    expect(cast(asking(SEVERAL), vote)).toMatchObject({ because: "not-offered" });
});

test("has a digest of its own for other arguments and other limits, and its decision is in the history", () => {
  const other = { ...SEVERAL, actionRequests: [...SEVERAL.actionRequests].reverse() };
  expect(asking(other).digest).not.toBe(asking(SEVERAL).digest);
  expect(asking({ ...SEVERAL, reviewConfigs: [] }).digest).not.toBe(asking(SEVERAL).digest);
  const verdict = cast(asking(SEVERAL), { kind: "review", items: [approve, { ...reject, reason: "Why?" }] });
  if (verdict.kind !== "accepted") throw new Error(verdict.kind);
  const answer = { kind: "reviewed", items: [{ kind: "approved" }, { kind: "rejected", said: "Why?" }] };
  expect(entriesOfApproval(verdict.approval, NOW)[1]).toMatchObject({ kind: "decided", answer });
  expect(answerOf(verdict.approval.request, verdict.decision)).toEqual({
    decisions: [{ type: "approve" }, { type: "reject", message: "Why?" }],
  });
});
