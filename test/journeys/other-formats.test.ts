// Questions in the formats of Agent Inbox and of LangChain's middleware: each is a card with what it allows, and is answered in its own format.
import { expect, test } from "vitest";
import { interrupt } from "../../src/graph/index.ts";
import type { Filled } from "../../src/local/slack/fill-in.ts";
import { asking, startAsking, textIn } from "../support/one-question.ts";

const ARGS = { to: "lee@example.com", copies: 1 };
const ALL = { allow_accept: true, allow_edit: true, allow_respond: true, allow_ignore: true };
const inbox = {
  action_request: { action: "send_email", args: ARGS },
  config: ALL,
  description: "The customer has *asked* for it.",
};
const javascript = {
  actionRequests: [{ name: "send_email", args: ARGS, description: "Tool execution requires approval" }],
  reviewConfigs: [{ actionName: "send_email", allowedDecisions: ["approve", "edit", "reject"] }],
};
const python = {
  action_requests: [{ name: "send_email", args: ARGS }],
  review_configs: [
    { action_name: "send_email", allowed_decisions: ["approve", "edit", "reject", "respond"] },
  ],
};
const EDIT = { "arg:copies": "2" };
const EDITED = { to: "lee@example.com", copies: 2 };
const REASON = { reason: "Unsafe", note: "not to him" };

interface Row {
  readonly of: string;
  readonly value: unknown;
  readonly click: string;
  readonly filled?: Filled;
  readonly gets: unknown;
}

const ROWS: readonly Row[] = [
  {
    of: "Agent Inbox, accepted",
    ...{ value: inbox, click: "Approve" },
    gets: [{ type: "accept", args: { action: "send_email", args: ARGS } }],
  },
  {
    of: "Agent Inbox, edited",
    ...{ value: [inbox], click: "Edit…", filled: EDIT },
    gets: [{ type: "edit", args: { action: "send_email", args: EDITED } }],
  },
  {
    of: "Agent Inbox, responded to",
    ...{ value: inbox, click: "Respond…", filled: { answer: "Ask him first." } },
    gets: [{ type: "response", args: "Ask him first." }],
  },
  {
    of: "Agent Inbox, ignored",
    ...{ value: [inbox], click: "Ignore" },
    gets: [{ type: "ignore", args: null }],
  },
  {
    of: "JavaScript's middleware, approved",
    ...{ value: javascript, click: "Approve", gets: { decisions: [{ type: "approve" }] } },
  },
  {
    of: "JavaScript's middleware, edited",
    ...{ value: javascript, click: "Edit…", filled: EDIT },
    gets: { decisions: [{ type: "edit", editedAction: { name: "send_email", args: EDITED } }] },
  },
  {
    of: "JavaScript's middleware, rejected",
    ...{ value: javascript, click: "Reject…", filled: REASON },
    gets: { decisions: [{ type: "reject", message: "Unsafe: not to him" }] },
  },
  {
    of: "Python's middleware, edited",
    ...{ value: python, click: "Edit…", filled: EDIT },
    gets: { decisions: [{ type: "edit", edited_action: { name: "send_email", args: EDITED } }] },
  },
  {
    of: "Python's middleware, responded to",
    ...{ value: python, click: "Respond…", filled: { answer: "Sent already." } },
    gets: { decisions: [{ type: "respond", message: "Sent already." }] },
  },
];

test.each(ROWS)("$of: the card has the action, and the answer is of its format", async (row) => {
  const { waiting, act, ended } = await startAsking(asking(() => interrupt(row.value)));
  const shown = textIn(await waiting());
  expect(shown).toContain("Approval needed · send_email");
  expect(shown).toContain("to: lee@example.com\ncopies: 1");
  expect(shown).not.toContain("sends");
  await act(row.click, row.filled);
  const [, got = ""] = (await ended()).split("The node got ");
  expect(JSON.parse(got)).toEqual(row.gets);
});

test("what a config does not allow is not offered, and where it allows nothing the request can be ignored", async () => {
  const only = (config: Partial<typeof ALL>) => asking(() => interrupt({ ...inbox, config }));
  const accepting = await startAsking(only({ allow_accept: true }));
  const shown = textIn(await accepting.waiting()).split("\n");
  expect(shown).toContain("Approve");
  for (const button of ["Ignore", "Edit…", "Respond…"]) expect(shown).not.toContain(button);
  const nothing = await startAsking(only({}));
  await nothing.act("Ignore");
  expect(await nothing.ended()).toContain('[{"type":"ignore","args":null}]');
  const card = await nothing.bo.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("Ignored")),
  );
  expect(textIn(card)).toContain("⛔ *Ignored · send_email*");
});

const SEVERAL = {
  actionRequests: [
    { name: "send_email", args: ARGS, description: "To the customer" },
    { name: "delete_file", args: { path: "/tmp/a" } },
    { name: "search", args: { q: "x" } },
  ],
  reviewConfigs: [
    { actionName: "send_email", allowedDecisions: ["approve", "edit", "reject"] },
    { actionName: "delete_file", allowedDecisions: ["approve", "reject"] },
    {
      ...{ actionName: "search", allowedDecisions: ["approve", "edit"] },
      argsSchema: { type: "object", properties: { q: { type: "string", maxLength: 5 } } },
    },
  ],
};

test("several actions stand on one card, and one click approves all of them", async () => {
  const { bo, waiting, act, ended } = await startAsking(asking(() => interrupt(SEVERAL)));
  const shown = textIn(await waiting());
  for (const text of ["*1. send_email*\nTo the customer", "to: lee@example.com", "*2. delete_file*", "q: x"])
    expect(shown).toContain(text);
  await act("Approve all");
  expect(await ended()).toContain(JSON.stringify({ decisions: Array(3).fill({ type: "approve" }) }));
  const card = await bo.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("Decided")));
  expect(textIn(card)).toContain("✅ *3. search* approved");
});

test("each of several actions is decided by itself, in one form and in order; what does not fit is said at its field", async () => {
  const { bo, form, goOn, ended } = await startAsking(asking(() => interrupt(SEVERAL)));
  const view = await form("Decide each…");
  expect(textIn(view)).toContain("*2. delete_file*");
  const choices = { "do:0": "edit", "do:1": "reject", "do:2": "edit" };
  const changes = { "args:0": JSON.stringify(EDITED), "say:1": "It is still used." };
  await bo.submit(view, { ...choices, ...changes, "args:2": "{" });
  expect(JSON.stringify(await bo.view())).toContain("This is not JSON");
  await bo.submit(view, { ...choices, ...changes, "args:2": '{"q":"too long"}' });
  expect(JSON.stringify(await bo.view())).toContain("q: Must have at most 5 characters.");
  await bo.submit(view, { ...choices, ...changes, "args:2": '{"q":"y"}' });
  await goOn();
  const [, got = ""] = (await ended()).split("The node got ");
  expect(JSON.parse(got)).toEqual({
    decisions: [
      { type: "edit", editedAction: { name: "send_email", args: EDITED } },
      { type: "reject", message: "It is still used." },
      { type: "edit", editedAction: { name: "search", args: { q: "y" } } },
    ],
  });
  const card = await bo.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("Decided")));
  const shown = textIn(card);
  expect(shown).toContain("✅ *1. send_email* approved with changes");
  expect(shown).toContain("⛔ *2. delete_file* rejected: “It is still used.”");
  expect(shown).toContain("copies: 2");
});

test("several HumanInterrupts are answered as a list, and Approve all is not there when one may not be accepted", async () => {
  const list = [inbox, { ...inbox, config: { allow_respond: true, allow_ignore: true } }];
  const { waiting, act, ended } = await startAsking(asking(() => interrupt(list)));
  expect(textIn(await waiting())).not.toContain("Approve all");
  await act("Decide each…", { "do:0": "approve", "do:1": "respond", "say:1": "Tomorrow." });
  const [, got = ""] = (await ended()).split("The node got ");
  expect(JSON.parse(got)).toEqual([
    { type: "accept", args: { action: "send_email", args: ARGS } },
    { type: "response", args: "Tomorrow." },
  ]);
});

test("more actions than a card holds are all in the form, and each of them can be decided", async () => {
  const actionRequests = Array.from({ length: 40 }, (_, index) => ({
    ...{ name: `tool_${index}`, args: { text: "x".repeat(800) } },
  }));
  const { waiting, form, act, ended } = await startAsking(asking(() => interrupt({ actionRequests })));
  const card = textIn(await waiting());
  expect(card).toContain("… and 30 more actions.");
  expect(card).not.toContain("Approve all");
  const view = await form("Decide each…");
  expect(textIn(view)).toContain("40. tool_39");
  const choices = actionRequests.map((_, index) => [`do:${index}`, index === 7 ? "reject" : "approve"]);
  await act("Decide each…", Object.fromEntries(choices) as Filled);
  const [, got = ""] = (await ended()).split("The node got ");
  const { decisions } = JSON.parse(got) as { readonly decisions: readonly unknown[] };
  expect(decisions).toHaveLength(40);
  expect(decisions[7]).toEqual({ type: "reject" });
});

test("far too many actions are refused in the form with a sentence, and nothing throws", async () => {
  const actionRequests = Array.from({ length: 150 }, (_, index) => ({ name: `tool_${index}`, args: {} }));
  const { form } = await startAsking(asking(() => interrupt({ actionRequests })));
  expect(textIn(await form("Decide each…"))).toContain("These 150 actions are more than Slack can show");
});
