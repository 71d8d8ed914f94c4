// Deciding, by example: who counts, and in which order refusals come. That it holds for everything that may be clicked is the model's (test/models).
import { describe, expect, test } from "vitest";
import { type Approval, askedApproval, decide } from "../../src/approvals/approval.ts";
import { resumedApproval, supersededApproval } from "../../src/approvals/course.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import { answerOf } from "../../src/approvals/answer.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { mayDecide, mayStart, type Person, type Policy } from "../../src/approvals/policy.ts";
import { ANA, member, NOW, ONCALL, pending } from "./fixtures.ts";

const approve: Vote = { kind: "approve" };
const cast = (vote: Vote, person: Person = ANA, digest = pending.digest) => ({
  vote,
  person,
  digest,
  now: NOW,
});

describe("who may decide", () => {
  const policy: Policy = pending.policy;
  const requester = "URITA";
  test.each<readonly [string, Person, boolean | string]>([
    ["a member of the group", ANA, true],
    ["a member who is named", member("UNAMED"), true],
    ["a member of neither", member("UOTTO"), "not-an-approver"],
    ["a member of another group", member("UOTTO", "S2"), "not-an-approver"],
    ["the requester, though in the group", member("URITA", ONCALL), "own-request"],
    ["a guest", { kind: "guest", id: "UNAMED" }, "guest"],
    ["somebody of another workspace", { kind: "external", id: "UNAMED" }, "external"],
    ["somebody whose account is closed", { kind: "deactivated", id: "UNAMED" }, "deactivated"],
    ["somebody nobody knows", { kind: "unknown", id: "UNAMED" }, "unknown"],
  ])("%s", (_who, person, expected) => {
    const permission = mayDecide(person, requester, policy);
    expect(permission).toEqual(expected === true ? { allowed: true } : { allowed: false, because: expected });
  });

  test("a requester may approve only where the policy says so, and only as an approver", () => {
    const lenient = { ...policy, requesterMayApprove: true };
    expect(mayDecide(member("URITA", ONCALL), requester, lenient)).toEqual({ allowed: true });
    expect(mayDecide(member("URITA"), requester, lenient)).toEqual({
      allowed: false,
      because: "not-an-approver",
    });
  });

  test("only members start runs", () => {
    expect(mayStart(member("U1"))).toEqual({ allowed: true });
    expect(mayStart({ kind: "guest", id: "U1" })).toEqual({ allowed: false, because: "guest" });
  });
});

describe("a vote", () => {
  test("to approve decides, keeps the revision and names who and when", () => {
    expect(decide(pending, cast(approve))).toMatchObject({
      kind: "accepted",
      decision: { kind: "approved", by: "UANA", at: NOW },
      approval: {
        version: 2,
        revision: 1,
        digest: pending.digest,
        state: { kind: "decided", resumed: false },
      },
    });
  });

  test("to reject decides with its reason, and what was asked stays as it was", () => {
    const verdict = decide(pending, cast({ kind: "reject", reason: "Freeze" }));
    const decision = { kind: "rejected", by: "UANA", at: NOW, reason: "Freeze" };
    expect(verdict).toEqual({
      kind: "accepted",
      decision,
      approval: { ...pending, version: 2, state: { kind: "decided", decision, resumed: false } },
    });
  });

  test.each([true, false])(
    "to reject says whether to stop (%s) where another try was offered, and else only if it does",
    (stop) => {
      const rejected = (approval: Approval) => {
        const verdict = decide(approval, cast({ kind: "reject", reason: "Shorter", stop }));
        return verdict.kind === "accepted" ? verdict.decision : verdict;
      };
      const decision = { kind: "rejected", by: "UANA", at: NOW, reason: "Shorter" };
      expect(rejected(pending)).toEqual(stop ? { ...decision, stop } : decision);
      expect(rejected({ ...pending, request: { ...pending.request, again: true } })).toEqual({
        ...decision,
        stop,
      });
    },
  );

  test("to edit what has no schema is refused as a whole", () => {
    const { schema, ...request } = pending.request;
    expect(schema).toBeDefined();
    const verdict = decide({ ...pending, request }, cast({ kind: "edit", args: { version: "v2" } }));
    expect(verdict).toEqual({
      kind: "refused",
      because: "does-not-fit",
      errors: { "": "These arguments cannot be edited." },
    });
  });

  test("to edit makes a new revision with a digest of its own, and decides it in the same write", () => {
    const verdict = decide(pending, cast({ kind: "edit", args: { version: "v2", replicas: 2 } }));
    if (verdict.kind !== "accepted") throw new Error("The edit was refused.");
    expect(verdict.decision).toMatchObject({
      kind: "edited",
      args: { version: "v2", replicas: 2 },
      before: { version: "v1", replicas: 2 },
    });
    expect(verdict.approval).toMatchObject({
      version: 2,
      revision: 2,
      request: { action: { args: { version: "v2" } } },
    });
    expect(verdict.approval.digest).not.toBe(pending.digest);
  });

  test.each<readonly [string, Record<string, string | number>, Record<string, string>]>([
    [
      "does not fit",
      { version: "latest", replicas: 9 },
      { version: "Must be: a version like v1.", replicas: "Must be at most 5." },
    ],
    ["lacks a field", { replicas: 1 }, { version: "This is required." }],
    [
      "has a field nobody knows",
      { version: "v2", constructor: "x" },
      { constructor: 'There is no field "constructor".' },
    ],
  ])("to edit into something that %s is refused at the field", (_what, args, errors) => {
    const verdict = decide(pending, cast({ kind: "edit", args }));
    expect(verdict).toMatchObject({ kind: "refused", because: "does-not-fit" });
    expect(verdict.kind === "refused" ? { ...verdict.errors } : {}).toEqual(errors);
  });

  test("is refused for who casts it before anything about the request is told", () => {
    const decided = accepted(pending, approve);
    expect(decide(decided, cast(approve, member("UOTTO")))).toMatchObject({ because: "not-an-approver" });
  });

  test("is refused as decided before its digest is looked at, and as changed before what is offered", () => {
    const decided = accepted(pending, approve);
    expect(decide(decided, cast(approve, ANA, "old"))).toMatchObject({ because: "decided" });
    const noEdit = { ...pending, request: { ...pending.request, allowed: ["approve"] } } as Approval;
    expect(decide(noEdit, cast({ kind: "reject", reason: "no" }, ANA, "old"))).toMatchObject({
      because: "changed",
    });
    expect(decide(noEdit, cast({ kind: "reject", reason: "no" }))).toMatchObject({ because: "not-offered" });
  });

  test("on a question that was replaced is refused", () => {
    expect(decide(supersededApproval(pending, NOW), cast(approve))).toMatchObject({ because: "superseded" });
  });
});

function accepted(approval: Approval, vote: Vote): Approval {
  const verdict = decide(approval, cast(vote));
  if (verdict.kind !== "accepted") throw new Error(`The vote was not taken: ${verdict.kind}.`);
  return verdict.approval;
}

describe("the digest", () => {
  const { digest, state, version, revision, ...asked } = pending;
  const changes: readonly (readonly [string, Partial<typeof asked>])[] = [
    ["the workflow", { workflow: "other" }],
    ["the workflow's version", { workflowVersion: "2" }],
    ["the thread", { thread: "x" }],
    ["the interrupt", { interrupt: "x" }],
    ["the action", { request: { ...asked.request, action: { ...asked.request.action, name: "drop" } } }],
    [
      "an argument",
      { request: { ...asked.request, action: { name: "deploy", args: { version: "v1", replicas: 3 } } } },
    ],
    ["the schema", { request: { ...asked.request, schema: { type: "object" } } }],
    ["what is allowed", { request: { ...asked.request, allowed: ["approve"] } }],
    ["the policy", { policy: { ...asked.policy, requesterMayApprove: true } }],
  ];
  test.each(changes)("changes with %s", (_what, change) => {
    expect(askedApproval({ ...asked, ...change }).digest).not.toBe(digest);
  });

  test("does not depend on the order of keys", () => {
    const args = { replicas: 2, version: "v1" };
    expect(
      askedApproval({ ...asked, request: { ...asked.request, action: { name: "deploy", args } } }).digest,
    ).toBe(digest);
    expect({ state: state.kind, version, revision }).toEqual({ state: "pending", version: 1, revision: 1 });
  });
});

test("an answer is marked as consumed once, and a decided question is never superseded", () => {
  const decided = accepted(pending, approve);
  const resumed = resumedApproval(decided);
  expect(resumed).toMatchObject({ version: 3, state: { resumed: true } });
  expect(resumedApproval(resumed)).toBe(resumed);
  expect(supersededApproval(decided, NOW)).toBe(decided);
  expect(resumedApproval(pending)).toBe(pending);
});

test("a node that compares with words of its own is resumed with those words", () => {
  const request = { ...pending.request, answers: { approve: "approved", reject: false } };
  expect(answerOf(request, { kind: "approved", by: "U1", at: NOW })).toBe("approved");
  expect(answerOf(request, { kind: "rejected", by: "U1", at: NOW, reason: "no" })).toBe(false);
  expect(answerOf(pending.request, { kind: "approved", by: "U1", at: NOW })).toEqual({
    kind: "approved",
    by: "U1",
    at: NOW,
  });
});

test("a comment goes with an approval, into the run and into the history", () => {
  const verdict = decide(pending, {
    vote: { kind: "approve", comment: "only after 17:00, DB_PASSWORD=hunter2" },
    digest: pending.digest,
    person: ANA,
    now: NOW,
  });
  if (verdict.kind !== "accepted") throw new Error(verdict.kind);
  expect(verdict.decision).toMatchObject({
    kind: "approved",
    comment: "only after 17:00, DB_PASSWORD=hunter2",
  });
  expect(answerOf(pending.request, verdict.decision)).toBe(verdict.decision);
  expect(entriesOfApproval(verdict.approval, NOW).at(-1)).toMatchObject({
    answer: { kind: "approved", comment: "only after 17:00, DB_PASSWORD=••••" },
  });
});
