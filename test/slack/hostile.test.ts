// Every hostile text at every place, through every renderer: Slack takes it, and nothing in it is more than text.
import { describe, expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { approvalDigest } from "../../src/approvals/approval.ts";
import type { Decision } from "../../src/approvals/decision.ts";
import { type Json, JsonObject } from "../../src/approvals/json.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import type { Run } from "../../src/runs/run.ts";
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
import { answered } from "../../src/slack/commands/asked.ts";
import { startedSentence, unclearText } from "../../src/slack/commands/start-words.ts";
import { readOnlySentence, refusalSentence } from "../../src/slack/words.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { type Drawn, expectHolds, harmlessLike, once } from "./drawn.ts";
import { DECIDED_AT, decided, someApproval, someChoice, someRun } from "./fixtures.ts";
import { HOSTILE } from "./hostile.ts";

const run = someRun();
const who = { by: "U0ANA", at: DECIDED_AT };
const listing = [...workflows.values()][0]?.listing;
if (listing === undefined) throw new Error("There is no workflow.");

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

/** What a card says of its end depends on the kind of question and not on where in it a text stands. */
const IN_ALL_STATES = ["everything", "an argument", "an option", "several actions", "a question in words"];

/** `npm run campaign` draws all texts in all states everywhere. */
const isCampaign = process.env["COUNTERSIGN_RUNS"] !== undefined;
const numberOf = (raw: string): number => Object.values(HOSTILE).indexOf(raw);

/** Each text at every third place, in turn, and where all places are at once. */
function isDrawnAt(raw: string, place: string): boolean {
  return isCampaign || place === "everything" || (numberOf(raw) + PLACES.indexOf(place)) % 3 === 0;
}

/** Each text at one of these places, in turn, and so each of them with every fifth text. */
function isDrawnInAllStates(raw: string, place: string): boolean {
  return isCampaign || IN_ALL_STATES[numberOf(raw) % IN_ALL_STATES.length] === place;
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

/** `inAllStates` says how much of it is drawn; what it is compared with is drawn as it is. */
function drawnOf(raw: string, place: string, inAllStates: boolean): Drawn {
  const approval = approvalsOf(raw)[place];
  if (approval === undefined) throw new Error(`There is no place ${place}.`);
  const states: Readonly<Record<string, Approval>> = {
    pending: approval,
    ...(inAllStates && laterStates(raw, approval)),
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
        if (!isDrawnAt(raw, place) && !isDrawnInAllStates(raw, place)) continue;
        const inAllStates = isDrawnInAllStates(raw, place);
        const others = likes.map((like) => once(() => drawnOf(like, place, inAllStates)));
        expectHolds(drawnOf(raw, place, inAllStates), others, place);
      }
      const those = (drawn: (text: string) => Drawn): readonly (() => Drawn)[] =>
        likes.map((like) => once(() => drawn(like)));
      expectHolds(runsOf(raw), those(runsOf), "run");
      expectHolds(commandsOf(raw), those(commandsOf), "command");
    },
    60_000,
  );
});
