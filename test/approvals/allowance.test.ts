// What an approval allows for the rest of its run: only where everybody said so, only for the same values, and until it is taken back.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allowanceOf, isAllowed, revokedAllowance } from "../../src/approvals/allowance.ts";
import { type Approval, askedApproval, decide, type Verdict } from "../../src/approvals/approval.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import { askedAgain } from "../../src/approvals/course.ts";
import type { Vote } from "../../src/approvals/decision.ts";
import type { JsonObject } from "../../src/approvals/json.ts";
import { maskedApproval } from "../../src/approvals/masked-approval.ts";
import { ApproveRequest, interruptValueOf } from "../../src/approvals/request.ts";
import { member, NOW, ONCALL, pending } from "./fixtures.ts";

const [ana, bo] = [member("UANA", ONCALL), member("UBO", ONCALL)];
const ALLOW: Vote = { kind: "approve", forRun: true };
const APPROVE: Vote = { kind: "approve" };
const LATER = "2026-03-01T04:00:00.000Z";

interface Asked {
  readonly args?: JsonObject;
  readonly forRun?: string[];
  readonly schema?: JsonObject;
  readonly quorum?: number;
}

function askedFor({ args = ARGS, forRun = ["environment"], schema, quorum }: Asked = {}): Approval {
  const { digest: _, state: _state, version: _version, revision: _revision, ...asked } = pending;
  const request = ApproveRequest.parse({
    ...{ title: "Restart web", action: { name: "restart", args }, schema, forRun },
    allowed: ["approve", "edit", "reject"],
  });
  return askedApproval({ ...asked, request, policy: { ...asked.policy, ...(quorum && { quorum }) } });
}

const ARGS: JsonObject = { environment: "staging", service: "web" };

function cast(approval: Approval, vote: Vote, person = ana): Verdict {
  return decide(approval, { vote, digest: approval.digest, person, now: NOW, voters: [ana, bo] });
}

function after(approval: Approval, vote: Vote, person = ana): Approval {
  const verdict = cast(approval, vote, person);
  if (verdict.kind === "refused") throw new Error(`The vote was refused: ${verdict.because}.`);
  return verdict.approval;
}

describe("what an approval allows", () => {
  test("the same action again, with the same values of what is named and any others", () => {
    const allowance = allowanceOf(after(askedFor(), ALLOW));
    if (allowance === undefined) throw new Error("It was allowed.");
    expect(allowance).toEqual({
      ...{ action: "restart", same: { environment: "staging" }, interrupt: pending.interrupt },
      ...{ by: ["UANA"], at: NOW },
    });
    const allows = (args: JsonObject, name = "restart"): boolean => isAllowed(allowance, { name, args });
    expect(allows({ environment: "staging", service: "db" })).toBe(true);
    expect(allows({ environment: "prod", service: "web" })).toBe(false);
    expect(allows({ service: "web" })).toBe(false);
    expect(allows({ environment: "staging", service: "web" }, "delete")).toBe(false);
  });

  test("whatever the arguments, where none is named", () => {
    const allowance = allowanceOf(after(askedFor({ forRun: [] }), ALLOW));
    expect(allowance && isAllowed(allowance, { name: "restart", args: { environment: "prod" } })).toBe(true);
  });

  test("nothing, when it was approved and no more, when it was rejected, and while it waits", () => {
    expect(allowanceOf(after(askedFor(), APPROVE))).toBeUndefined();
    expect(allowanceOf(after(askedFor(), { kind: "reject", reason: "No" }))).toBeUndefined();
    expect(allowanceOf(askedFor())).toBeUndefined();
  });

  test("nothing once it was taken back, which the history tells once", () => {
    const revoked = revokedAllowance(after(askedFor(), ALLOW), { by: "URITA", at: LATER });
    expect(allowanceOf(revoked)).toBeUndefined();
    const entries = entriesOfApproval(revoked, LATER);
    expect(entries.map(({ kind }) => kind)).toEqual(["asked", "decided", "revoked"]);
    expect(entries.at(-1)).toMatchObject({ by: "URITA", at: LATER });
    expect(entries.at(1)).toMatchObject({ answer: { kind: "approved", forRun: true } });
  });

  test("nothing once it is asked again, and what was taken back is then allowed anew", () => {
    const revoked = revokedAllowance(after(askedFor(), ALLOW), { by: "URITA", at: LATER });
    const again = askedAgain(revoked, { because: "refused", by: "UANA", now: LATER, notes: [] });
    expect(allowanceOf(again)).toBeUndefined();
    const anew = after(again, ALLOW);
    expect(allowanceOf(anew)).toBeDefined();
    const kinds = entriesOfApproval(anew, LATER).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "revoked")).toHaveLength(1);
  });
});

describe("how many must say so", () => {
  test("as many as must agree: two who both allow it", () => {
    const first = after(askedFor({ quorum: 2 }), ALLOW);
    expect(allowanceOf(first)).toBeUndefined();
    expect(allowanceOf(after(first, ALLOW, bo))?.by).toEqual(["UANA", "UBO"]);
  });

  test.each([
    ["the first", ALLOW, APPROVE],
    ["the second", APPROVE, ALLOW],
  ])("when only %s of two does, it is approved and no more", (_, first, second) => {
    const both = after(after(askedFor({ quorum: 2 }), first), second, bo);
    expect(both.state).toMatchObject({ kind: "decided", decision: { kind: "approved" } });
    expect(allowanceOf(both)).toBeUndefined();
  });

  test("who has agreed may still allow it, or take that back, before it is decided", () => {
    const approved = after(askedFor({ quorum: 2 }), APPROVE);
    const allowed = after(approved, ALLOW);
    expect(cast(allowed, ALLOW)).toMatchObject({ kind: "refused", because: "voted" });
    expect(allowanceOf(after(allowed, ALLOW, bo))).toBeDefined();
    expect(allowanceOf(after(after(allowed, APPROVE), ALLOW, bo))).toBeUndefined();
  });

  test("of changed arguments the changed ones are allowed, by those who agree to them", () => {
    const schema = { type: "object", properties: { environment: { type: "string" }, service: {} } };
    const edited = after(askedFor({ schema, quorum: 2 }), {
      kind: "edit",
      args: { ...ARGS, environment: "dev" },
    });
    expect(allowanceOf(after(edited, ALLOW, bo))).toBeUndefined();
    const allowed = after(after(edited, ALLOW), ALLOW, bo);
    expect(allowed.state).toMatchObject({ decision: { kind: "edited", forRun: true } });
    expect(allowanceOf(allowed)?.same).toEqual({ environment: "dev" });
  });
});

describe("where it is not offered", () => {
  const noneOf: readonly (readonly [string, Asked])[] = [
    ["the argument is not given", { args: { service: "web" } }],
    ["its value is masked", { args: { environment: "xoxb-1234567890-abcdefghijklmnop", service: "web" } }],
  ];
  test.each(noneOf)("%s: a vote that allows it does not count", (_, asked) => {
    const schema = { type: "object", properties: { environment: { type: "string" } } };
    const approval = askedFor({ ...asked, schema });
    expect(cast(approval, ALLOW)).toMatchObject({ kind: "refused", because: "not-offered" });
    expect(cast(approval, APPROVE).kind).toBe("accepted");
    expect(maskedApproval(approval).value.request).not.toHaveProperty("forRun");
  });

  test("the request does not say so", () => {
    expect(cast(pending, ALLOW)).toMatchObject({ kind: "refused", because: "not-offered" });
  });

  test("it is part of what people agree to", () => {
    expect(askedFor().digest).not.toBe(askedFor({ forRun: [] }).digest);
  });
});

describe("what an author may name", () => {
  const action = { name: "restart", args: { environment: "staging", apiKey: "k" } };

  test("an argument, also one that is not given this time", () => {
    const schema = { type: "object", properties: { region: { type: "string" } } };
    expect(() =>
      interruptValueOf({ title: "Restart", action, schema, forRun: ["environment", "region"] }),
    ).not.toThrow();
  });

  test.each([
    ["no argument", "envronment", /names "envronment" in forRun, and there is no such argument/],
    ["a name that every object has", "constructor", /there is no such argument/],
    ["a secret", "apiKey", /names "apiKey" in forRun, which is masked/],
  ])("not %s: the author is told", (_, name, message) => {
    expect(() => interruptValueOf({ title: "Restart", action, forRun: [name] })).toThrow(message);
  });
});

/** As JSON has them: "__proto__" is a name like any other. */
const names = fc.constantFrom("environment", "__proto__", "constructor", "toString", "service");
const argsOf = fc
  .array(fc.tuple(names, fc.constantFrom<JsonObject[string]>("a", "b", 1, null, { a: [1] }, {})))
  .map((pairs): JsonObject => Object.fromEntries(pairs));

test("whatever is named, an action is allowed exactly when each of the named arguments has the value that was approved", () => {
  fc.assert(
    fc.property(argsOf, argsOf, fc.uniqueArray(names), (approved, later, named) => {
      const isGiven = named.every((name) => Object.hasOwn(approved, name));
      const approval = askedFor({ args: approved, forRun: named });
      const verdict = cast(approval, ALLOW);
      expect(verdict.kind).toBe(isGiven ? "accepted" : "refused");
      if (verdict.kind !== "accepted") return;
      const allowance = allowanceOf(verdict.approval);
      const text = (args: JsonObject, name: string): string | undefined =>
        Object.hasOwn(args, name) ? JSON.stringify(args[name]) : undefined;
      const isSame = named.every((name) => text(approved, name) === text(later, name));
      expect(allowance && isAllowed(allowance, { name: "restart", args: later })).toBe(isSame);
    }),
  );
});
