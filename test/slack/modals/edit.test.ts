// The form for changing arguments: what it offers for each kind of them, what comes back, and where a sentence about a field is placed.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Approval } from "../../../src/approvals/approval.ts";
import type { JsonObject } from "../../../src/approvals/json.ts";
import { checkArgs } from "../../../src/approvals/schema.ts";
import { initialValues } from "../../../src/local/slack/input-values.ts";
import type { Block } from "../../../src/local/slack/protocol.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { blockErrors, editedArgsOf, editModal } from "../../../src/slack/modals/edit.ts";
import { someApproval } from "../fixtures.ts";
import { startDoor } from "../support.ts";

const plain = (text: string) => ({ type: "plain_text", text, emoji: true });
const mrkdwn = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const yes = { text: plain("Yes"), value: "true" };

function asking(args: JsonObject, properties: JsonObject, required: readonly string[] = []): Approval {
  const schema = { type: "object", properties, required: [...required] };
  return someApproval({ action: { name: "act", args }, schema });
}

/** The blocks below the modal's heading. */
function inputsOf(approval: Approval): readonly unknown[] {
  return editModal(approval).blocks.slice(1);
}

/** What Slack sends when nothing was touched. */
function untouched(approval: Approval): ReturnType<typeof initialValues> {
  return initialValues(editModal(approval).blocks as unknown as readonly Block[]);
}

function typed(approval: Approval, block: string, value: string | null): object {
  return { ...untouched(approval), [block]: { value: { type: "plain_text_input", value } } };
}

function inputIds(approval: Approval): readonly (string | undefined)[] {
  return editModal(approval).blocks.flatMap((block) => (block.type === "input" ? [block.block_id] : []));
}

describe("the edit form", () => {
  test("names the request it belongs to and says what submitting does", () => {
    const approval = someApproval();
    const { blocks, ...rest } = editModal(approval);
    expect(rest).toEqual({
      type: "modal",
      callback_id: "edit_request",
      private_metadata: `{"v":1,"t":"${approval.thread}","s":2,"i":"${approval.interrupt}","d":"${approval.digest}"}`,
      title: plain("Edit request"),
      submit: plain("Approve edited"),
      close: plain("Back"),
    });
    expect(blocks[0]).toEqual({
      type: "section",
      text: mrkdwn(
        "*Deploy checkout v2.4.1 to prod*\nYou are editing what will run. Submitting approves it with your changes.",
      ),
    });
  });

  const text = { type: "plain_text_input", action_id: "value", multiline: false, max_length: 3_000 };
  const options = ["prod", "staging"].map((name) => ({ text: plain(name), value: name }));
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
  ])("has an input that fits %s", (_, property, value, element) => {
    const required = value !== "" && property["type"] !== "boolean";
    expect(inputsOf(asking({ field: value }, { field: property }, ["field"]))).toEqual([
      { type: "input", block_id: "arg:field", optional: !required, label: plain("field"), element },
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

  test.each<readonly [what: string, properties: JsonObject]>([
    ["a nested object", { target: { type: "object" } }],
    ["a list", { target: { type: "array" } }],
    ["a choice of nothing", { target: { type: "string", enum: [] } }],
    ["a choice too long for a menu", { target: { type: "string", enum: ["x".repeat(76)] } }],
    [
      "a choice of too many",
      { target: { type: "string", enum: Array.from({ length: 101 }, (_, at) => `${at}`) } },
    ],
    ["a name too long for a block", { target: { type: "string" }, ["n".repeat(252)]: { type: "string" } }],
    ["a field without a name", { target: { type: "string" }, "": { type: "string" } }],
    [
      "more fields than a modal holds",
      Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, { type: "string" }])),
    ],
  ])("is one box with JSON for %s", (_, properties) => {
    const args = { target: "checkout", f0: "x" };
    const approval = asking(args, properties);
    expect(inputsOf(approval)).toEqual([
      {
        ...{ type: "input", block_id: "json", label: plain("Arguments as JSON") },
        element: {
          ...{ type: "plain_text_input", action_id: "value", multiline: true },
          initial_value: '{\n  "target": "checkout",\n  "f0": "x"\n}',
        },
      },
    ]);
    expect(editedArgsOf(approval, untouched(approval))).toEqual({ kind: "args", args });
  });

  test("whose JSON is too long to edit says so and cannot be submitted", () => {
    const view = editModal(asking({ target: ["x".repeat(3_000)] }, { target: { type: "array" } }));
    expect(view).not.toHaveProperty("submit");
    expect(view.blocks[0]).toMatchObject({ text: mrkdwn("*Deploy checkout v2.4.1 to prod*") });
    expect(view.blocks[1]).toEqual({
      type: "context",
      elements: [mrkdwn("These arguments are too long to edit in Slack.")],
    });
  });

  test("that would be too large for a view as a whole is refused in words, not by Slack", () => {
    const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
    const approval = asking(
      Object.fromEntries(names.map((name) => [name, "日".repeat(3_000)])),
      Object.fromEntries(names.map((name) => [name, { type: "string" }])),
    );
    expect(Buffer.byteLength(JSON.stringify(editModal(approval)))).toBeLessThan(250_000);
    expect(inputsOf(approval)).toMatchObject([{ type: "context" }]);
  });

  test("leaves a field that is too long as it is, and edits the others", () => {
    const args = { diff: "x".repeat(3_001), version: "v2.4.1" };
    const approval = asking(args, { diff: { type: "string" }, version: { type: "string" } });
    expect(inputsOf(approval)[0]).toEqual({
      type: "context",
      elements: [mrkdwn("*diff* is too long to edit here and stays as it is.")],
    });
    expect(editedArgsOf(approval, typed(approval, "arg:version", "v2.4.2"))).toEqual({
      kind: "args",
      args: { ...args, version: "v2.4.2" },
    });
  });

  test.each<readonly [text: string, error: RegExp]>([
    ["{", /^This is not JSON: /],
    ["", /^This is not JSON: /],
    ["[1]", /^Must be a JSON object, with \{ and \} around it\.$/],
    ["null", /^Must be a JSON object/],
  ])("says at the box what is wrong with the JSON %j", (text, error) => {
    const approval = asking({ target: {} }, { target: { type: "object" } });
    expect(editedArgsOf(approval, typed(approval, "json", text))).toEqual({
      kind: "unreadable",
      errors: { json: expect.stringMatching(error) as unknown },
    });
  });

  test("emptied, an optional field is gone; forged or missing values change nothing", () => {
    const approval = asking(
      { note: "hi", dry: true },
      { note: { type: "string" }, dry: { type: "boolean" } },
    );
    const { args } = approval.request.action;
    expect(editedArgsOf(approval, typed(approval, "arg:note", null))).toEqual({
      kind: "args",
      args: { dry: true },
    });
    for (const forged of [undefined, null, [], {}, { "arg:other": { value: { type: "x", value: "y" } } }])
      expect(editedArgsOf(approval, forged)).toEqual({ kind: "args", args });
  });
});

describe("what comes back from a form nobody touched", () => {
  const anyText = fc.string({ unit: "binary", maxLength: 40 }).map((value) => value.toWellFormed());
  const value = fc.oneof(
    fc.oneof(anyText, fc.constant("x".repeat(3_500))).map((text) => [{ type: "string" }, text] as const),
    fc
      .uniqueArray(
        anyText.filter((text) => text !== ""),
        { minLength: 1, maxLength: 5 },
      )
      .map((choices) => [{ type: "string", enum: choices }, choices.at(-1) ?? ""] as const),
    fc.maxSafeInteger().map((number) => [{ type: "integer" }, number] as const),
    fc
      .double({ noNaN: true, noDefaultInfinity: true })
      .map((number) => [{ type: "number" }, number === 0 ? 0 : number] as const),
    fc.boolean().map((flag) => [{ type: "boolean" }, flag] as const),
  );
  const name = fc.string({ minLength: 1, maxLength: 12 }).filter((text) => text !== "__proto__");
  const field = fc.record({ name, value, presence: fc.constantFrom("required", "optional", "absent") });

  test("is what was asked, for all arguments that fit their schema", () => {
    fc.assert(
      fc.property(fc.uniqueArray(field, { selector: ({ name }) => name, maxLength: 12 }), (fields) => {
        const properties = Object.fromEntries(fields.map(({ name, value: [property] }) => [name, property]));
        const present = fields.filter(({ presence }) => presence !== "absent");
        const args = Object.fromEntries(present.map(({ name, value: [, value] }) => [name, value]));
        const required = fields.filter(({ presence }) => presence === "required").map(({ name }) => name);
        const approval = asking(args, properties, required);
        fc.pre(checkArgs({ type: "object", properties, required }, args).kind === "fits");
        expect(editedArgsOf(approval, untouched(approval))).toEqual({ kind: "args", args });
      }),
      { seed: 42, numRuns: 300 },
    );
  });
});

describe("a sentence about a field", () => {
  const properties = { diff: { type: "string" }, version: { type: "string" }, env: { type: "string" } };
  const args = { diff: "x".repeat(3_001), version: "v2", env: "prod" };

  test("stands at its input; without one, at the first input, with its name", () => {
    const approval = asking(args, properties);
    expect(blockErrors(approval, { env: "Wrong." })).toEqual({ "arg:env": "Wrong." });
    expect(blockErrors(approval, { diff: "Too long.", gone: "Unknown." })).toEqual({
      "arg:version": "diff: Too long. gone: Unknown.",
    });
    expect(blockErrors(approval, { "": "Not like this.", version: "Wrong." })).toEqual({
      "arg:version": "Not like this. Wrong.",
    });
  });

  test("stands at the JSON box with the field's name, whatever it is called", () => {
    const approval = asking({ json: {} }, { json: { type: "object" } });
    expect(blockErrors(approval, { json: "Wrong.", "": "Bad." })).toEqual({
      json: "json: Wrong. Bad.",
    });
  });

  test("of a field called json stands at its own input", () => {
    expect(blockErrors(asking({ json: "x" }, { json: { type: "string" } }), { json: "Wrong." })).toEqual({
      "arg:json": "Wrong.",
    });
  });

  test("never stands anywhere but at an input that is there", () => {
    const names = fc.constantFrom("diff", "version", "env", "json", "", "gone");
    const schemas = fc.constantFrom<JsonObject>(properties, { ...properties, env: { type: "object" } });
    fc.assert(
      fc.property(fc.dictionary(names, fc.constant("Wrong."), { minKeys: 1 }), schemas, (errors, schema) => {
        const approval = asking({ ...args, diff: schema === properties ? args.diff : "x" }, schema);
        for (const block of Object.keys(blockErrors(approval, errors)))
          expect(inputIds(approval)).toContain(block);
      }),
      { seed: 42, numRuns: 200 },
    );
  });

  test("that concerns a field without an input reaches the person, and decides nothing", async () => {
    const { slack, ask, records } = await startDoor();
    const limited = { ...properties, diff: { type: "string", maxLength: 100 } };
    const approval = asking(args, limited);
    const ana = slack.person(SEED.users.ana);
    await ana.click(await ask(approval), "Edit…");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    const submitted = await ana.submit(form, { "arg:version": "v3" });
    expect(submitted).toMatchObject({ ok: true, answer: { kind: "ok" } });
    const { errors } = await ana.waitFor(({ views }) =>
      views.find((view) => Object.keys(view.errors).length > 0),
    );
    expect(errors).toEqual({ "arg:version": expect.stringMatching(/^diff: /) as unknown });
    expect((await records.approval(approval, approval.interrupt))?.state).toEqual({ kind: "pending" });
  });
});
