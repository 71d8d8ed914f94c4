// Values as people read them: on lines, indented, and never to be taken for something else.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../src/approvals/json.ts";
import { factsOf, linesOf } from "../../src/approvals/readable.ts";

test.each<[Json, string]>([
  [{ a: 1, b: "two", c: null, d: true }, "a: 1\nb: two\nc: null\nd: true"],
  [{ a: { b: { c: [] } }, d: {} }, "a:\n  b:\n    c: []\nd: {}"],
  [["x", ["y", "z"], { a: 1, b: [2] }], "- x\n- - y\n  - z\n- a: 1\n  b:\n    - 2"],
  [{ text: "one\ntwo: 2" }, "text: |\n  one\n  two: 2"],
  [["one\ntwo"], "- |\n  one\n  two"],
  [
    { n: "12", t: "true", e: "", k: "a: b", i: "- x", s: " x" },
    'n: "12"\nt: "true"\ne: ""\nk: "a: b"\ni: "- x"\ns: " x"',
  ],
  [{ "a: b": 1, "": 2, "c\nd": 3 }, '"a: b": 1\n"": 2\n"c\\nd": 3'],
])("%j reads as lines", (value, lines) => {
  expect(linesOf(value)).toBe(lines);
});

test("different values never read the same", () => {
  const text = fc.oneof(
    fc.constantFrom("a", "b: 1", "- a", "1", "true", "", "|", "a\nb", "a\n  b", "{}", "[]", '"a"', "a:"),
    fc.string({ maxLength: 3 }),
  );
  const json = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text,
      fc.integer({ min: 0, max: 2 }),
      fc.constantFrom(null, true),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(text, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  })).value;
  fc.assert(
    fc.property(json, json, (one, other) => {
      fc.pre(JSON.stringify(one) !== JSON.stringify(other));
      expect(linesOf({ v: one })).not.toBe(linesOf({ v: other }));
    }),
    { seed: 7, numRuns: 3_000 },
  );
});

test("what was said beside a question is a fact when it is short, and a detail when it is long or has lines of its own", () => {
  const long = "word ".repeat(40);
  expect(factsOf({ stage: "manager", seats: 3, "": 1, changes: ["a", "b"], log: long })).toEqual({
    facts: [
      { label: "stage", value: "manager" },
      { label: "seats", value: "3" },
      { label: "value", value: "1" },
    ],
    details: [
      { label: "changes", value: "- a\n- b" },
      { label: "log", value: long },
    ],
  });
});
