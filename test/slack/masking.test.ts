// No secret gets onto a card, into a form or into an answer, and whoever decides is told how many are masked.
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { entriesOfApproval } from "../../src/approvals/audit.ts";
import type { JsonObject } from "../../src/approvals/json.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { entryLine } from "../../src/slack/blocks/history-words.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { outcomeReply, runCard } from "../../src/slack/blocks/run-card.ts";
import { runningRow } from "../../src/slack/home/runs.ts";
import { stalledRow } from "../../src/slack/home/stalled.ts";
import { waitingRow } from "../../src/slack/home/waiting.ts";
import { chooseModal } from "../../src/slack/modals/choose.ts";
import { approveAllModal } from "../../src/slack/modals/approve-all.ts";
import { askModal } from "../../src/slack/modals/ask.ts";
import { eachModal, itemsIn } from "../../src/slack/modals/decide-each.ts";
import { detailsModal } from "../../src/slack/modals/details.ts";
import { editedOf, editModal } from "../../src/slack/modals/edit.ts";
import { rejectModal } from "../../src/slack/modals/reject.ts";
import { readOnlySentence, refusalSentence } from "../../src/slack/words.ts";
import { DECIDED_AT, decided, rejectedByBo, someApproval, someChoice, someRun } from "./fixtures.ts";

const LEAK = "hunter2";
const leaky = `DB_PASSWORD=${LEAK}`;
const args = { service: "checkout", password: LEAK, url: `postgres://app:${LEAK}@db` };
const properties: JsonObject = {
  service: { type: "string" },
  password: { type: "string" },
  url: { type: "string" },
  pin: { type: "string", writeOnly: true },
};
const approval = someApproval({
  ...{ title: `Rotate ${leaky}`, summary: leaky, target: leaky, risk: "destructive" },
  facts: [{ label: "Secret", value: LEAK }],
  action: { name: "rotate", args: { ...args, pin: LEAK } },
  schema: { type: "object", properties },
});
const choice = someChoice({
  ...{ title: leaky, summary: leaky, facts: [{ label: "Token", value: LEAK }] },
  options: [{ id: "1", label: leaky, value: { password: LEAK }, effect: leaky }],
});
const chosen = decided(choice, { kind: "chosen", by: "U0ANA", at: DECIDED_AT, option: "1" });
const item = { name: `rotate ${leaky}`, args: { ...args, note: leaky }, description: leaky };
const decidable = { action_name: item.name, allowed_decisions: ["approve", "edit", "reject"] };
const named = (value: unknown): Approval => ({ ...approval, request: requestOf(value, "rotate") });
const asked = named({ question: `Which one? ${leaky}`, log: leaky, password: LEAK });
const review = named({ action_requests: [item, item], review_configs: [decidable] });
const many = named({ action_requests: Array.from({ length: 40 }, () => item) });
const inbox = named({
  action_request: { action: "rotate", args: item.args },
  config: { allow_respond: true, allow_accept: true },
  description: leaky,
});
const who = { by: "U0ANA", at: DECIDED_AT };
const edit = { kind: "edited" as const, ...who, args: { ...args, password: `${LEAK}!` }, before: args };

const historyOf = (one: Approval, now: string): readonly string[] =>
  entriesOfApproval(one, now).map((entry) => entryLine(entry, [one]));

test.each<readonly [string, unknown]>([
  ["a pending card", requestCard(approval, someRun())],
  ["a rejected card", requestCard(decided(approval, rejectedByBo(leaky)), someRun())],
  ["an edited card", requestCard(decided(approval, edit), someRun())],
  ["a closed card", requestCard({ ...approval, state: { kind: "superseded", at: DECIDED_AT } }, someRun())],
  ["a choice", requestCard(choice, someRun())],
  ["an answered choice", requestCard(chosen, someRun())],
  ["the menu's form", chooseModal(choice)],
  ["a run's card", runCard(someRun({ input: args }), [], "C0OTHER")],
  ["a failed run's card", runCard(someRun({ status: { kind: "failed", error: leaky } }), [], "C0OTHER")],
  ["an outcome", outcomeReply(someRun({ status: { kind: "done", outcome: { good: true, text: leaky } } }))],
  ["the edit form", editModal(approval)],
  ["the edit form with one box", editModal(someApproval({ action: { name: "a", args }, schema: {} }))],
  ["the form that approves several", approveAllModal({ run: someRun(), listed: [approval], onOwnCard: 0 })],
  ["the form for an answer", askModal(asked)],
  ["the form for an answer to an action", askModal(inbox)],
  ["the form that decides each", eachModal(review)],
  ["the form that decides many", eachModal(many)],
  ["a card of several actions", requestCard(review, someRun())],
  ["the reject form", rejectModal(approval)],
  ["the full request", detailsModal(approval, { page: 0, refused: undefined })],
  [
    "an answer",
    refusalSentence("decided", decided(approval, rejectedByBo(leaky)), { by: "U0X", now: DECIDED_AT }),
  ],
  ["an answer about a choice", refusalSentence("decided", chosen, { by: "U0X", now: DECIDED_AT })],
  ["the full request of a choice", readOnlySentence("decided", chosen)],
  ["a line of the history", historyOf(chosen, DECIDED_AT)],
  ["a row of what waits", waitingRow({ approval, hasVoted: false }, DECIDED_AT)],
  ["a row of what runs", runningRow({ run: someRun(), asks: [approval] }, DECIDED_AT)],
  [
    "a row of what has stalled",
    stalledRow({ ...someRun(), at: DECIDED_AT, why: { kind: "undecided", approval } }, DECIDED_AT),
  ],
])("%s shows no secret", (_, shown) => {
  expect(JSON.stringify(shown)).not.toContain(LEAK);
  expect(JSON.stringify(shown)).not.toBe("{}");
});

test("a card says how many values are masked, and one without secrets says nothing of it", () => {
  const last = (shown: { readonly blocks: readonly unknown[] }): string =>
    JSON.stringify(shown.blocks.at(-1));
  expect(last(requestCard(approval, someRun()))).toContain(" · 7 values are masked");
  const one = someApproval({ action: { name: "a", args: { token: "t" } } });
  expect(last(requestCard(one, someRun()))).toContain(" · 1 value is masked");
  expect(last(runCard(someRun({ input: args }), [], "C0OTHER"))).toContain(" · 2 values are masked");
  expect(last(requestCard(someApproval(), someRun()))).not.toContain("masked");
});

test("an edit that changes a masked value says so without showing it", () => {
  const shown = JSON.stringify(requestCard(decided(approval, edit), someRun()).blocks);
  expect(shown).toContain("password: ~••••~ → *•••• (changed)*");
});

test("the edit form offers no input for what is masked, and it keeps its value whatever comes back", () => {
  const inputs = editModal(approval).blocks.flatMap(({ type, block_id }) =>
    type === "input" ? [block_id] : [],
  );
  expect(inputs).toEqual(["arg:service", "comment"]);
  const typed = (value: string) => ({ value: { type: "plain_text_input", value } });
  const submitted = { "arg:service": typed("billing") };
  expect(editedOf(approval, submitted)).toEqual({
    ...{ kind: "args", comment: "" },
    args: { ...args, pin: LEAK, service: "billing" },
  });
  const forged = { ...submitted, "arg:password": typed("forged"), "arg:pin": typed("0") };
  expect(editedOf(approval, forged)).toEqual({ kind: "strange" });
});

test("of several actions each is edited without what is masked of it, which keeps its value and cannot be set", () => {
  const input = eachModal(review).blocks.find(({ block_id }) => block_id === "args:0");
  expect(input).toMatchObject({
    hint: { text: "Masked, and stays as it is: password, url, note" },
    element: { initial_value: JSON.stringify({ service: "checkout" }, null, 2) },
  });
  if (review.request.kind !== "review") throw new Error("It should be a review.");
  const submit = (text: string) => ({
    "do:0": { value: { selected_option: { value: "edit" } } },
    "args:0": { value: { value: text } },
    "do:1": { value: { selected_option: { value: "approve" } } },
  });
  expect(itemsIn(review.request, submit('{"service":"web"}'))).toEqual({
    kind: "items",
    items: [{ kind: "edit", args: { ...item.args, service: "web" } }, { kind: "approve" }],
  });
  expect(itemsIn(review.request, submit('{"service":"web","password":"mine"}'))).toEqual({
    kind: "incomplete",
    errors: { "args:0": '"password" stays as it is and cannot be set here.' },
  });
});
