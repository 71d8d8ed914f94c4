// Any schema of the kinds that have inputs, with any arguments that fit it: a form nobody touched changes nothing, and no submission at all makes it throw.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../src/approvals/json.ts";
import { checkArgs, checkEdit } from "../../../src/approvals/schema.ts";
import { acceptBlocks } from "../../../src/local/slack/blocks.ts";
import { blockErrors, editedOf, editModal } from "../../../src/slack/modals/edit.ts";
import { askingBy, untouched } from "./edit-support.ts";

type Case = readonly [property: JsonObject, value: Json];

const words = fc.string({ unit: "binary", maxLength: 40 }).map((value) => value.toWellFormed());
const text = fc.oneof(words, fc.constant("x".repeat(3_500)), fc.constantFrom("a\r\nb", " ", "null", "​"));
const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
const scalar = fc.oneof(words, number, fc.boolean());
const moment = fc.date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });

const aText = fc.record({ maxLength: fc.option(fc.nat(4_000), { nil: undefined }) }, { requiredKeys: [] });
const single = fc.oneof(
  fc.tuple(aText, text).map(([limit, value]): Case => [{ type: "string", ...given(limit) }, value]),
  fc.maxSafeInteger().map((value): Case => [{ type: "integer" }, value]),
  fc
    .tuple(fc.integer(), fc.nat(9), fc.nat(9))
    .map(([value, below, above]): Case => [
      { type: "integer", exclusiveMinimum: value - below - 1, maximum: value + above },
      value,
    ]),
  fc
    .tuple(number, fc.nat(9))
    .map(([value, above]): Case => [{ type: "number", maximum: value + above }, value]),
  fc.boolean().map((value): Case => [{ type: "boolean" }, value]),
  moment.map((at): Case => [{ type: "string", format: "date" }, at.toISOString().slice(0, 10)]),
  moment.map((at): Case => [{ type: "string", format: "date-time" }, at.toISOString()]),
  moment.map((at): Case => [
    { type: "string", format: "date-time" },
    at.toISOString().replace(/\.\d+Z/, "Z"),
  ]),
  moment.map((at): Case => [{ type: "string", format: "time" }, at.toISOString().slice(11)]),
  moment.map((at): Case => [{ type: "string", format: "time" }, at.toISOString().slice(11, 17) + "00Z"]),
  fc.emailAddress().map((value): Case => [{ type: "string", format: "email" }, value]),
  fc.webUrl().map((value): Case => [{ type: "string", format: "uri" }, value]),
);
const choices = fc.uniqueArray(scalar, {
  minLength: 1,
  maxLength: 14,
  selector: (one) => JSON.stringify(one),
});
const chosen = choices.chain((all) =>
  fc.oneof(
    fc.constantFrom(...all).map((value): Case => [{ enum: all }, value]),
    fc.constantFrom(...all).map((value): Case => [{ anyOf: all.map((one) => ({ const: one })) }, value]),
    fc
      .array(fc.constantFrom(...all), { maxLength: 6 })
      .map((value): Case => [{ type: "array", items: { enum: all } }, value]),
    fc.shuffledSubarray(all).map((value): Case => [{ type: "array", items: { enum: all } }, value]),
  ),
);
const listed = fc.oneof(
  fc
    .array(text, { maxLength: 5 })
    .map((value): Case => [{ type: "array", items: { type: "string" } }, value]),
  fc
    .array(number, { maxLength: 5 })
    .map((value): Case => [{ type: "array", items: { type: "number" } }, value]),
  fc
    .array(fc.boolean(), { maxLength: 5 })
    .map((value): Case => [{ type: "array", items: { type: "boolean" } }, value]),
);
const odd = fc
  .jsonValue({ maxDepth: 2 })
  .map((value): Case => [{}, JSON.parse(JSON.stringify(value)) as Json]);
const plainField = fc.oneof({ weight: 4, arbitrary: single }, chosen, listed);

/** "or null", a reference, "all of this one" around it. */
const dressed = (field: typeof plainField): fc.Arbitrary<Case> =>
  fc
    .tuple(field, fc.constantFrom("", "anyOf", "allOf", "$ref"), fc.boolean())
    .map(([[property, value], dress, isNull]) => {
      if (dress === "anyOf") return [{ anyOf: [property, { type: "null" }] }, isNull ? null : value];
      if (dress === "allOf") return [{ allOf: [property], title: "All of it" }, value];
      return dress === "$ref" ? [{ $ref: "#/$defs/it", $defs: property }, value] : [property, value];
    });

const name = fc.string({ minLength: 1, maxLength: 12 }).filter((one) => one !== "__proto__");
const presence = fc.constantFrom("required", "optional", "absent");
const fieldsOf = (value: fc.Arbitrary<Case>, maxLength: number) =>
  fc.uniqueArray(fc.record({ name, value, presence }), { selector: (field) => field.name, maxLength });

function given(limit: { readonly maxLength?: number | undefined }): JsonObject {
  return limit.maxLength === undefined ? {} : { maxLength: limit.maxLength };
}

function objectOf(fields: readonly { name: string; value: Case; presence: string }[]): Case {
  const properties = Object.fromEntries(fields.map(({ name, value: [property] }) => [name, property]));
  const present = fields.filter((field) => field.presence !== "absent");
  const required = fields.filter((field) => field.presence === "required").map((field) => field.name);
  const args = Object.fromEntries(present.map(({ name, value: [, value] }) => [name, value]));
  return [{ type: "object", properties, required }, args];
}

const nested = fieldsOf(dressed(plainField), 3).map(objectOf);
const argsAndSchema = fieldsOf(
  fc.oneof({ weight: 8, arbitrary: dressed(plainField) }, { weight: 2, arbitrary: nested }, odd),
  6,
).map((fields): { schema: JsonObject; args: JsonObject } => {
  const [schema, args] = objectOf(fields);
  return { ...withDefs(schema), args: args as JsonObject };
});

/** Each property that refers to "it" gets a definition of its own. */
function withDefs(schema: JsonObject): { schema: JsonObject } {
  const $defs: Record<string, Json> = {};
  const text = JSON.stringify(schema, (_, part: unknown) => {
    if (typeof part !== "object" || part === null || !("$defs" in part)) return part;
    const id = `d${Object.keys($defs).length}`;
    $defs[id] = part.$defs as Json;
    return { $ref: `#/$defs/${id}` };
  });
  return { schema: { ...(JSON.parse(text) as JsonObject), $defs } };
}

describe("a form for any schema and any arguments that fit it", () => {
  test("is one that Slack shows, and nobody touching it changes nothing", () => {
    let drawn = 0;
    fc.assert(
      fc.property(argsAndSchema, ({ schema, args }) => {
        fc.pre(checkArgs(schema, args).kind === "fits");
        const approval = askingBy(schema, args);
        const { blocks } = editModal(approval);
        const verdict = acceptBlocks({ surface: "modal", blocks, at: "/blocks", nameIt: () => "name" });
        expect(verdict).toMatchObject({ ok: true });
        const hasInputs = blocks.some(({ block_id = "" }) => block_id.startsWith("arg:"));
        drawn += hasInputs ? 1 : 0;
        expect(editedOf(approval, untouched(approval))).toEqual({ kind: "args", args, comment: "" });
        expect(checkEdit(schema, args, args)).toEqual({ kind: "fits", args });
      }),
      { seed: 42, numRuns: 250 },
    );
    expect(drawn).toBeGreaterThan(100);
  });

  const state = fc.record(
    {
      value: fc.option(
        fc.oneof(text, fc.json(), fc.constantFrom("1e999", "{", '{"__proto__":{"a":1}}', "1\n2")),
      ),
      selected_option: fc.option(fc.record({ value: words })),
      selected_options: fc.array(fc.record({ value: words }), { maxLength: 3 }),
      selected_date: fc.option(words),
      selected_time: fc.option(words),
      selected_date_time: fc.option(fc.double()),
    },
    { requiredKeys: [] },
  );

  test("makes arguments or sentences of whatever is submitted to it, at inputs that are there", () => {
    let refused = 0;
    fc.assert(
      fc.property(argsAndSchema, fc.array(fc.tuple(fc.nat(9), state), { maxLength: 4 }), (one, touched) => {
        const approval = askingBy(one.schema, one.args);
        const ids = Object.keys(untouched(approval));
        fc.pre(ids.length > 0);
        const forged = touched.map(([at, value]) => [ids[at % ids.length] ?? "", { value }] as const);
        const edited = editedOf(approval, { ...untouched(approval), ...Object.fromEntries(forged) });
        if (edited.kind === "strange") return;
        const checked = edited.kind === "args" ? checkEdit(one.schema, one.args, edited.args) : undefined;
        const errors = edited.kind === "unreadable" ? edited.errors : {};
        const placed = checked?.kind === "refused" ? blockErrors(approval, checked.errors) : errors;
        refused += Object.keys(placed).length > 0 ? 1 : 0;
        for (const block of Object.keys(placed)) expect(ids).toContain(block);
        for (const sentence of Object.values(placed)) expect(sentence).toMatch(/\S/);
      }),
      { seed: 42, numRuns: 250 },
    );
    expect(refused).toBeGreaterThan(50);
  });
});
