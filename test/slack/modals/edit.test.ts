// The form for changing arguments: what it offers for each kind of them.
import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../src/approvals/json.ts";
import { editModal } from "../../../src/slack/modals/edit.ts";
import { someApproval } from "../fixtures.ts";
import { asking, askingBy, inputsOf, mrkdwn, plain } from "./edit-support.ts";

const yes = { text: plain("Yes"), value: "true" };
const option = (name: string) => ({ text: plain(name), value: name });

describe("the edit form", () => {
  test("names the request it belongs to and says what submitting does", () => {
    const approval = someApproval();
    const { blocks, ...rest } = editModal(approval);
    expect(rest).toEqual({
      type: "modal",
      callback_id: "edit_request",
      private_metadata: `{"v":1,"t":"${approval.thread}","s":2,"i":"${approval.interrupt}","d":"${approval.digest}"}`,
      title: plain("Edit request"),
      submit: plain("Approve with changes"),
      close: plain("Back"),
    });
    expect(blocks[0]).toEqual({
      type: "section",
      text: mrkdwn(
        "*Deploy checkout v2.4.1 to prod*\nYou are editing what will run. Submitting approves it with your changes.",
      ),
    });
  });

  test("of a question with fields to fill in speaks of an answer, as nothing is approved", () => {
    const filling = someApproval({ allowed: ["edit"], reply: { kind: "form" } });
    expect(editModal(filling)).toMatchObject({ title: plain("Answer"), submit: plain("Send") });
    const { blocks } = editModal(filling);
    expect(blocks[0]).toMatchObject({ text: mrkdwn("*Deploy checkout v2.4.1 to prod*") });
    expect(blocks.at(-1)).toMatchObject({ label: plain("Comment") });
    const withOthers = { ...filling, policy: { ...filling.policy, quorum: 2 } };
    expect(JSON.stringify(editModal(withOthers).blocks[0])).toContain("once others have sent the same");
  });

  const text = { type: "plain_text_input", action_id: "value", multiline: false, max_length: 3_000 };
  const options = ["prod", "staging"].map(option);
  const select = { type: "static_select", action_id: "value" };
  const many = Array.from({ length: 11 }, (_, at) => `m${at}`);
  const number = { type: "number_input", action_id: "value" };
  test.each<readonly [what: string, property: JsonObject, value: JsonObject[string], element: object]>([
    ["a string", { type: "string" }, "checkout", { ...text, initial_value: "checkout" }],
    ["an empty string", { type: "string" }, "", text],
    [
      "a limited string",
      { type: "string", maxLength: 40 },
      "v2",
      { ...text, max_length: 40, initial_value: "v2" },
    ],
    ["a string of no length", { type: "string", maxLength: 0 }, "", { ...text, max_length: 1 }],
    [
      "text of several lines",
      { type: "string" },
      "a\nb",
      { ...text, multiline: true, initial_value: "a\nb" },
    ],
    [
      "a line that may become a long text",
      { type: "string", maxLength: 1_000 },
      "Hello",
      { ...text, multiline: true, max_length: 1_000, initial_value: "Hello" },
    ],
    [
      "a long line",
      { type: "string" },
      "x".repeat(121),
      { ...text, multiline: true, initial_value: "x".repeat(121) },
    ],
    [
      "a choice",
      { type: "string", enum: ["prod", "staging"] },
      "staging",
      { type: "static_select", action_id: "value", options, initial_option: options[1] },
    ],
    ["an integer", { type: "integer" }, 3, { ...number, is_decimal_allowed: false, initial_value: "3" }],
    ["a number", { type: "number" }, -0.5, { ...number, is_decimal_allowed: true, initial_value: "-0.5" }],
    ["a number with an exponent", { type: "number" }, 1e-7, { ...text, initial_value: "1e-7" }],
    [
      "a yes",
      { type: "boolean" },
      true,
      { type: "checkboxes", action_id: "value", options: [yes], initial_options: [yes] },
    ],
    ["a no", { type: "boolean" }, false, { type: "checkboxes", action_id: "value", options: [yes] }],
    [
      "an e-mail address",
      { type: "string", format: "email" },
      "a@b.co",
      { ...text, initial_value: "a@b.co" },
    ],
    [
      "a day",
      { type: "string", format: "date" },
      "2026-05-04",
      { type: "datepicker", action_id: "value", initial_date: "2026-05-04" },
    ],
    [
      "what should be a day and is none",
      { type: "string", format: "date" },
      "2026-02-30",
      { ...text, initial_value: "2026-02-30" },
    ],
    [
      "a time",
      { type: "string", format: "time" },
      "15:30:00Z",
      { type: "timepicker", action_id: "value", initial_time: "15:30" },
    ],
    [
      "a time that is not on the minute",
      { type: "string", format: "time" },
      "15:30:05Z",
      { ...text, initial_value: "15:30:05Z" },
    ],
    [
      "a moment",
      { type: "string", format: "date-time" },
      "2026-05-04T17:00:00+02:00",
      { type: "datetimepicker", action_id: "value", initial_date_time: 1_777_906_800 },
    ],
    [
      "a moment within a second",
      { type: "string", format: "date-time" },
      "2026-05-04T17:00:00.5Z",
      { ...text, initial_value: "2026-05-04T17:00:00.5Z" },
    ],
    [
      "a moment before those that Slack shows",
      { type: "string", format: "date-time" },
      "1999-05-04T17:00:00Z",
      { ...text, initial_value: "1999-05-04T17:00:00Z" },
    ],
    [
      "a choice of numbers",
      { enum: [1, 2.5] },
      2.5,
      { ...select, options: [option("1"), option("2.5")], initial_option: option("2.5") },
    ],
    [
      "a choice of named constants",
      {
        oneOf: [
          { const: 1, title: "One" },
          { const: true, title: "All" },
        ],
      },
      true,
      {
        ...select,
        options: [
          { text: plain("One"), value: "1" },
          { text: plain("All"), value: "true" },
        ],
        initial_option: { text: plain("All"), value: "true" },
      },
    ],
    ["a constant", { const: "x" }, "x", { ...select, options: [option("x")], initial_option: option("x") }],
    [
      "some of several",
      { type: "array", items: { enum: ["a", "b", "c"] }, minItems: 1 },
      ["c", "a"],
      {
        ...{ type: "checkboxes", action_id: "value" },
        options: [option("a"), option("b"), option("c")],
        initial_options: [option("a"), option("c")],
      },
    ],
    [
      "some of many",
      { type: "array", items: { enum: many }, minItems: 1 },
      ["m3"],
      {
        ...{ type: "multi_static_select", action_id: "value" },
        ...{ options: many.map(option), initial_options: [option("m3")] },
      },
    ],
  ])("has an input that fits %s", (_, property, value, element) => {
    const isOptional = value === "" || property["type"] === "boolean";
    expect(inputsOf(asking({ field: value }, { field: property }, ["field"]))).toMatchObject([
      { type: "input", block_id: "arg:field", optional: isOptional, label: plain("field") },
    ]);
    expect(inputsOf(asking({ field: value }, { field: property }, ["field"]))).toMatchObject([{ element }]);
    const [block] = inputsOf(asking({ field: value }, { field: property }, ["field"]));
    expect(block).toHaveProperty("element", element);
  });

  test.each<readonly [what: string, property: JsonObject, bounds: object, hint: string]>([
    ["both ends", { minimum: 1, maximum: 5 }, { min_value: "1", max_value: "5" }, "From 1 to 5."],
    ["an excluded start", { exclusiveMinimum: 1 }, { min_value: "2" }, "2 or more."],
    ["the nearer of two ends", { maximum: 5, exclusiveMaximum: 5 }, { max_value: "4" }, "4 or less."],
    ["a range that the value is not in", { minimum: 4 }, {}, "4 or more."],
    ["a range with nothing in it", { minimum: 4, maximum: 2 }, {}, "From 4 to 2."],
  ])("tells Slack and the reader a whole number's range: %s", (_, range, bounds, hint) => {
    expect(inputsOf(asking({ n: 3 }, { n: { type: "integer", ...range } }))).toEqual([
      {
        ...{ type: "input", block_id: "arg:n", optional: true, label: plain("n"), hint: plain(hint) },
        element: { ...number, is_decimal_allowed: false, initial_value: "3", ...bounds },
      },
    ]);
  });

  test("does not tell a whole number's reader what every whole number is within", () => {
    const property = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };
    const element = { ...number, is_decimal_allowed: false, initial_value: "3" };
    expect(inputsOf(asking({ n: 3 }, { n: property }))[0]).toMatchObject({ element });
    expect(inputsOf(asking({ n: 3 }, { n: property }))[0]).not.toHaveProperty("hint");
  });

  test.each<readonly [what: string, value: JsonObject[string] | undefined, chosen: string]>([
    ["yes", true, "Yes"],
    ["no", false, "No"],
    ["nothing", null, "Not given"],
    ["left out", undefined, "Not given"],
  ])("lets a yes-or-no that may be nothing say so: %s", (_, value, chosen) => {
    const args = value === undefined ? {} : { dry: value };
    const approval = asking(args, { dry: { type: ["boolean", "null"] } });
    expect(inputsOf(approval)[0]).toMatchObject({
      optional: true,
      element: {
        options: [{ text: plain("Yes") }, { text: plain("No") }, { text: plain("Not given") }],
        initial_option: { text: plain(chosen) },
      },
    });
  });

  test("has a menu's way back to nothing for a choice that need not be made", () => {
    const approval = asking({ env: "prod" }, { env: { enum: ["prod", "staging"] } });
    expect(inputsOf(approval)[0]).toMatchObject({
      element: {
        options: [option("prod"), option("staging"), { text: plain("Not given"), value: "(not given)" }],
      },
    });
  });

  test.each<readonly [what: string, items: JsonObject, value: JsonObject[string], lines: string]>([
    ["texts", { type: "string" }, ["a", " b "], "a\n b "],
    ["numbers", { type: "number" }, [1, 2.5], "1\n2.5"],
    ["yeses and noes", { type: "boolean" }, [true, false], "true\nfalse"],
  ])("has a line for each of a list of %s", (_, items, value, lines) => {
    const approval = asking({ list: value }, { list: { type: "array", items, minItems: 1 } }, ["list"]);
    expect(inputsOf(approval)).toEqual([
      {
        ...{ type: "input", block_id: "arg:list", optional: false, label: plain("list") },
        hint: plain("One per line."),
        element: { ...text, multiline: true, initial_value: lines },
      },
    ]);
  });

  test("takes labels and hints from the schema, and lets optional fields be empty", () => {
    const property = { type: "string", title: "Version", description: "like v2.4.1" };
    expect(inputsOf(asking({}, { version: property }))).toEqual([
      {
        ...{ type: "input", block_id: "arg:version", optional: true },
        ...{ label: plain("Version"), hint: plain("like v2.4.1"), element: text },
      },
    ]);
    const nameless = { type: "string", title: "", description: "" };
    expect(inputsOf(asking({}, { version: nameless }))[0]).toMatchObject({ label: plain("version") });
    expect(inputsOf(asking({}, { version: nameless }))[0]).not.toHaveProperty("hint");
  });

  test.each<readonly [property: JsonObject, value: string, hint: string]>([
    [{ type: "string", default: "v1" }, "v2", 'Left empty, it is "v1".'],
    [{ type: "string", description: "like v2", default: "v1" }, "v2", 'like v2. Left empty, it is "v1".'],
    [{ type: "string", format: "uri" }, "https://a.b", "A web address like https://example.com."],
    [{ type: "string", format: "uri", description: "the page" }, "https://a.b", "the page"],
    [{ type: "string", format: "time" }, "15:00:00+02:00", "In the time zone +02:00."],
    [{ type: "string" }, "a\u202Eb", "It has characters that cannot be seen."],
  ])("says below the input of %j what helps to fill it in", (property, value, hint) => {
    expect(inputsOf(asking({ field: value }, { field: property }, ["field"]))[0]).toMatchObject({
      hint: plain(hint),
    });
  });

  test("follows references, takes “all of” apart, and leaves optional what has a default", () => {
    const schema = {
      ...{ $ref: "#/$defs/All", $defs: { All: { type: "object", required: ["env", "size"] } } },
      properties: {
        env: { allOf: [{ $ref: "#/$defs/Env" }], title: "Where" },
        size: { $ref: "#/$defs/Size" },
      },
    };
    const $defs = {
      ...schema.$defs,
      Env: { anyOf: [{ enum: ["prod", "test"] }, { type: "null" }] },
      Size: { type: "integer", default: 3 },
    };
    expect(inputsOf(askingBy({ ...schema, $defs }, { env: null, size: 4 }))).toMatchObject([
      { label: plain("Where"), optional: true, element: { type: "static_select" } },
      { label: plain("size"), optional: true, element: { type: "number_input" } },
    ]);
  });

  test("has a line of its own for an object, and an input for each field in it", () => {
    const target = {
      ...{ type: "object", title: "Target", description: "where <it> goes", required: ["zone"] },
      properties: { zone: { type: "string" }, rack: { type: "integer", title: "Rack" } },
    };
    expect(inputsOf(asking({ target: { zone: "a" } }, { target }, ["target"]))).toMatchObject([
      { type: "section", text: mrkdwn("*Target*\nwhere &lt;it&gt; goes") },
      { block_id: "arg:target.zone", label: plain("target.zone"), optional: false },
      { block_id: "arg:target.rack", label: plain("Rack"), optional: true },
    ]);
    // An object that may be left out must be one that can be left empty.
    expect(inputsOf(asking({}, { target }))).toMatchObject([{}, { optional: true }, { optional: true }]);
  });

  test("with nothing but what is too long says so and cannot be submitted", () => {
    const long = "x".repeat(3_001);
    const view = editModal(asking({ a: long, b: [long] }, { a: { type: "string" }, b: { type: "array" } }));
    expect(view).not.toHaveProperty("submit");
    expect(view.blocks).toEqual([
      { type: "section", text: mrkdwn("*Deploy checkout v2.4.1 to prod*") },
      { type: "context", elements: [mrkdwn("*a* is too long to edit here and stays as it is.")] },
      { type: "context", elements: [mrkdwn("*b* is too long to edit here and stays as it is.")] },
    ]);
  });

  test("leaves a field, a list and a field of an object as they are when they are too long", () => {
    const long = "x".repeat(3_001);
    const properties = {
      diff: { type: "string" },
      lines: { type: "array", items: { type: "string" } },
      anything: {},
      outer: { type: "object", properties: { body: { type: "string" } } },
      version: { type: "string" },
    };
    const args = { diff: long, lines: ["a", long], anything: [long], outer: { body: long }, version: "v1" };
    expect(inputsOf(asking(args, properties))).toMatchObject([
      { elements: [mrkdwn("*diff* is too long to edit here and stays as it is.")] },
      { elements: [mrkdwn("*lines* is too long to edit here and stays as it is.")] },
      { elements: [mrkdwn("*anything* is too long to edit here and stays as it is.")] },
      { type: "section" },
      { elements: [mrkdwn("*outer.body* is too long to edit here and stays as it is.")] },
      { block_id: "arg:version" },
    ]);
  });

  test("asks for the reason, which nobody has to give", () => {
    expect(editModal(someApproval()).blocks.at(-1)).toMatchObject({
      ...{ type: "input", block_id: "comment", optional: true, label: plain("Reason for change") },
      element: { type: "plain_text_input", multiline: true, max_length: 1_000 },
    });
  });
});
