// From whatever a node interrupts with to a request a human can read, and from typed words to arguments.
import fc from "fast-check";
import { expect, test } from "vitest";
import { answerOf } from "../../src/approvals/answer.ts";
import { digestOf, type JsonObject, sameJson } from "../../src/approvals/json.ts";
import { interruptValueOf, Request } from "../../src/approvals/request.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { argsFromWords, checkArgs } from "../../src/approvals/schema.ts";

const declared = {
  kind: "approve",
  title: "Deploy",
  action: { name: "deploy", args: { version: "v1" } },
  allowed: ["approve"],
} as const;

test("a declared request is shown as it was declared", () => {
  expect(requestOf(interruptValueOf({ ...declared, allowed: [...declared.allowed] }), "ask")).toMatchObject(
    declared,
  );
});

test("a request without a title is refused where it is made, and the message names the field", () => {
  expect(() => interruptValueOf({ ...declared, allowed: ["approve"], title: "" })).toThrow(/title/);
});

test.each([
  { type: "object", properties: { a: { not: { type: "string" } } } },
  { type: "object", properties: { a: { $ref: "https://example.com/a" } } },
  { type: "object", properties: { a: { type: "string", pattern: "(" } } },
])("a schema that no edit could be held against is refused where the request is made", (schema) => {
  const request = { ...declared, schema };
  expect(() => interruptValueOf({ ...request, allowed: ["approve", "edit"] })).toThrow(
    /^The request's schema cannot be used to check an edit: /,
  );
  expect(requestOf(interruptValueOf({ ...request, allowed: ["approve"] }), "ask")).toMatchObject({ schema });
});

test("a plain question is answered in words, and with yes or no where the node has said what those are", () => {
  expect(requestOf("Really?", "gate")).toMatchObject({
    ...{ kind: "ask", title: "Really?", action: { name: "gate", args: {} } },
    reply: { kind: "guess" },
  });
  const answers = { approve: true };
  expect(requestOf("Really?", "gate", { answers })).toMatchObject({
    ...{ kind: "approve", title: "Really?", allowed: ["approve", "reject"], answers },
  });
});

test("a question of the format before, with its two answers, is read still", () => {
  const answers = { approve: "approve", reject: "reject" };
  const stored = { ...declared, allowed: ["approve", "reject"], answers };
  const request = Request.parse(stored);
  const who = { by: "U1", at: "2026-03-01T03:00:00.000Z" };
  expect(answerOf(request, { kind: "approved", ...who })).toBe("approve");
  expect(answerOf(request, { kind: "rejected", ...who, reason: "no" })).toBe("reject");
});

test.each([
  [{ aprove: "yes" }, /The question of the step "gate" states answers that are none: .*"aprove"/],
  [{ approve: new Date() }, /approve/],
  [{ edit: "both" }, /"text" or "args" for "edit"/],
])("answers that are none are refused with a sentence: %j", (answers, sentence) => {
  expect(() => requestOf({ plan: 1 }, "gate", { answers })).toThrow(sentence);
});

test("any other value is shown as its keys and values", () => {
  expect(requestOf({ amount: 5 }, "pay").action.args).toEqual({ amount: 5 });
  expect(requestOf([1, 2], "pay").action.args).toEqual({ value: [1, 2] });
});

test("whatever a node interrupts with, a request comes of it, with a digest", () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
      (value) => {
        const request = requestOf(value, "node");
        expect(Request.safeParse(request).success).toBe(true);
        expect(digestOf(request.action.args)).toMatch(/^[0-9a-f]{64}$/);
      },
    ),
    { seed: 11, numRuns: 500 },
  );
});

test("half a character is mended before anything is shown or hashed", () => {
  expect(requestOf({ note: "a\ud800b" }, "pay").action.args).toEqual({ note: "a\ufffdb" });
});

test("typed words become what the schema says, and stay words where they do not fit", () => {
  const schema = {
    type: "object",
    properties: {
      count: { type: "integer" },
      rate: { type: "number" },
      dry: { type: "boolean" },
      name: { type: "string" },
    },
  };
  const words = { count: "3", rate: "0.5", dry: "true", name: "7", other: "x" };
  expect(argsFromWords(schema, words)).toEqual({ count: 3, rate: 0.5, dry: true, name: "7", other: "x" });
  expect(argsFromWords(schema, { count: "many", dry: "maybe" })).toEqual({ count: "many", dry: "maybe" });
  expect(checkArgs(schema, { count: "many" }).kind).toBe("refused");
});

test("each field that does not fit gets one sentence that says what would", () => {
  const schema = {
    type: "object",
    properties: {
      env: { type: "string", enum: ["prod", "staging"] },
      count: { type: "integer", minimum: 1 },
      name: { type: "string", pattern: "^[a-z]+$", description: "a name in lower-case letters" },
      note: { type: "string", maxLength: 3 },
      nested: { type: "object", properties: { deep: { type: "string" } }, required: ["deep"] },
    },
    required: ["env", "count", "name"],
  };
  const errorsOf = (args: JsonObject) => {
    const checked = checkArgs(schema, args);
    return checked.kind === "fits" ? {} : { ...checked.errors };
  };
  expect(errorsOf({})).toEqual({
    env: "This is required.",
    count: "This is required.",
    name: "This is required.",
  });
  expect(errorsOf({ env: "dev", count: 0.5, name: "X", note: "long", nested: {}, typo: true })).toMatchObject(
    {
      env: "Must be one of: prod, staging.",
      count: "Must be a whole number.",
      name: "Must be: a name in lower-case letters.",
      note: "Must have at most 3 characters.",
      "nested.deep": "This is required.",
      typo: 'There is no field "typo".',
    },
  );
  expect(errorsOf({ env: "prod", count: 2, name: "ana" })).toEqual({});
});

test("undefined, a number and a list have a card too", () => {
  const argsOf = (value: unknown) => requestOf(value, "pay").action.args;
  expect(argsOf(undefined)).toEqual({});
  expect(argsOf(null)).toEqual({ value: null });
  expect(argsOf(0)).toEqual({ value: 0 });
  expect(argsOf(false)).toEqual({ value: false });
  expect(requestOf("", "pay")).toMatchObject({ summary: "", action: { args: {} } });
});

test("what is no JSON is shown all the same, so that nobody approves an empty card", () => {
  const value = {
    when: new Date("2026-03-01T03:00:00Z"),
    cents: 12_345_678_901_234_567_890n,
    limit: Infinity,
    seats: new Map([["a", new Set([1])]]),
    why: new RangeError("too far"),
    bytes: new Uint8Array([1, 2]),
    nothing: undefined,
  };
  expect(requestOf(value, "pay").action.args).toEqual({
    when: "2026-03-01T03:00:00.000Z",
    cents: "12345678901234567890",
    limit: "Infinity",
    seats: [["a", [1]]],
    why: "too far",
    bytes: "AQI=",
  });
  expect(requestOf(new Date(0), "pay").action.args).toEqual({ value: "1970-01-01T00:00:00.000Z" });
});

test("what only looks like a request of ours is shown as it is", () => {
  const broken = { format: "countersign.request/1", request: { kind: "approve", title: "" } };
  const newer = { format: "countersign.request/2", request: declared };
  expect(requestOf(broken, "pay").action).toEqual({ name: "pay", args: broken });
  expect(requestOf(newer, "pay")).toMatchObject({ title: 'The step "pay" asks to continue' });
});

test.each(["constructor", "toString", "__proto__", "hasOwnProperty"])("the field %s is nobody's", (name) => {
  const args = argsFromWords(
    { type: "object", properties: {} },
    JSON.parse(`{"${name}":"x"}`) as Record<string, string>,
  );
  expect(checkArgs({ type: "object", properties: {} }, args)).toMatchObject({ kind: "refused" });
});

test("JSON is the same whatever the order of its keys", () => {
  expect(sameJson({ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 })).toBe(true);
  expect(sameJson({ a: 1 }, { a: "1" })).toBe(false);
});
