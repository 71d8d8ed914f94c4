// What comes back from the form for changing arguments, from people and from whoever makes a submission by hand.
import { describe, expect, test } from "vitest";
import type { Approval } from "../../../src/approvals/approval.ts";
import type { Json, JsonObject } from "../../../src/approvals/json.ts";
import { editedOf } from "../../../src/slack/modals/edit.ts";
import { asking, changed, picked, typed, untouched } from "./edit-support.ts";

function argsOf(approval: Approval, submitted: object): JsonObject | string {
  const edited = editedOf(approval, submitted);
  if (edited.kind === "args") return edited.args;
  return edited.kind === "strange" ? "strange" : Object.values(edited.errors).join(" ");
}

const one = (property: JsonObject, value?: Json): Approval =>
  asking(value === undefined ? {} : { field: value }, { field: property });

describe("what was changed", () => {
  test.each<readonly [property: JsonObject, value: Json | undefined, entered: string, read: Json]>([
    [{ type: "string" }, "a", " b ", " b "],
    [{ type: "string" }, "a", "b\r\nc", "b\nc"],
    [{ type: "integer" }, 1, "12", 12],
    [{ type: "number" }, 1, "-0.50", -0.5],
    [{ type: "number" }, 1e-7, "2E3", 2_000],
    [{ type: "number" }, 1, "-0", 0],
    [{ type: ["integer", "null"] }, null, "7", 7],
    [{ type: "string", format: "date" }, undefined, "2026-05-04", "2026-05-04"],
    [{ type: "array", items: { type: "string" } }, ["a"], "b\r\n\n c \n  \n", ["b", " c "]],
    [{ type: "array", items: { type: "integer" } }, [1], " 2 \n3\n", [2, 3]],
    [{ type: "array", items: { type: "boolean" } }, [], "Yes\nfalse", [true, false]],
  ])("is read by the kind of its field: %j with %j becomes %j", (property, value, entered, read) => {
    const approval = one(property, value);
    expect(argsOf(approval, typed(approval, "arg:field", entered))).toEqual({ field: read });
  });

  test.each<readonly [property: JsonObject, value: Json | undefined, state: object, read: Json]>([
    [{ format: "time" }, "15:30:00Z", { selected_time: "16:45" }, "16:45:00Z"],
    [{ format: "time" }, "15:30", { selected_time: "16:45" }, "16:45"],
    [{ format: "time" }, undefined, { selected_time: "16:45" }, "16:45:00Z"],
    [
      { format: "date-time" },
      "2026-05-04T17:00:00+02:00",
      { selected_date_time: 1_777_906_860 },
      "2026-05-04T15:01:00Z",
    ],
    [
      { format: "date-time" },
      "2026-05-04T15:00:00.000Z",
      { selected_date_time: 1_777_906_860 },
      "2026-05-04T15:01:00.000Z",
    ],
    [{ format: "date-time" }, undefined, { selected_date_time: 1_777_906_860 }, "2026-05-04T15:01:00Z"],
  ])("with a picker is written as it was: %j with %j", (property, value, state, read) => {
    const approval = one({ type: "string", ...property }, value);
    expect(argsOf(approval, changed(approval, "arg:field", state))).toEqual({ field: read });
  });

  test("is nothing where the same is ticked in another order", () => {
    const several = one({ type: "array", items: { enum: ["a", "b", "c"] } }, ["c", "a"]);
    for (const order of [
      ["c", "a"],
      ["a", "c"],
    ]) {
      const selected_options = order.map((value) => ({ value }));
      expect(argsOf(several, changed(several, "arg:field", { selected_options }))).toEqual({
        field: ["c", "a"],
      });
    }
  });

  test("in a menu or by ticks has the type of what was chosen", () => {
    const choice = one({ enum: [1, "1", true] }, true);
    expect(argsOf(choice, picked(choice, "arg:field", "1"))).toEqual({ field: 1 });
    expect(argsOf(choice, picked(choice, "arg:field", '"1"'))).toEqual({ field: "1" });
    const several = one({ type: "array", items: { enum: [3, 2, 1] } }, [1]);
    expect(argsOf(several, picked(several, "arg:field", "1", "3"))).toEqual({ field: [3, 1] });
    const flag = one({ type: "boolean" });
    expect(argsOf(flag, picked(flag, "arg:field", "false"))).toEqual({ field: false });
  });

  test.each<readonly [property: JsonObject, value: Json, state: object, args: JsonObject]>([
    [{ type: "string" }, "a", { value: null }, {}],
    [{ type: ["string", "null"] }, "a", { value: null }, { field: null }],
    [{ type: "number" }, 3, { value: " " }, {}],
    [{ type: "boolean" }, true, { selected_option: { value: "(not given)" } }, {}],
    [{ enum: ["a", null] }, "a", { selected_option: { value: "(not given)" } }, { field: null }],
    [{ type: "array", items: { type: "string" } }, ["a"], { value: null }, { field: [] }],
    [{ type: "array", items: { type: "string" }, minItems: 1 }, ["a"], { value: null }, {}],
    [{ type: "array", items: { enum: ["a"] } }, ["a"], { selected_options: [] }, { field: [] }],
    [{ type: "array", items: { enum: ["a"] }, minItems: 1 }, ["a"], { selected_options: [] }, {}],
    [{ type: "string", format: "date" }, "2026-05-04", { selected_date: null }, {}],
  ])("to nothing, of %j, is what the schema has for nothing", (property, value, state, args) => {
    const approval = one(property, value);
    expect(argsOf(approval, changed(approval, "arg:field", state))).toEqual(args);
  });

  test("within an object changes that field alone; an optional object that was emptied is gone", () => {
    const target = { type: "object", properties: { zone: { type: "string" }, rack: { type: "integer" } } };
    const given = { target: { zone: "a", unknown: [1] } };
    const approval = asking(given, { target });
    expect(argsOf(approval, typed(approval, "arg:target.rack", "7"))).toEqual({
      target: { zone: "a", unknown: [1], rack: 7 },
    });
    const bare = asking({ target: { zone: "a" } }, { target });
    expect(argsOf(bare, typed(bare, "arg:target.zone", null))).toEqual({});
    const absent = asking({}, { target });
    expect(argsOf(absent, typed(absent, "arg:target.zone", "b"))).toEqual({ target: { zone: "b" } });
  });

  test("leaves fields that are too long and arguments that the schema does not know", () => {
    const args = { diff: "x".repeat(3_001), version: "v1", stranger: { deep: [1] } };
    const approval = asking(args, { diff: { type: "string" }, version: { type: "string" } });
    expect(argsOf(approval, typed(approval, "arg:version", "v2"))).toEqual({ ...args, version: "v2" });
  });

  test("comes with the reason for it", () => {
    const approval = one({ type: "string" }, "a");
    const long = `  ${"x".repeat(1_200)}  `;
    expect(editedOf(approval, typed(approval, "comment", long))).toMatchObject({
      comment: "x".repeat(1_000),
    });
  });
});

describe("what cannot be read", () => {
  test.each<readonly [property: JsonObject, value: Json, entered: string, error: string]>([
    [{ type: "number" }, 1, "many", "“many” is not a number."],
    [{ type: "integer" }, 1, "0x10", "“0x10” is not a number."],
    [
      { type: "integer" },
      1,
      "9007199254740993",
      "9007199254740993 has more digits than a number can keep; the nearest one is 9007199254740992.",
    ],
    [
      { type: "array", items: { type: "integer" } },
      [1],
      "1\ntwo\n\n3.0.0",
      "Line 2: “two” is not a number. Line 4: “3.0.0” is not a number.",
    ],
    [{ type: "array", items: { type: "boolean" } }, [], "maybe", "Line 1: “maybe” is not true or false."],
    [{ enum: ["a", "b"] }, "a", "c", "Please choose one of the options."],
    [{ type: "array", items: { enum: ["a", "b"] } }, ["a"], "c", "Please choose among the options."],
    [{ type: "string", format: "date" }, "2026-05-04", "today", "Must be a date."],
    [{ type: "string", format: "time" }, "15:00", "noon", "Must be a time."],
    [{ type: "string", format: "date-time" }, "2026-05-04T15:00:00Z", "1e99", "Must be a date and a time."],
  ])("is said at its field: %j with %j and %j entered", (property, value, entered, error) => {
    const approval = one(property, value);
    expect(editedOf(approval, typed(approval, "arg:field", entered))).toEqual({
      kind: "unreadable",
      errors: { "arg:field": error },
    });
  });
});

describe("a submission made by hand", () => {
  const args = { diff: "x".repeat(3_001), version: "v1", stranger: 1 };
  const approval = asking(args, { diff: { type: "string" }, version: { type: "string" } });

  test.each(["arg:other", "arg:diff", "arg:stranger", "arg:__proto__", "arg:constructor", "json"])(
    "with an input %s that the form does not have is no answer to it",
    (block) => {
      const forged = JSON.parse(
        `{"${block}": {"value": {"type": "plain_text_input", "value": "mine"}}}`,
      ) as object;
      expect(editedOf(approval, forged)).toEqual({ kind: "strange" });
    },
  );

  test.each([
    undefined,
    null,
    [],
    "x",
    { "arg:version": 1 },
    { "arg:version": {} },
    { "arg:version": { value: { value: {} } } },
  ])("of another shape is no answer to it: %j", (forged) =>
    expect(editedOf(approval, forged)).toEqual({ kind: "strange" }),
  );

  test("that leaves inputs out leaves their fields as they are", () => {
    expect(editedOf(approval, {})).toEqual({ kind: "args", args, comment: "" });
  });

  test("to a form that has nothing to edit is no answer to it", () => {
    const fixed = asking({ diff: "x".repeat(3_001) }, { diff: { type: "string" } });
    expect(editedOf(fixed, { comment: { value: { value: "mine" } } })).toEqual({ kind: "strange" });
    expect(editedOf(fixed, untouched(fixed))).toMatchObject({ kind: "args" });
  });
});
