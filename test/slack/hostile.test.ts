// Every hostile text at every place, through every renderer: Slack takes it, and nothing in it is more than text.
import { describe, expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { approvalDigest } from "../../src/approvals/approval.ts";
import type { Decision } from "../../src/approvals/decision.ts";
import { type Json, JsonObject } from "../../src/approvals/json.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { mrkdwnToRichText } from "../../src/local/page/mrkdwn.ts";
import { acceptContent } from "../../src/local/slack/message-content.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { acceptModal } from "../../src/local/slack/views.ts";
import { createWorkspace } from "../../src/local/slack/workspace.ts";
import type { Run } from "../../src/runs/run.ts";
import type { DrawnMessage } from "../../src/slack/blocks/parts.ts";
import { noteReply } from "../../src/slack/blocks/note.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { outcomeReply, runCard } from "../../src/slack/blocks/run-card.ts";
import { approveAllModal } from "../../src/slack/modals/approve-all.ts";
import { askModal } from "../../src/slack/modals/ask.ts";
import { chooseModal } from "../../src/slack/modals/choose.ts";
import { eachModal } from "../../src/slack/modals/decide-each.ts";
import { detailsModal } from "../../src/slack/modals/details.ts";
import { editModal } from "../../src/slack/modals/edit.ts";
import { noticeModal } from "../../src/slack/modals/notice.ts";
import { rejectModal } from "../../src/slack/modals/reject.ts";
import { visible } from "../../src/slack/text.ts";
import { answered } from "../../src/slack/commands/asked.ts";
import { startedSentence, unclearText } from "../../src/slack/commands/start-words.ts";
import { readOnlySentence, refusalSentence } from "../../src/slack/words.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { DECIDED_AT, decided, someApproval, someChoice, someRun } from "./fixtures.ts";
import { HOSTILE } from "./hostile.ts";

const workspace = createWorkspace({
  store: createStore(":memory:"),
  teamId: SEED.teamId,
  now: () => 0,
  secret: () => "secret-name",
});
const run = someRun();
const who = { by: "U0ANA", at: DECIDED_AT };
const listing = [...workflows.values()][0]?.listing;
if (listing === undefined) throw new Error("There is no workflow.");

/** What is drawn of one text: messages, forms, and sentences that are told in private. */
interface Drawn {
  readonly messages: Readonly<Record<string, DrawnMessage>>;
  readonly views: Readonly<Record<string, unknown>>;
}

/** Arguments have a digest, so half a character never gets into them. */
const whole = (text: string): string => text.toWellFormed();
const named = (text: string): string => text || "x";

const built = new Map<string, Readonly<Record<string, Approval>>>();

/** Made once for all places of a text. */
function approvalsOf(raw: string): Readonly<Record<string, Approval>> {
  const approvals = built.get(raw) ?? approvalsWith(raw);
  built.set(raw, approvals);
  return approvals;
}

function approvalsWith(raw: string): Readonly<Record<string, Approval>> {
  const text = whole(raw);
  const guessed = (value: Json): Approval => {
    const approval = { ...someApproval(), request: requestOf(value, "ask") };
    return { ...approval, digest: approvalDigest(approval) };
  };
  const schema = {
    type: "object",
    properties: Object.fromEntries([[text, { type: "string", title: text, description: text }]]),
  };
  const choices = {
    type: "object",
    properties: { a: { type: "string", enum: [named(text).slice(0, 75), "b"] } },
  };
  return {
    title: someApproval({ title: named(text) }),
    summary: someApproval({ summary: text }),
    target: someApproval({ target: text, risk: "destructive" }),
    "a fact's label": someApproval({ facts: [{ label: named(text), value: "v" }] }),
    "a fact's value": someApproval({ facts: [{ label: "Fact", value: text }] }),
    "many facts": someApproval({
      facts: Array.from({ length: 14 }, () => ({ label: named(text), value: `${text}\n${text}` })),
    }),
    "an argument": someApproval({
      action: { name: named(text), args: { body: text, list: [text, { [text]: text }] } },
    }),
    "an argument's name": someApproval({
      schema,
      action: { name: "act", args: Object.fromEntries([[text, "v"]]) },
    }),
    "a menu's entry": someApproval({ schema: choices, action: { name: "act", args: { a: text } } }),
    "an option": someChoice({
      options: [1, 2, 3].map((id) => ({
        ...{ id: String(id), label: named(text), value: { [text]: text }, effect: text },
        style: "danger" as const,
      })),
    }),
    "an option's value": someChoice({ options: [{ id: "1", label: "A", value: text, effect: "" }] }),
    "many options": someChoice({
      title: named(text),
      options: Array.from({ length: 12 }, (_, id) => ({
        ...{ id: String(id), label: named(text), value: text, effect: text },
      })),
    }),
    "a value that is interrupted with": guessed(text),
    "a guessed object": guessed({ [text]: text, deep: { [text]: [text] } }),
    "an action": guessed({ action: named(text), [`${text}!`]: text }),
    "a draft": guessed({ draft: text, instruction: text, [`${text}!`]: text }),
    "an inbox's request": guessed({
      action_request: { action: named(text), args: { [text]: text } },
      config: { allow_ignore: true, allow_respond: true, allow_edit: true, allow_accept: true },
      description: text,
    }),
    "several actions": guessed({
      actionRequests: [1, 2].map(() => ({ name: named(text), args: { [text]: text }, description: text })),
      reviewConfigs: [],
    }),
    "a question in words": guessed({ question: named(text), [`${text}!`]: `${text}\n${text}` }),
    "a guessed question": guessed({ question: named(text), options: [text, "no"], [`${text}!`]: text }),
    everything: someApproval({
      ...{ title: named(text), summary: text, target: text, facts: [{ label: named(text), value: text }] },
      action: { name: named(text), args: { [text]: text } },
    }),
  };
}

function decisionsOf(raw: string, approval: Approval): Readonly<Record<string, Decision>> {
  const text = whole(raw);
  const { request } = approval;
  if (request.kind === "choose") return { chosen: { kind: "chosen", ...who, option: "1" } };
  if (request.kind === "ask") return { responded: { kind: "responded", ...who, text } };
  if (request.kind === "review") {
    const items = request.items.map((_, index) =>
      index === 0
        ? { kind: "rejected" as const, reason: text }
        : { kind: "edited" as const, args: JsonObject.parse({ [text]: text }) },
    );
    return { reviewed: { kind: "reviewed", ...who, items } };
  }
  return {
    "approved, with the comment": { kind: "approved", ...who, comment: text },
    "rejected, with the reason": { kind: "rejected", ...who, reason: text },
    edited: {
      ...{ kind: "edited", ...who },
      args: JsonObject.parse({ a: text, [text]: "v2" }),
      before: JsonObject.parse({ a: "v1", gone: text }),
    },
  };
}

/** What a card says of its end depends on the kind of question and not on where in it a text stands; `npm run campaign` draws them all. */
function isDrawnInAllStates(place: string): boolean {
  return (
    process.env["COUNTERSIGN_RUNS"] !== undefined ||
    ["everything", "an argument", "an option", "several actions", "a question in words"].includes(place)
  );
}

function laterStates(raw: string, approval: Approval): Readonly<Record<string, Approval>> {
  return {
    superseded: { ...approval, state: { kind: "superseded", at: DECIDED_AT } },
    cancelled: { ...approval, state: { kind: "cancelled", ...who } },
    expired: { ...approval, state: { kind: "expired", at: DECIDED_AT } },
    ...lateStates(raw, approval),
    ...Object.fromEntries(
      Object.entries(decisionsOf(raw, approval)).map(([name, decision]) => [
        name,
        decided(approval, decision),
      ]),
    ),
  };
}

/** Asked again, changed by somebody, and voted on. */
function lateStates(raw: string, approval: Approval): Readonly<Record<string, Approval>> {
  const text = whole(raw);
  const votes = [{ ...who, vote: { kind: "reject" as const, reason: text.slice(0, 1_000) } }];
  const changed = { kind: "edit" as const, ...who, before: JsonObject.parse({ [text]: text, a: text }) };
  const again = {
    kind: "again" as const,
    because: "refused" as const,
    ...who,
    notes: [text, `${text}\n${text}`],
  };
  return {
    "voted on": { ...approval, state: { kind: "pending", votes } },
    "asked again": { ...approval, revision: 2, origin: again },
    "changed by somebody": { ...approval, revision: 2, origin: changed },
  };
}

function drawnOf(raw: string, place: string): Drawn {
  const approval = approvalsOf(raw)[place];
  if (approval === undefined) throw new Error(`There is no place ${place}.`);
  const states: Readonly<Record<string, Approval>> = {
    pending: approval,
    ...(isDrawnInAllStates(place) && laterStates(raw, approval)),
  };
  const told = Object.values(states).flatMap((state) => [
    refusalSentence("decided", state, { by: "U0BO", now: DECIDED_AT }),
    readOnlySentence("decided", state),
  ]);
  return {
    messages: {
      ...Object.fromEntries(Object.entries(states).map(([name, state]) => [name, requestCard(state, run)])),
      ...Object.fromEntries(told.map((sentence, index) => [`sentence ${index}`, answered(sentence)])),
      ...Object.fromEntries(
        Object.entries(states).map(([name, state]) => [`${name}, its note`, noteReply(state)]),
      ),
    },
    views: {
      edit: editModal(approval),
      reject: rejectModal(approval),
      choose: chooseModal(approval),
      ask: askModal(approval),
      each: eachModal(approval),
      "approve all": approveAllModal({ run, listed: [approval, approval], onOwnCard: 1 }),
      details: detailsModal(approval, { page: 0, refused: undefined, comment: whole(raw).slice(0, 1_000) }),
      "details, read-only": detailsModal(approval, { page: 0, refused: "own-request" }),
      ...Object.fromEntries(
        told.map((sentence, index) => [`notice ${index}`, noticeModal("Not counted", sentence)]),
      ),
    },
  };
}

function runsOf(raw: string): Drawn {
  const text = whole(raw);
  const runs: Readonly<Record<string, Run>> = {
    input: someRun({ input: { [text]: text, list: [text] } }),
    "good outcome": someRun({ status: { kind: "done", outcome: { good: true, text: raw } } }),
    "bad outcome": someRun({ status: { kind: "done", outcome: { good: false, text: raw } } }),
    error: someRun({ status: { kind: "failed", error: raw } }),
    reason: someRun({ status: { kind: "cancelled", by: "U0ANA", at: DECIDED_AT, reason: raw } }),
  };
  const cards = Object.entries(runs).map(([name, one]) => [`run with ${name}`, runCard(one, [], "C0OTHER")]);
  const replies = Object.entries(runs)
    .filter(([, { status }]) => status.kind === "done" || status.kind === "failed")
    .map(([name, one]) => [`reply with ${name}`, outcomeReply(one)]);
  return { messages: Object.fromEntries([...cards, ...replies]) as Drawn["messages"], views: {} };
}

function commandsOf(raw: string): Drawn {
  const listed = listing === undefined ? [] : [listing];
  const [workflow] = listed;
  const bad = workflow && { kind: "bad-input" as const, workflow, errors: { [raw]: raw, "": raw } };
  return {
    messages: {
      unclear: answered(unclearText(raw, "run", "/countersign")),
      ...(bad && { "bad input": answered(startedSentence(bad, "/countersign")) }),
    },
    views: {},
  };
}

/** What our own rendering may write with angle brackets: a person, a channel, a group, a moment. */
const OURS =
  /<@U[A-Z0-9]+>|<#C[A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: -]+UTC>/g;
const TYPED = ["initial_value", "value", "block_id", "private_metadata"];

/** Every text object and rich text in it. What stands in an input to be edited is raw on purpose. */
function partsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (Array.isArray(value)) return value.flatMap(partsOf);
  if (typeof value !== "object" || value === null) return [];
  const own = "text" in value && typeof value.text === "string" ? [{ ...value }] : [];
  const inner = Object.entries(value).filter(([key]) => !TYPED.includes(key));
  return [...own, ...inner.flatMap(([, part]) => partsOf(part))];
}

/** How each line of mrkdwn reads: which kinds of things, in which styles, and not what is in them. */
function skeletonsOf(text: string): readonly string[] {
  return text.split("\n").map((line) => {
    const kinds = mrkdwnToRichText(line, { verbatim: true }).flatMap((part) =>
      part.elements.map((element) => {
        const style = "style" in element ? Object.keys(element.style ?? {}).join("+") : "";
        return `${part.type}/${element.type}/${style}`;
      }),
    );
    return kinds.filter((kind, index) => kind !== kinds[index - 1]).join(" ");
  });
}

function mrkdwnOf(shown: unknown): readonly string[] {
  return partsOf(shown).flatMap((part) => (part["type"] === "mrkdwn" ? [String(part["text"])] : []));
}

/** What is wrong with one text, in words. */
function problemsOf(part: Readonly<Record<string, unknown>>): readonly string[] {
  const text = String(part["text"]);
  const isMrkdwn = part["type"] === "mrkdwn";
  const drawsEmoji = part["type"] === "plain_text" && part["emoji"] !== false;
  return [
    ...(text === visible(text) ? [] : [`unseen characters in ${JSON.stringify(text)}`]),
    ...(drawsEmoji && EMOJI.test(text) ? [`an emoji in ${text}`] : []),
    ...(isMrkdwn && part["verbatim"] !== true ? [`Slack makes links in ${text}`] : []),
    ...(isMrkdwn && /[<>]/.test(text.replace(OURS, "")) ? [`a mention or link in ${text}`] : []),
  ];
}

const EMOJI = /:[\w+'-]*[a-z_+'-][\w+'-]*:/i;

/** The same with letters instead, as long as it is and as long as it may become: what is drawn must be formatted in the same way. */
function harmlessLike(raw: string): readonly string[] {
  return ["x", "xxxxxxxxx"].map((letters) => raw.replaceAll(/\S/gsu, letters));
}

function formatsOf(value: unknown): ReadonlySet<string> {
  return new Set(mrkdwnOf(value).flatMap(skeletonsOf));
}

function newFormats(shown: unknown, likes: readonly unknown[]): readonly string[] {
  const allowed = new Set(likes.flatMap((like) => [...formatsOf(like)]));
  return [...formatsOf(shown)].filter((format) => !allowed.has(format));
}

function messageProblems(
  message: DrawnMessage,
  likes: readonly (DrawnMessage | undefined)[],
): readonly unknown[] {
  const content = acceptContent(workspace, message);
  const all = (one: DrawnMessage | undefined): unknown => [
    one?.blocks,
    { type: "mrkdwn", text: one?.text ?? "" },
  ];
  return [
    ...(content.ok ? [] : [content.refusal]),
    ...problemsOf({ type: "mrkdwn", text: message.text, verbatim: true }),
    ...partsOf(message.blocks).flatMap(problemsOf),
    ...newFormats(all(message), likes.map(all)),
  ];
}

function viewProblems(view: unknown, likes: readonly unknown[]): readonly unknown[] {
  const verdict = acceptModal(workspace, view);
  return [
    ...(verdict.ok ? [] : [verdict.error, ...verdict.problems]),
    ...partsOf(view).flatMap(problemsOf),
    ...newFormats(view, likes),
  ];
}

function expectHolds({ messages, views }: Drawn, likes: readonly Drawn[], where: string): void {
  for (const [name, message] of Object.entries(messages)) {
    const others = likes.map((like) => like.messages[name]);
    expect(messageProblems(message, others), `${where}: ${name}`).toEqual([]);
  }
  for (const [name, view] of Object.entries(views)) {
    const others = likes.map((like) => like.views[name]);
    expect(viewProblems(view, others), `${where}: ${name}`).toEqual([]);
  }
}

const PLACES = Object.keys(approvalsOf("x"));

test("the corpus is large enough to mean something", () => {
  expect(Object.keys(HOSTILE).length).toBeGreaterThanOrEqual(80);
});

describe("hostile text stays text at every place, in a run and in answers to commands", () => {
  test.each(Object.entries(HOSTILE))(
    "%s",
    (_, raw) => {
      const likes = harmlessLike(raw);
      for (const place of PLACES) {
        const others = likes.map((like) => drawnOf(like, place));
        expectHolds(drawnOf(raw, place), others, place);
      }
      expectHolds(runsOf(raw), likes.map(runsOf), "run");
      expectHolds(commandsOf(raw), likes.map(commandsOf), "command");
    },
    60_000,
  );
});
