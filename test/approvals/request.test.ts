// From whatever a node interrupts with to a request a human can read, and from typed words to arguments.
import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOf, sameJson } from "../../src/approvals/json.ts";
import { interruptValueOf, Request, requestOf } from "../../src/approvals/request.ts";
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

test("a plain question becomes a card that answers with approve and reject", () => {
  expect(requestOf("Really?", "gate")).toMatchObject({
    title: 'The step "gate" asks to continue',
    summary: "Really?",
    action: { name: "gate", args: {} },
    allowed: ["approve", "reject"],
    answers: { approve: "approve", reject: "reject" },
  });
});

test("any other value is shown as its keys and values", () => {
  expect(requestOf({ amount: 5 }, "pay").action.args).toEqual({ amount: 5 });
  expect(requestOf([1, 2], "pay").action.args).toEqual({ value: [1, 2] });
});

test("whatever a node interrupts with, a request comes of it, with a digest", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
      const request = requestOf(value, "node");
      expect(Request.safeParse(request).success).toBe(true);
      expect(digestOf(request.action.args)).toMatch(/^[0-9a-f]{64}$/);
    }),
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
