// The form for arguments that have no inputs of their own: one box with JSON, drawn and read back.
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/approvals/json.ts";
import { editedOf, editModal } from "../../../src/slack/modals/edit.ts";
import { asking, askingBy, inputsOf, mrkdwn, plain, typed } from "./edit-support.ts";

const many = Array.from({ length: 11 }, (_, at) => `m${at}`);

describe("the form", () => {
  const args = (target: JsonObject[string]): JsonObject => ({ target });
  const deep = {
    type: "object",
    properties: { a: { type: "object", properties: { b: { type: "string" } } } },
  };
  test.each<readonly [what: string, args: JsonObject, properties: JsonObject]>([
    ["an object without fields", args({}), { target: { type: "object" } }],
    ["an object within an object", args({}), { target: deep }],
    [
      "an object that is a text",
      args("x"),
      { target: { type: "object", properties: { a: { type: "string" } } } },
    ],
    ["a list of anything", args([]), { target: { type: "array" } }],
    ["a list of objects", args([{}]), { target: { type: "array", items: deep } }],
    ["a list with an empty text", args([""]), { target: { type: "array", items: { type: "string" } } }],
    [
      "a list with a text of two lines",
      args(["a\nb"]),
      { target: { type: "array", items: { type: "string" } } },
    ],
    ["a choice twice", args(["a", "a"]), { target: { type: "array", items: { enum: ["a", "b"] } } }],
    ["a pair", args([1, 2]), { target: { type: "array", prefixItems: [{}, {}] } }],
    ["texts or numbers", args("x"), { target: { type: ["string", "number"] } }],
    ["a choice of nothing", args("x"), { target: { type: "string", enum: [] } }],
    ["a choice of an object", args({}), { target: { enum: [{}] } }],
    ["a choice too long for a menu", args("x"), { target: { type: "string", enum: ["x".repeat(76)] } }],
    [
      "a choice of too many",
      args("1"),
      { target: { enum: Array.from({ length: 101 }, (_, at) => `${at}`) } },
    ],
    [
      "a name too long for a block",
      args("x"),
      { target: { type: "string" }, ["n".repeat(252)]: { type: "string" } },
    ],
    ["a field without a name", args("x"), { target: { type: "string" }, "": { type: "string" } }],
    [
      "two fields that would be called the same",
      args("x"),
      {
        target: { type: "string" },
        "a.b": { type: "string" },
        a: { type: "object", properties: { b: { type: "string" } } },
      },
    ],
    [
      "more fields than a modal holds",
      args("x"),
      Object.fromEntries(
        ["target", ...many, "a", "b", "c", "d", "e", "f", "g", "h", "i"].flatMap((a) =>
          many.map((b) => [a === "target" ? a : `${a}${b}`, { type: "string" }]),
        ),
      ),
    ],
  ])("is one box with JSON for %s", (_, given, properties) => {
    const approval = asking(given, properties);
    expect(inputsOf(approval)).toEqual([
      {
        ...{ type: "input", block_id: "json", label: plain("Arguments as JSON") },
        element: {
          ...{ type: "plain_text_input", action_id: "value", multiline: true },
          initial_value: JSON.stringify(given, null, 2),
        },
      },
    ]);
  });

  test("is one box with JSON, and says so, where its schema cannot be checked", () => {
    const approval = askingBy({ type: "object", properties: { a: { type: "string" } }, if: {} }, { a: "x" });
    expect(inputsOf(approval)).toMatchObject([
      {
        type: "context",
        elements: [{ text: expect.stringContaining("only the run itself checks") as string }],
      },
      { block_id: "json" },
    ]);
  });

  test("keeps out of the JSON what the schema does not know, and what is too long for the box", () => {
    const given = { diff: "x".repeat(3_000), note: ["a"], stranger: 1 };
    const approval = asking(given, { diff: { type: "string" }, note: { type: "array" } });
    expect(inputsOf(approval)).toMatchObject([
      { elements: [mrkdwn("*diff* is too long to edit here and stays as it is.")] },
      { block_id: "json", element: { initial_value: '{\n  "note": [\n    "a"\n  ]\n}' } },
    ]);
  });

  test("that would be too large for a view as a whole is refused in words, not by Slack", () => {
    const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
    const approval = asking(
      Object.fromEntries(names.map((name) => [name, "日".repeat(3_000)])),
      Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    );
    expect(Buffer.byteLength(JSON.stringify(editModal(approval)))).toBeLessThan(250_000);
    const listed = expect.stringMatching(
      /^\*f0\*, .* are too long to edit here and stay as they are\.$/,
    ) as string;
    expect(inputsOf(approval)).toMatchObject([{ type: "context", elements: [{ text: listed }] }]);
  });
});

describe("the box", () => {
  const properties = { target: { type: "object" }, size: { type: "number" } };
  const approval = asking({ target: { constructor: "ACME" }, size: 1 }, properties);
  const read = (text: string): unknown => {
    const edited = editedOf(approval, typed(approval, "json", text));
    return edited.kind === "unreadable" ? edited.errors["json"] : edited;
  };

  test("is read as it is, whatever is in it", () => {
    const args = { target: { constructor: "Other", deep: [{ a: null }] }, size: 0.1 };
    expect(read(JSON.stringify(args))).toEqual({ kind: "args", args, comment: "" });
    expect(read('{"size": 1.50e3}')).toEqual({ kind: "args", args: { size: 1_500 }, comment: "" });
  });

  test.each<readonly [text: string, error: string | RegExp]>([
    ["{", /^This is not JSON: /],
    ["", /^This is not JSON: /],
    ["[1]", "Must be a JSON object, with { and } around it."],
    ["null", "Must be a JSON object, with { and } around it."],
    ['{"__proto__": {"size": 2}}', 'Nothing can be called "__proto__".'],
    ['{"target": {"a": [{"__proto__": {}}]}}', 'Nothing can be called "__proto__".'],
    ['{"target": {"prototype": 1}}', 'Nothing can be called "prototype".'],
    [`{"target": ${"[".repeat(1_400)}${"]".repeat(1_400)}}`, /^This has more than 50 levels/],
    [
      '{"size": 12345678901234567890}',
      "size: 12345678901234567890 has more digits than a number can keep; the nearest one is 12345678901234567000.",
    ],
    ['{"size": 1e999}', /^size: 1e999 has more digits/],
  ])("says what is wrong with %s", (text, error) => {
    expect(read(text)).toEqual(typeof error === "string" ? error : expect.stringMatching(error));
  });

  test("cannot set what it does not show", () => {
    const hidden = asking({ target: {}, diff: "x".repeat(3_000), stranger: 1 }, { target: {}, diff: {} });
    for (const name of ["diff", "stranger"])
      expect(editedOf(hidden, typed(hidden, "json", `{"${name}": "mine"}`))).toEqual({
        kind: "unreadable",
        errors: { json: `"${name}" stays as it is and cannot be set here.` },
      });
    expect(editedOf(hidden, typed(hidden, "json", '{"target": 2}'))).toMatchObject({
      args: { ...hidden.request.action.args, target: 2 },
    });
  });
});
