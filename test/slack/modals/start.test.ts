// What a start form shows of the fields of a workflow, and what is read back from it: nothing that was typed is lost or changed unnoticed.
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/approvals/json.ts";
import { initialValues } from "../../../src/local/slack/input-values.ts";
import type { Block } from "../../../src/local/slack/protocol.ts";
import type { Listing } from "../../../src/runs/workflow.ts";
import { prefilled, startArgs, startModal } from "../../../src/slack/modals/start.ts";

function listingOf(properties: JsonObject, required: readonly string[] = []): Listing {
  const inputSchema = { type: "object", properties, required: [...required] };
  return { name: "work", description: "Works", example: "", version: "1", inputSchema };
}

/** The blocks of the form for what was typed, and what Slack sends of it when nobody touches it. */
function formOf(listing: Listing, typed: JsonObject) {
  const { args, notes } = prefilled(listing, typed);
  const view = startModal(listing, { workflow: listing.name, args, delivery: "d" }, notes);
  if (view === undefined) throw new Error("There is no form.");
  const values = initialValues(view.blocks as unknown as readonly Block[]);
  return {
    view,
    args,
    values,
    read: (change: object = {}) => startArgs(listing, args, { ...values, ...change }),
  };
}

const EVERY = listingOf({
  text: { type: "string" },
  count: { type: "integer" },
  big: { type: "number" },
  flag: { type: "boolean" },
  env: { type: "string", enum: ["prod", "staging"] },
  day: { type: "string", format: "date" },
  at: { type: "string", format: "date-time" },
  odd: { type: "string", format: "date-time" },
});

test("what was typed comes back as it was typed when nobody touches it, whatever kind of field it is for", () => {
  const typed = {
    ...{ text: "a\nb", count: 3, big: 1e30, flag: true, env: "prod", day: "2026-05-04" },
    ...{ at: "2026-05-04T15:00:00Z", odd: "2026-05-04T15:00:00.5+02:00" },
  };
  expect(formOf(EVERY, typed).read()).toEqual({ kind: "args", args: typed });
  const no = { ...typed, flag: false };
  expect(formOf(listingOf(EVERY.inputSchema["properties"] as JsonObject, ["flag"]), no).read()).toEqual({
    kind: "args",
    args: no,
  });
});

test("what has to be given is not called optional, typed or not", () => {
  const fields = { service: { type: "string" }, version: { type: "string" }, note: { type: "string" } };
  const { view } = formOf(listingOf(fields, ["service", "version"]), { service: "checkout" });
  const isOptional = { service: false, version: false, note: true };
  expect(view.blocks.filter(({ type }) => type === "input")).toMatchObject(
    Object.entries(isOptional).map(([text, optional]) => ({ label: { text }, optional })),
  );
});

test("a value that its input cannot show is left out and takes no others with it", () => {
  const { args, view } = formOf(EVERY, { text: "here", count: "many", flag: "perhaps", stranger: "x" });
  expect(args).toEqual({ text: "here" });
  expect(view.blocks.filter(({ type }) => type === "input")).toHaveLength(8);
});

test("a secret that was typed is neither shown nor kept in the form: it is typed again", () => {
  const listing = listingOf({ key: { type: "string", writeOnly: true }, note: { type: "string" } }, ["key"]);
  const { view, read } = formOf(listing, { key: "hunter2hunter2", note: "password=abcdefghijklmnop123" });
  const whole = JSON.stringify(view);
  expect(whole).not.toMatch(/hunter2|abcdefghijklmnop123/);
  expect(whole).toContain("What you typed for *key*, *note* is kept nowhere; please type it again.");
  expect(read({ "arg:key": { value: { type: "plain_text_input", value: "other" } } })).toEqual({
    kind: "args",
    args: { key: "other" },
  });
});

test("fields that go into no inputs are one box of JSON, with what was typed in it", () => {
  const deep = { type: "object", properties: { a: { type: "object", properties: {} } } };
  const { view, read } = formOf(listingOf({ deep, name: { type: "string" } }), { name: "ana" });
  expect(view.blocks).toMatchObject([
    { type: "section" },
    { block_id: "json", element: { initial_value: '{\n  "name": "ana"\n}' } },
  ]);
  const value = '{"name":"bo","deep":{"a":{}}}';
  expect(read({ json: { value: { type: "plain_text_input", value } } })).toEqual({
    kind: "args",
    args: JSON.parse(value) as unknown,
  });
});

test("a long name and description stay within what Slack takes", () => {
  const listing = { ...EVERY, name: "a".repeat(80), description: "<!channel> ".repeat(600) };
  const { view } = formOf(listing, {});
  expect(view).toMatchObject({ title: { text: expect.stringMatching(/^.{1,24}$/) as unknown } });
  expect(JSON.stringify(view.blocks[0])).not.toContain("<!channel>");
});
