// Where two must agree: on a form, on several actions, and when one of them changes their mind.
import { expect, test } from "vitest";
import { type Approval, askedApproval, decide } from "../../src/approvals/approval.ts";
import { answerOf } from "../../src/approvals/answer.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { member, NOW, ONCALL, pending } from "./fixtures.ts";

const [ana, bo] = [member("UANA", ONCALL), member("UBO", ONCALL)];

function ofTwo(value: unknown, responseSchema = {}): Approval {
  const { digest: _, state: _state, version: _version, revision: _revision, ...asked } = pending;
  const request = requestOf(value, "ask", { responseSchema });
  return askedApproval({ ...asked, request, policy: { ...asked.policy, quorum: 2 } });
}

function cast(approval: Approval, person: typeof ana, vote: Vote, at = NOW): ReturnType<typeof decide> {
  return decide(approval, { vote, digest: approval.digest, person, now: at, voters: [ana, bo] });
}

function counted(approval: Approval, person: typeof ana, vote: Vote, at = NOW): Approval {
  const verdict = cast(approval, person, vote, at);
  if (verdict.kind !== "counted") throw new Error(`It should have counted, and was ${verdict.kind}.`);
  return verdict.approval;
}

test("a form that one has filled in is agreed to by sending it as it is, and anything else is a proposal of one's own", () => {
  const name = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
  const filled = counted(ofTwo({ question: "For whom?" }, name), ana, {
    kind: "edit",
    args: { name: "Eve" },
  });
  expect(cast(filled, ana, { kind: "edit", args: { name: "Eve" } })).toMatchObject({ because: "voted" });
  const agreed = cast(filled, bo, { kind: "edit", args: { name: "Eve" } });
  if (agreed.kind !== "accepted") throw new Error("Both have agreed.");
  expect(agreed.decision).toMatchObject({ kind: "edited", by: "UBO", votes: [{ by: "UANA" }] });
  expect(answerOf(agreed.approval.request, agreed.decision)).toEqual({ name: "Eve" });
  const other = counted(filled, bo, { kind: "edit", args: { name: "Ida" } });
  expect(other).toMatchObject({ revision: 3, state: { votes: [{ by: "UBO" }] } });
});

test("two who decide each of several actions alike agree, whatever reason each of them gives", () => {
  const asked = ofTwo({ action_requests: [{ name: "send" }, { name: "purge" }] });
  const items = (reason: string): Vote => ({
    kind: "review",
    items: [{ kind: "approve" }, { kind: "reject", reason }],
  });
  const agreed = cast(counted(asked, ana, items("Too early")), bo, items("Too late"));
  expect(agreed).toMatchObject({ kind: "accepted", decision: { by: "UBO", votes: [{ by: "UANA" }] } });
  expect(cast(counted(asked, ana, items("No")), bo, { kind: "approve" }).kind).toBe("counted");
});

test("each time that somebody changes their vote is told by itself, and each of them once", () => {
  const asked = ofTwo({ question: "Which?", options: ["eu", "us"] });
  const at = (second: number): string => `2026-03-01T12:00:0${second}.000Z`;
  const choose = (option: string): Vote => ({ kind: "choose", option });
  const first = counted(asked, ana, choose("1"), at(1));
  const second = counted(first, ana, choose("2"), at(2));
  const third = counted(second, ana, choose("1"), at(3));
  const last = cast(third, bo, choose("1"), at(4));
  if (last.kind !== "accepted") throw new Error("Both have agreed.");
  const all = [first, second, third, last.approval].flatMap((one) => entriesOfApproval(one, at(5)));
  const voted = new Map(all.flatMap((one) => (one.kind === "voted" ? [[one.id, one.at] as const] : [])));
  expect([...voted.values()]).toEqual([at(1), at(2), at(3)]);
});

test("where all who must agree have voted, and one of them belongs to the last group only now, whoever says it again decides", () => {
  const { digest: _, state: _state, version: _version, revision: _revision, ...asked } = pending;
  const policy = {
    approvers: { users: ["UANA"], groups: [ONCALL] },
    requesterMayApprove: false,
    everyGroup: true,
  };
  const named = counted(askedApproval({ ...asked, policy }), member("UANA"), { kind: "approve" });
  const click = { vote: { kind: "approve" }, digest: named.digest, now: NOW } as const;
  const again = (person: typeof ana) => decide(named, { ...click, person, voters: [person] });
  expect(again(member("UANA"))).toMatchObject({ kind: "refused", because: "voted" });
  expect(again(ana)).toMatchObject({ kind: "accepted", decision: { kind: "approved", by: "UANA" } });
});
