// How many must still agree, and for which groups: held against trying out every way in which people could speak for groups.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { approversOf, DeclaredPolicy, policyFor } from "../../src/approvals/declared-policy.ts";
import {
  agreementsLeft,
  groupsLeft,
  isAmong,
  mayDecide,
  mayStart,
  type Person,
  type Policy,
} from "../../src/approvals/policy.ts";
import { member } from "./fixtures.ts";

const GROUPS = ["SA", "SB", "SC"] as const;

const policyOf = (change: Partial<Policy>): Policy => ({
  approvers: { users: ["UNAMED"], groups: [...GROUPS] },
  requesterMayApprove: false,
  ...change,
});

/** The most groups that can be spoken for, by trying every person for every group. */
function mostSpokenFor(people: readonly Person[], groups: readonly string[]): number {
  const [first, ...rest] = people;
  if (first === undefined) return 0;
  const own = first.kind === "member" ? groups.filter((group) => first.groups.includes(group)) : [];
  const without = mostSpokenFor(rest, groups);
  const withOne = own.map(
    (group) =>
      1 +
      mostSpokenFor(
        rest,
        groups.filter((other) => other !== group),
      ),
  );
  return Math.max(without, ...withOne);
}

const people = fc
  .array(fc.subarray([...GROUPS]), { maxLength: 4 })
  .map((all) => all.map((groups, index) => member(`U${index}`, ...groups)));

describe("what is left to agree", () => {
  test("is the number that the quorum lacks", () => {
    expect(agreementsLeft(policyOf({}), [])).toBe(1);
    expect(agreementsLeft(policyOf({ quorum: 3 }), [member("U1", "SA")])).toBe(2);
    expect(agreementsLeft(policyOf({ quorum: 2 }), [member("U1"), member("U2"), member("U3")])).toBe(0);
  });

  test("is, where every group must agree, what no way of speaking for them covers", () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 1, max: 4 }), (agreeing, quorum) => {
        const policy = policyOf({ quorum, everyGroup: true });
        const covered = mostSpokenFor(agreeing, GROUPS);
        expect(agreementsLeft(policy, agreeing)).toBe(
          Math.max(quorum - agreeing.length, GROUPS.length - covered, 0),
        );
        expect(groupsLeft(policy, agreeing)).toHaveLength(GROUPS.length - covered);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  test("never grows when somebody else agrees", () => {
    fc.assert(
      fc.property(people, fc.subarray([...GROUPS]), (agreeing, groups) => {
        const policy = policyOf({ quorum: 3, everyGroup: true });
        const more = [...agreeing, member("UMORE", ...groups)];
        expect(agreementsLeft(policy, more)).toBeLessThanOrEqual(agreementsLeft(policy, agreeing));
      }),
      { seed: 4, numRuns: 300 },
    );
  });

  test("one person in two groups speaks for one of them, and gives way to who can only speak for that one", () => {
    const policy = policyOf({ approvers: { users: [], groups: ["SA", "SB"] }, everyGroup: true });
    const both = member("U1", "SA", "SB");
    expect(agreementsLeft(policy, [both])).toBe(1);
    expect(agreementsLeft(policy, [both, member("U2", "SA")])).toBe(0);
    expect(agreementsLeft(policy, [member("U2", "SA"), both])).toBe(0);
    expect(groupsLeft(policy, [member("U2", "SA"), member("U3", "SA")])).toEqual(["SB"]);
  });
});

describe("a declared policy", () => {
  const roles = { approvers: "S0ONCALL", operators: "S0OPS" };
  const asked = { roles, requester: "U0RITA", policy: { approvers: [{ group: "S0LEADS" }] } } as const;

  test("names this workspace's groups, people and schedules, each of them once", () => {
    const principals = [
      "approvers",
      { group: "S0ONCALL" },
      { user: "U1" },
      { user: "U1" },
      { schedule: "primary" },
    ] as const;
    expect(approversOf(principals, roles)).toEqual({ users: ["U1"], groups: ["S0ONCALL", "oncall:primary"] });
  });

  test("keeps how many must agree, and nothing that was not said", () => {
    const declared = DeclaredPolicy.parse({ approvers: ["operators"], requesterMayApprove: true });
    expect(policyFor(declared, asked)).toEqual({
      ...{ approvers: { users: [], groups: ["S0OPS"] }, requesterMayApprove: true },
    });
    const all = { quorum: 2, everyGroup: true, rejections: 2, expiresAfterMs: 5 };
    expect(policyFor({ ...declared, ...all }, asked)).toMatchObject(all);
  });

  test("names the requester, beside others and in the escalation", () => {
    const declared = DeclaredPolicy.parse({
      approvers: ["requester", { user: "U0RITA" }, "operators"],
      requesterMayApprove: true,
      escalation: [{ afterMs: 5, to: ["requester"] }],
    });
    const policy = policyFor(declared, asked);
    expect(policy).toMatchObject({
      approvers: { users: ["U0RITA"], groups: ["S0OPS"] },
      escalation: [{ to: { kind: "people", users: ["U0RITA"], groups: [] } }],
    });
    expect(mayDecide(member("U0RITA"), "U0RITA", policy)).toEqual({ allowed: true });
  });

  test.each(["system", "webhook:alerts", "Ursula"])(
    "whose requester is %s, and nobody of the workspace, goes to the workflow's approvers",
    (requester) => {
      const declared = DeclaredPolicy.parse({
        approvers: ["requester"],
        requesterMayApprove: true,
        escalation: [{ afterMs: 5, to: ["requester", "operators"] }],
      });
      expect(policyFor(declared, { ...asked, requester })).toMatchObject({
        approvers: { users: [], groups: ["S0LEADS"] },
        escalation: [{ to: { users: [], groups: ["S0OPS"] } }],
      });
      const ofWorkflow = { ...asked, requester, policy: declared };
      expect(policyFor(declared, ofWorkflow).approvers).toEqual({ users: [], groups: ["S0ONCALL"] });
    },
  );

  test("that names the requester, in the escalation or before, is refused where the requester may not approve", () => {
    const named = { approvers: ["requester"] };
    const reached = { approvers: ["approvers"], escalation: [{ afterMs: 5, to: ["requester"] }] };
    for (const declared of [named, reached]) {
      const parsed = DeclaredPolicy.safeParse({ ...declared, requesterMayApprove: false });
      expect(parsed.error?.issues[0]?.message).toMatch(/^names the requester, who may not approve/);
      expect(DeclaredPolicy.safeParse({ ...declared, requesterMayApprove: true }).success).toBe(true);
    }
  });

  test.each([
    ["nobody", { approvers: [] }],
    ["a role that is none", { approvers: ["managers"] }],
    ["a quorum of none", { approvers: ["approvers"], quorum: 0 }],
    ["a word it does not know", { approvers: ["approvers"], quorom: 2 }],
  ])("with %s is refused", (_, declared) => {
    expect(DeclaredPolicy.safeParse({ requesterMayApprove: false, ...declared }).success).toBe(false);
  });
});

test("starters are full members, and those that are named where some are", () => {
  const named = { users: ["U1"], groups: ["SA"] };
  expect(mayStart(member("U1"), named)).toEqual({ allowed: true });
  expect(mayStart(member("U2", "SA"), named)).toEqual({ allowed: true });
  expect(mayStart(member("U3"), named)).toEqual({ allowed: false, because: "not-an-approver" });
  expect(mayStart({ kind: "guest", id: "U1" }, named)).toEqual({ allowed: false, because: "guest" });
  expect(isAmong({ kind: "external", id: "U1" }, named)).toBe(false);
});
