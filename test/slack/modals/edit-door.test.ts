// Edit… from the click to the record: what is submitted, what is refused, and what somebody is told who came too late.
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Approval } from "../../../src/approvals/approval.ts";
import type { Decision } from "../../../src/approvals/decision.ts";
import { JsonObject } from "../../../src/approvals/json.ts";
import type { LocalPerson } from "../../../src/local/slack/person.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import type { Message, View } from "../../../src/local/slack/protocol.ts";
import { viewSubmission } from "../../support/deliver.ts";
import { editModal } from "../../../src/slack/modals/edit.ts";
import { someApproval } from "../fixtures.ts";
import { type Door, startDoor } from "../support.ts";
import { asking, askingBy } from "./edit-support.ts";

async function opened(person: LocalPerson, card: Message): Promise<View> {
  await person.click(card, "Edit…");
  return person.waitFor(({ views }) => views.at(-1));
}

async function errorsOf(person: LocalPerson): Promise<View["errors"]> {
  return (await person.waitFor(({ views }) => views.find(({ errors }) => Object.keys(errors).length > 0)))
    .errors;
}

async function decisionOf({ records }: Door, approval: Approval): Promise<Decision | undefined> {
  const state = (await records.approval(approval, approval.interrupt))?.state;
  return state?.kind === "decided" ? state.decision : undefined;
}

const Everything = z.object({
  name: z.string().describe("what it is called"),
  notes: z.string().max(500),
  size: z.int().min(1).max(9),
  rate: z.number().optional(),
  env: z.enum(["prod", "staging"]),
  tier: z.union([z.literal(1), z.literal(2)]).optional(),
  dry: z.boolean(),
  force: z.boolean().nullable(),
  day: z.iso.date(),
  at: z.iso.datetime({ offset: true }).optional(),
  mail: z.email(),
  page: z.url().optional(),
  zones: z.array(z.enum(["a", "b", "c"])),
  hosts: z.array(z.enum(["h0", "h1", "h2", "h3", "h4", "h5", "h6", "h7", "h8", "h9", "h10", "h11"])),
  tags: z.array(z.string()),
  ports: z.array(z.int().max(65_535)),
  owner: z.object({ team: z.string(), phone: z.string().optional() }),
});
const schema = JsonObject.parse(z.toJSONSchema(Everything));
const args: JsonObject = {
  ...{ name: " checkout ", notes: "one\r\ntwo", size: 3, env: "prod", dry: false, force: null },
  ...{ day: "2026-05-04", at: "2026-05-04T17:00:00+02:00", mail: "ana@example.com", zones: ["c", "a"] },
  ...{ hosts: ["h11"], tags: ["x", " y "], ports: [80], owner: { team: "core" } },
};

test("a form with every kind of field, submitted as it was opened, changes nothing", async () => {
  const door = await startDoor();
  const approval = askingBy(schema, args);
  const ana = door.slack.person(SEED.users.ana);
  const form = await opened(ana, await door.ask(approval));
  expect(form.blocks.filter(({ type }) => type === "input")).toHaveLength(19);
  await ana.submit(form);
  expect(await decisionOf(door, approval)).toEqual({
    ...{ kind: "edited", by: ana.id, at: expect.any(String) as string, args, before: args },
  });
});

test("a form with every kind of field changes what was changed, with the reason", async () => {
  const door = await startDoor();
  const approval = askingBy(schema, args);
  const ana = door.slack.person(SEED.users.ana);
  const form = await opened(ana, await door.ask(approval));
  const submitted = await ana.submit(form, {
    ...{ "arg:size": "4", "arg:rate": "0.25", "arg:env": "staging", "arg:tier": "2", "arg:dry": ["true"] },
    ...{
      "arg:force": "false",
      "arg:day": "2026-05-05",
      "arg:at": "1777906860",
      "arg:page": "https://a.example",
    },
    ...{ "arg:zones": ["b"], "arg:hosts": ["h0", "h10"], "arg:tags": "z\n\nx", "arg:ports": "443\n8080" },
    ...{ "arg:owner.phone": "123", comment: "Not on a *Monday*\nplease" },
  });
  expect(submitted).toMatchObject({ ok: true });
  const changes = {
    ...{ size: 4, rate: 0.25, env: "staging", tier: 2, dry: true, force: false, day: "2026-05-05" },
    ...{ at: "2026-05-04T15:01:00Z", page: "https://a.example", zones: ["b"], hosts: ["h0", "h10"] },
    ...{ tags: ["z", "x"], ports: [443, 8_080], owner: { team: "core", phone: "123" } },
  };
  expect(await decisionOf(door, approval)).toMatchObject({
    ...{ kind: "edited", args: { ...args, ...changes }, before: args },
    comment: "Not on a *Monday*\nplease",
  });
});

test("each field that does not fit has its sentence at its own input, and what does not parse is said first", async () => {
  const door = await startDoor();
  const approval = askingBy(schema, args);
  const ana = door.slack.person(SEED.users.ana);
  const form = await opened(ana, await door.ask(approval));
  await ana.submit(form, { "arg:ports": "80\neighty" });
  expect(await errorsOf(ana)).toEqual({ "arg:ports": "Line 2: “eighty” is not a number." });
  await ana.submit(form, {
    ...{ "arg:mail": "ana", "arg:ports": "80\n70000", "arg:name": "checkout" },
    ...{ "arg:page": "nowhere", "arg:owner.team": "core" },
  });
  expect(await errorsOf(ana)).toEqual({
    "arg:mail": "Must be: an e-mail address.",
    "arg:page": "Must be: a web address like https://example.com.",
    "arg:ports": "Item 2: Must be at most 65535.",
  });
  expect(await decisionOf(door, approval)).toBeUndefined();
});

test("an error within an object stands at the field in it, one of a list names the item, one of a choice the choices", async () => {
  const door = await startDoor();
  const properties = {
    owner: { type: "object", properties: { team: { type: "string", minLength: 3 } }, required: ["team"] },
    tags: { type: "array", items: { anyOf: [{ type: "string", pattern: "^[a-z]+$" }] } },
    level: { anyOf: [{ type: "integer", multipleOf: 2 }, { type: "null" }] },
  };
  const approval = asking({ owner: { team: "core" }, tags: ["a"], level: 2 }, properties, ["owner"]);
  const ana = door.slack.person(SEED.users.ana);
  const form = await opened(ana, await door.ask(approval));
  await ana.submit(form, { "arg:owner.team": "ab", "arg:tags": "a\nB", "arg:level": "5" });
  expect(await errorsOf(ana)).toEqual({
    "arg:owner.team": "Must have at least 3 characters.",
    "arg:tags": expect.stringMatching(/^Item 2 \(“B”\): /) as string,
    "arg:level": "Must be a multiple of 2.",
  });
});

test.each(["443", "four"])(
  "whoever is too late with %s is told who decided and when, and that nothing was changed",
  async (entered) => {
    const door = await startDoor();
    const ports = { type: "array", items: { type: "integer" } };
    const approval = asking({ ports: [80] }, { ports });
    const [ana, bo] = [door.slack.person(SEED.users.ana), door.slack.person(SEED.users.bo)];
    const card = await door.ask(approval);
    const forms = [await opened(ana, card), await opened(bo, card)] as const;
    await bo.submit(forms[1], { "arg:ports": "8080" });
    await ana.submit(forms[0], { "arg:ports": entered });
    const notice = await ana.waitFor(({ views }) => views.find(({ title }) => title === "Not counted"));
    expect(JSON.stringify(notice.blocks)).toMatch(
      new RegExp(`<@${bo.id}> approved this with changes .* ago .*Your click was not counted`),
    );
    expect(await decisionOf(door, approval)).toMatchObject({ by: bo.id, args: { ports: [8_080] } });
  },
);

test("a form that cannot be submitted is opened all the same, and says why", async () => {
  const door = await startDoor();
  const ana = door.slack.person(SEED.users.ana);
  const long = asking({ diff: "x".repeat(3_001) }, { diff: { type: "string" } });
  const form = await opened(ana, await door.ask(long));
  expect(form).not.toHaveProperty("submit");
  expect(JSON.stringify(form.blocks)).toContain("*diff* is too long to edit here and stays as it is.");
});

test("a schema that cannot be checked gets one box with JSON, whose names are checked and whose values the run checks", async () => {
  const door = await startDoor();
  const ana = door.slack.person(SEED.users.ana);
  const unchecked = { type: "object", properties: { a: { type: "string" }, b: {} }, if: {}, then: {} };
  const approval = askingBy(unchecked, { a: "x" });
  const form = await opened(ana, await door.ask(approval));
  expect(JSON.stringify(form.blocks)).toContain("only the run itself checks what you enter");
  await ana.submit(form, { json: '{"c": 1}' });
  expect(await errorsOf(ana)).toEqual({ json: 'c: There is no field "c".' });
  await ana.submit(form, { json: '{"a": "y", "b": [1]}' });
  expect(await decisionOf(door, approval)).toMatchObject({ args: { a: "y", b: [1] } });
});

describe("a submission made by hand", () => {
  const before = { diff: "x".repeat(3_001), version: "v1", stranger: 1 };
  const properties = { diff: { type: "string" }, version: { type: "string" } };
  const entered = (value: unknown) => ({ value: { type: "plain_text_input", value } });

  async function forged(values: object, approval = asking(before, properties)) {
    const door = await startDoor();
    const bo = door.slack.person(SEED.users.bo);
    const form = await opened(bo, await door.ask(approval));
    const view = { callbackId: form.callbackId, privateMetadata: form.privateMetadata };
    const answer = await door.send(viewSubmission({ user: bo.id, view, blocks: form.blocks, values }));
    return { ...answer, decision: await decisionOf(door, approval) };
  }

  test.each([
    "arg:diff",
    "arg:stranger",
    "arg:other",
    "arg:constructor",
    "arg:__proto__",
    "json",
    "comment2",
  ])("that sets %s, which is no input of the form, is refused with a sentence", async (block) => {
    const values = { [block]: entered("mine"), "arg:version": entered("v2") };
    const { status, body, decision } = await forged(values);
    expect(status).toBe(200);
    expect(body).toContain("This form is not the one for this request as it is now. Nothing was changed");
    expect(decision).toBeUndefined();
  });

  test.each([
    ["an input of another shape", { "arg:version": { value: { value: { deep: 1 } } } }],
    ["an input that is none", { "arg:version": { other: { value: "x" } } }],
  ])("with %s is refused with a sentence", async (_, values) => {
    const { status, body, decision } = await forged(values);
    expect({ status, decision }).toEqual({ status: 200, decision: undefined });
    expect(body).toContain("Nothing was changed");
  });

  const secret = {
    password: "hunter2-hunter2",
    owner: { token: "t0k3n-t0k3n-t0k3n", team: "core" },
    size: 1,
  };
  const owner = { type: "object", properties: { token: { type: "string" }, team: { type: "string" } } };
  const withInputs = asking(secret, { password: { type: "string" }, owner, size: { type: "integer" } });
  const withBox = asking(secret, { password: { type: "string" }, owner, size: {} });

  test.each(["arg:password", "arg:owner.token"])(
    "that sets %s, which is masked, is refused, and what is masked is not in the form",
    async (block) => {
      expect(JSON.stringify(editModal(withInputs))).not.toMatch(/hunter2|t0k3n/);
      const { body, decision } = await forged({ [block]: entered("mine") }, withInputs);
      expect(body).toContain("Nothing was changed");
      expect(decision).toBeUndefined();
      const rest = await forged({ "arg:owner.team": entered("ops") }, withInputs);
      expect(rest.decision).toMatchObject({ args: { ...secret, owner: { ...secret.owner, team: "ops" } } });
    },
  );

  test("that sets in the JSON what is masked is refused, and what is masked is not in the box", async () => {
    expect(JSON.stringify(editModal(withBox))).not.toMatch(/hunter2|t0k3n/);
    const { body, decision } = await forged({ json: entered('{"password": "mine"}') }, withBox);
    expect(body).toContain("stays as it is and cannot be set here.");
    expect(decision).toBeUndefined();
    const rest = await forged({ json: entered('{"size": 2}') }, withBox);
    expect(rest.decision).toMatchObject({ args: { ...secret, size: 2 } });
  });

  test("with a block called __proto__ changes nothing by it", async () => {
    const { decision } = await forged(JSON.parse('{"__proto__": {"value": {"value": "x"}}}') as object);
    expect(decision).toMatchObject({ kind: "edited", args: before });
  });

  test.each(["__proto__", "constructor", "prototype"])(
    "with %s deep in the JSON is refused at the box, and nothing is merged",
    async (name) => {
      const approval = asking({ target: {} }, { target: { type: "object" } });
      const text = `{"target": {"list": [{"${name}": {"isAdmin": true}}]}}`;
      const { status, body, decision } = await forged({ json: entered(text) }, approval);
      expect({ status, decision }).toEqual({ status: 200, decision: undefined });
      expect(JSON.parse(body)).toEqual({
        response_action: "errors",
        errors: { json: `Nothing can be called "${name}".` },
      });
      expect(Object.hasOwn(Object.prototype, "isAdmin")).toBe(false);
    },
  );

  test("for a request that cannot be edited is refused, whatever it sets", async () => {
    const { schema: _, ...request } = someApproval().request;
    const fixed = someApproval({ ...request, allowed: ["approve", "reject"] });
    const door = await startDoor();
    const ana = door.slack.person(SEED.users.ana);
    await door.ask(fixed);
    const { thread: t, slot: s, interrupt: i, digest: d } = fixed;
    const view = { callbackId: "edit_request", privateMetadata: JSON.stringify({ v: 1, t, s, i, d }) };
    const values = { "arg:version": entered("v2") };
    const { body } = await door.send(viewSubmission({ user: ana.id, view, blocks: [], values }));
    expect(body).toContain("This request does not offer that answer.");
    expect(await decisionOf(door, fixed)).toBeUndefined();
  });
});
