// What time does to a question that waits, whatever its policy and whenever somebody looks.
import fc from "fast-check";
import { expect, test } from "vitest";
import { actorText, keyGroup } from "../../src/approvals/actor.ts";
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import { handedOver, nudged, snoozed } from "../../src/approvals/attend.ts";
import { standingPolicy } from "../../src/approvals/attention.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import { askedAgain } from "../../src/approvals/course.ts";
import type { Policy, Step } from "../../src/approvals/policy.ts";
import { ApproveRequest } from "../../src/approvals/request.ts";
import { nextTimeOf, tendedApproval } from "../../src/approvals/tend.ts";

const SEED = 20261121;
const ASKED_AT = "2026-05-04T15:00:00.000Z";
const NOBODY_KNOWN = new Map<string, readonly string[]>();
const MINUTE = 60_000;

const at = (minutes: number): string => new Date(Date.parse(ASKED_AT) + minutes * MINUTE).toISOString();

function asked(policy: Partial<Policy>): Approval {
  return askedApproval({
    ...{ team: "T1", thread: "t", interrupt: "i", slot: 1, workflow: "w", workflowVersion: "1" },
    request: ApproveRequest.parse({ title: "Go?", action: { name: "go", args: {} } }),
    policy: { approvers: { users: ["U1"], groups: ["S1"] }, requesterMayApprove: false, ...policy },
    ...{ requester: "URITA", channel: "C1", askedAt: ASKED_AT },
  });
}

const minutes = fc.integer({ min: 1, max: 3_000 });
const step: fc.Arbitrary<Step> = fc.record({
  afterMs: minutes.map((count) => count * MINUTE),
  to: fc.oneof(
    fc.record({
      kind: fc.constant("people" as const),
      users: fc.subarray(["U2", "U3"]),
      groups: fc.subarray(["S2"]),
    }),
    fc.record({ kind: fc.constant("channel" as const), channel: fc.constantFrom("C2", "C3") }),
  ),
});
const somePolicy: fc.Arbitrary<Partial<Policy>> = fc.record(
  {
    remindAfterMs: fc.array(
      minutes.map((count) => count * MINUTE),
      { maxLength: 4 },
    ),
    escalation: fc.array(step, { maxLength: 4 }),
    expiresAfterMs: minutes.map((count) => count * MINUTE),
  },
  { requiredKeys: [] },
);
/** When somebody looks, in minutes after it was asked. */
const looks = fc
  .array(fc.integer({ min: 0, max: 8_000 }), { minLength: 1, maxLength: 8 })
  .map((all) => all.toSorted((a, b) => a - b));

function looked(approval: Approval, times: readonly number[]): Approval {
  return times.reduce((before, time) => tendedApproval(before, at(time), NOBODY_KNOWN), approval);
}

function property(holds: (policy: Partial<Policy>, times: readonly number[]) => void): void {
  fc.assert(fc.property(somePolicy, looks, holds), { seed: SEED, numRuns: 400 });
}

test("whoever looks again at the same moment finds nothing to do, and the next time is still to come", () => {
  property((policy, times) => {
    const last = at(times.at(-1) ?? 0);
    const tended = looked(asked(policy), times);
    expect(tendedApproval(tended, last, NOBODY_KNOWN)).toBe(tended);
    const next = nextTimeOf(tended);
    expect(next === undefined || next > last).toBe(true);
  });
});

test("how often somebody looked makes no difference to whom it has reached, and to whether it has expired", () => {
  property((policy, times) => {
    const often = looked(asked(policy), times);
    const once = looked(asked(policy), times.slice(-1));
    expect(often.state).toEqual(once.state);
    if (often.state.kind === "pending") expect(standingPolicy(often)).toEqual(standingPolicy(once));
  });
});

test("nobody is reminded more often than the policy says, nor before", () => {
  property((policy, times) => {
    const tended = looked(asked(policy), times);
    const reminded = (tended.attention?.pings ?? []).filter(({ why }) => why.kind === "waiting");
    const due = (policy.remindAfterMs ?? [30 * MINUTE]).toSorted((a, b) => a - b);
    const usual = policy.expiresAfterMs === undefined ? 3 : 2;
    expect(reminded.length).toBeLessThanOrEqual(policy.remindAfterMs?.length ?? usual);
    const [first] = reminded;
    if (first !== undefined && policy.expiresAfterMs === undefined)
      expect(Date.parse(first.at) - Date.parse(ASKED_AT)).toBeGreaterThanOrEqual(due[0] ?? 0);
  });
});

test("each step of the escalation is taken once, in order, and told once in the history", () => {
  property((policy, times) => {
    const tended = looked(asked(policy), times);
    const told = entriesOfApproval(tended, at(9_000)).filter(({ kind }) => kind === "escalated");
    expect(told).toHaveLength(tended.attention?.steps ?? 0);
    expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
  });
});

test("a snooze changes neither when it expires nor to whom it goes on", () => {
  property((policy, times) => {
    const quiet = snoozed(asked(policy), { by: "U1", until: at(2_000) });
    const [loudly, quietly] = [looked(asked(policy), times), looked(quiet, times)];
    expect(quietly.expiresAt).toBe(loudly.expiresAt);
    expect(quietly.state.kind).toBe(loudly.state.kind);
    expect(quietly.attention?.steps ?? 0).toBe(loudly.attention?.steps ?? 0);
  });
});

test("what is asked again begins its reminders and its escalation anew, and its replies are numbered on", () => {
  const chain: Step[] = [{ afterMs: 10 * MINUTE, to: { kind: "people", users: ["U2"], groups: [] } }];
  const policy = { escalation: chain, expiresAfterMs: 60 * MINUTE };
  const expired = looked(asked(policy), [15, 35, 70]);
  expect(expired.state.kind).toBe("expired");
  const numbers = (approval: Approval): readonly number[] =>
    approval.attention?.pings.map(({ number }) => number) ?? [];
  const again = askedAgain(expired, { because: "expired", by: "U1", now: at(100), notes: [] });
  expect(standingPolicy(again).approvers.users).toEqual(["U1"]);
  expect(nextTimeOf(again)).toBe(at(110));
  const later = tendedApproval(again, at(111), NOBODY_KNOWN);
  expect(standingPolicy(later).approvers.users).toEqual(["U1", "U2"]);
  expect(numbers(later)).toEqual([...numbers(expired), numbers(expired).length + 1]);
});

test("of many replies the last are kept, and the history tells of all", () => {
  let approval = asked({ remindAfterMs: [] });
  for (let count = 1; count <= 30; count++) approval = nudged(approval, { by: "UOTTO", now: at(count * 10) });
  expect(approval.attention?.pings.map(({ number }) => number)).toEqual([23, 24, 25, 26, 27, 28, 29, 30]);
  const told = entriesOfApproval(approval, at(400)).filter(({ kind }) => kind === "reminded");
  expect(told.map(({ id }) => id)).toEqual(Array.from({ length: 30 }, (_, n) => `ping:i:${n + 1}`));
});

test("a nudge is for whom it was handed to, and once they have voted for the others", () => {
  const handed = handedOver(asked({ quorum: 2 }), { to: "U1", by: "U2", now: at(5) });
  const nudge = { by: "UOTTO", now: at(10) };
  expect(nudged(handed, nudge).attention?.pings.at(-1)?.to).toEqual({ users: ["U1"], groups: [] });
  const votes = [{ by: "U1", at: at(6), vote: { kind: "approve" as const } }];
  const voted: Approval = { ...handed, state: { kind: "pending", votes } };
  expect(nudged(voted, nudge).attention?.pings.at(-1)?.to).toEqual({ users: ["U1"], groups: ["S1"] });
});

test("the digest is of what is asked: who was told of it, or has it, changes nothing that people vote on", () => {
  const before = asked({});
  const after = nudged(handedOver(before, { to: "U1", by: "U2", now: at(5) }), { by: "U2", now: at(6) });
  expect(looked(after, [40, 300]).digest).toBe(before.digest);
});

test("nobody reminds an API key, and whoever has voted by one is reminded no more", () => {
  const policy = { approvers: { users: ["U1", "U2"], groups: [keyGroup("ci")] }, remindAfterMs: [MINUTE] };
  const approval = { ...asked(policy), policy: { ...asked(policy).policy, quorum: 2 } };
  const vote = { by: actorText({ user: "U1", key: "ci" }), at: at(0), vote: { kind: "approve" as const } };
  const voted: Approval = { ...approval, state: { kind: "pending", votes: [vote] } };
  const [ping] = tendedApproval(voted, at(2), NOBODY_KNOWN).attention?.pings ?? [];
  expect(ping?.to).toEqual({ users: ["U2"], groups: [] });
});
