// No secret gets onto a card, into a form or into an answer, and whoever decides is told how many are masked.
import { expect, test } from "vitest";
import type { JsonObject } from "../../src/approvals/json.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { outcomeReply, runCard } from "../../src/slack/blocks/run-card.ts";
import { chooseModal } from "../../src/slack/modals/choose.ts";
import { detailsModal } from "../../src/slack/modals/details.ts";
import { editedOf, editModal } from "../../src/slack/modals/edit.ts";
import { rejectModal } from "../../src/slack/modals/reject.ts";
import { refusalSentence } from "../../src/slack/words.ts";
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
const who = { by: "U0ANA", at: DECIDED_AT };
const edit = { kind: "edited" as const, ...who, args: { ...args, password: `${LEAK}!` }, before: args };

test.each<readonly [string, unknown]>([
  ["a pending card", requestCard(approval, someRun())],
  ["a rejected card", requestCard(decided(approval, rejectedByBo(leaky)), someRun())],
  ["an edited card", requestCard(decided(approval, edit), someRun())],
  ["a closed card", requestCard({ ...approval, state: { kind: "superseded", at: DECIDED_AT } }, someRun())],
  ["a choice", requestCard(choice, someRun())],
  ["an answered choice", requestCard(decided(choice, { kind: "chosen", ...who, option: "1" }), someRun())],
  ["the menu's form", chooseModal(choice)],
  ["a run's card", runCard(someRun({ input: args }), [], "C0OTHER")],
  ["a failed run's card", runCard(someRun({ status: { kind: "failed", error: leaky } }), [], "C0OTHER")],
  ["an outcome", outcomeReply(someRun({ status: { kind: "done", outcome: { good: true, text: leaky } } }))],
  ["the edit form", editModal(approval)],
  ["the edit form with one box", editModal(someApproval({ action: { name: "a", args }, schema: {} }))],
  ["the reject form", rejectModal(approval)],
  ["the full request", detailsModal(approval, { page: 0, refused: undefined })],
  [
    "an answer",
    refusalSentence("decided", decided(approval, rejectedByBo(leaky)), { by: "U0X", now: DECIDED_AT }),
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
