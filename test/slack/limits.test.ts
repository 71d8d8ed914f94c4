// Whatever is asked, typed or answered: each card, modal and reply fits what Slack takes, and nothing in it is markup, a mention or hidden.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import type { JsonObject } from "../../src/approvals/json.ts";
import type { Request } from "../../src/approvals/request.ts";
import { LIMITS as SLACK } from "../../src/local/slack/limits.ts";
import { acceptContent } from "../../src/local/slack/message-content.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { acceptModal } from "../../src/local/slack/views.ts";
import { createWorkspace } from "../../src/local/slack/workspace.ts";
import type { Run } from "../../src/runs/run.ts";
import type { DrawnMessage } from "../../src/slack/blocks/parts.ts";
import { historyMessage } from "../../src/slack/blocks/history.ts";
import { entryLine } from "../../src/slack/blocks/history-words.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { outcomeReply, runCard } from "../../src/slack/blocks/run-card.ts";
import { askModal } from "../../src/slack/modals/ask.ts";
import { chooseModal } from "../../src/slack/modals/choose.ts";
import { detailsModal } from "../../src/slack/modals/details.ts";
import { eachModal } from "../../src/slack/modals/decide-each.ts";
import { editModal } from "../../src/slack/modals/edit.ts";
import { noticeModal } from "../../src/slack/modals/notice.ts";
import { rejectModal } from "../../src/slack/modals/reject.ts";
import { visible } from "../../src/slack/text.ts";
import { refusalSentence } from "../../src/slack/words.ts";
import { DECIDED_AT, decided, someApproval, someChoice, someRequest, someRun } from "./fixtures.ts";

const workspace = createWorkspace({
  store: createStore(":memory:"),
  teamId: SEED.teamId,
  now: () => 0,
  secret: () => "secret-name",
});

/** Strings as hostile and as long as they come. */
const nasty = fc.constantFrom(
  ...["<!channel>", "<!here|x>", "<@U1>", "<#C1>", "<!subteam^S1>", "<https://x|y>", "<!date^1^{date}|x>"],
  ...["```", "`", "*", "_", "~", "&amp;", "&lt;!channel&gt;", "&", ">", "\n", "\r\n", "\t", '"', "\\"],
  ...["\u202E", "\u2066", "\u200B", "\u200D", "\uFEFF", "\u0000", "\u001B[31m", "\u2028", "\u00AD", "\u034F"],
  ...["\uFE0F", "\u{E0101}", "\u{E0041}", "\uD83D", "\uDE00", "\uE000", "\u3164", "\u2800", "\u180E"],
  ...["👨‍👩‍👧", "🏳️‍🌈", "👍🏽", "1️⃣", "🟠", "日本語", "é", "e\u0301", " "],
);
const word = fc.oneof(nasty, fc.string({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 6 }));
const words = fc.array(word, { maxLength: 30 }).map((parts) => parts.join(""));
const long = fc
  .tuple(words, word, fc.integer({ min: 0, max: 6_000 }), words)
  .map(([start, filler, times, end]) => `${start}${filler.repeat(times / Math.max(1, filler.length))}${end}`);
const text = fc.oneof({ weight: 3, arbitrary: words }, long);
const someText = text.map((value) => value || "x");
/** Arguments have a digest, so half a character never gets into them. */
const whole = text.map((value) => value.toWellFormed());
const json: fc.Arbitrary<JsonObject[string]> = fc.oneof(
  whole,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.boolean(),
  fc.constant(null),
  fc.array(whole, { maxLength: 4 }),
  fc.dictionary(whole, whole, { maxKeys: 3 }),
);
const args = fc.dictionary(whole, json, { maxKeys: 60 });
const property = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom("string", "integer", "number", "boolean"),
      title: text,
      description: text,
      maxLength: fc.integer({ min: 0, max: 5_000 }),
    },
    { requiredKeys: ["type"] },
  ),
  fc.record({ type: fc.constant("string"), enum: fc.uniqueArray(text, { maxLength: 120 }) }),
  fc.constant({ type: "object" }),
);
const risk = fc.constantFrom("low", "medium", "high", "destructive" as const);

const approvals = fc
  .record({
    title: someText,
    summary: text,
    target: text,
    facts: fc.array(fc.record({ label: someText, value: text }), { maxLength: 15 }),
    args,
    schema: fc.option(fc.record({ properties: fc.dictionary(someText, property, { maxKeys: 30 }) })),
    risk,
    users: fc.array(fc.constant("U0123456789"), { maxLength: 120 }),
  })
  .map(({ args, schema, users, ...request }): Approval => {
    // As often as not, the schema is of these very arguments.
    const own = Object.fromEntries(Object.keys(args).map((name) => [name, { type: "string" }]));
    const properties = { ...(users.length % 2 === 0 ? own : {}), ...schema?.properties };
    const asked = someRequest({
      ...request,
      action: { name: "act", args },
      schema: schema === null ? undefined : { type: "object", properties, required: [] },
    });
    const policy = { approvers: { groups: [SEED.groups.oncall], users }, requesterMayApprove: false };
    return someApproval({}, { request: asked, policy });
  });

const choices = fc
  .record({
    title: someText,
    summary: text,
    facts: fc.array(fc.record({ label: someText, value: text }), { maxLength: 15 }),
    risk,
    options: fc.array(
      fc.record(
        {
          label: someText,
          value: json,
          effect: text,
          style: fc.constantFrom("primary", "danger" as const),
        },
        { requiredKeys: ["label", "value", "effect"] },
      ),
      { minLength: 1, maxLength: 100 },
    ),
  })
  .map(({ options, ...request }) => {
    const numbered = options.map((option, index) => ({ ...option, id: String(index + 1) }));
    return someChoice({ ...request, options: numbered });
  });

const details = fc.array(fc.record({ label: someText, value: text }), { maxLength: 8 });
const facts = fc.array(fc.record({ label: someText, value: text }), { maxLength: 15 });
const asked = fc.record({ title: someText, facts, details, risk }).map((request): Approval => {
  const ask: Request = {
    ...{ kind: "ask", summary: "", target: "", action: { name: "ask", args: {} }, reply: { kind: "guess" } },
    ...request,
  };
  return { ...someApproval(), request: ask };
});
const item = fc.record({
  ...{ name: whole.map((value) => value || "x"), args, description: text, schema: fc.constant({}) },
  allowed: fc.uniqueArray(fc.constantFrom("approve", "edit", "reject", "respond" as const), { minLength: 1 }),
});
const reviews = fc
  .record({ title: someText, facts, items: fc.array(item, { minLength: 2, maxLength: 120 }) })
  .map((request): Approval => {
    const review: Request = {
      ...{ kind: "review", summary: "", target: "", action: { name: "ask", args: {} }, risk: "medium" },
      ...request,
    };
    return { ...someApproval(), request: review };
  });

/** What our own rendering may write with angle brackets: a person, a group, a moment. */
const OURS =
  /<@U[A-Z0-9]+>|<#C[A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>|<!date\^\d+\^\{date_short_pretty\} \{time\}\|[\d: -]+UTC>/g;

/** Every text people read. What stands in an input to be edited is raw on purpose. */
function textsOf(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    ["initial_value", "value", "block_id", "private_metadata"].includes(key) ? [] : textsOf(part),
  );
}

function mrkdwnOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(mrkdwnOf);
  if (typeof value !== "object" || value === null) return [];
  const own = "type" in value && value.type === "mrkdwn" && "text" in value ? [String(value.text)] : [];
  return [...own, ...Object.values(value).flatMap(mrkdwnOf)];
}

function expectHarmless(shown: unknown, markup: readonly string[]): void {
  for (const line of markup) expect(line.replace(OURS, "")).not.toContain("<");
  for (const line of textsOf(shown)) expect(line).toBe(visible(line));
}

function expectPostable(message: DrawnMessage): void {
  expect(acceptContent(workspace, message)).toMatchObject({ ok: true });
  expect(message.text.length).toBeLessThanOrEqual(SLACK.message.updateText);
  expectHarmless(message, [message.text, ...mrkdwnOf(message.blocks)]);
}

function expectOpenable(view: unknown): void {
  const verdict = acceptModal(workspace, view);
  expect(verdict).toMatchObject({ ok: true });
  expectHarmless(view, mrkdwnOf(view));
}

const BOUNDED = { seed: 42, numRuns: 20 };

test("every request card, in every state, is one that Slack takes", () => {
  fc.assert(
    fc.property(approvals, args, text, (approval, before, reason) => {
      const who = { by: "U0ANA", at: DECIDED_AT };
      const { args } = approval.request.action;
      const run = someRun();
      expectPostable(requestCard(approval, run));
      expectPostable(requestCard(decided(approval, { kind: "approved", ...who }), run));
      expectPostable(requestCard(decided(approval, { kind: "edited", ...who, args, before }), run));
      expectPostable(requestCard(decided(approval, { kind: "rejected", ...who, reason }), run));
      expectPostable(requestCard({ ...approval, state: { kind: "superseded", at: DECIDED_AT } }, run));
    }),
    BOUNDED,
  );
}, 60_000);

test("every card that offers a choice, in every state, is one that Slack takes, and so is the form for many options", () => {
  fc.assert(
    fc.property(choices, (approval) => {
      const run = someRun();
      expectPostable(requestCard(approval, run));
      expectOpenable(chooseModal(approval));
      const chosen = decided(approval, { kind: "chosen", by: "U0ANA", at: DECIDED_AT, option: "1" });
      expectPostable(requestCard(chosen, run));
      expectPostable(requestCard({ ...approval, state: { kind: "superseded", at: DECIDED_AT } }, run));
      const sentence = refusalSentence("decided", chosen, { by: "U0BO", now: DECIDED_AT });
      expectOpenable(noticeModal("Not counted", sentence));
    }),
    BOUNDED,
  );
}, 60_000);

test("every question that is answered in words, in every state, is one that Slack takes, and so is its form", () => {
  fc.assert(
    fc.property(asked, someText, (approval, answer) => {
      const run = someRun();
      expectPostable(requestCard(approval, run));
      expectOpenable(askModal(approval));
      const responded = decided(approval, {
        ...{ kind: "responded", by: "U0ANA", at: DECIDED_AT, text: answer },
      });
      expectPostable(requestCard(responded, run));
    }),
    BOUNDED,
  );
}, 60_000);

test("every review of several actions, in every state, is one that Slack takes, and so is its form", () => {
  fc.assert(
    fc.property(reviews, text, (approval, said) => {
      const run = someRun();
      expectPostable(requestCard(approval, run));
      expectOpenable(eachModal(approval));
      const count = approval.request.kind === "review" ? approval.request.items.length : 0;
      const items = Array.from({ length: count }, () => ({ kind: "responded" as const, text: said }));
      const reviewed = decided(approval, { kind: "reviewed", by: "U0ANA", at: DECIDED_AT, items });
      expectPostable(requestCard(reviewed, run));
    }),
    { ...BOUNDED, numRuns: 15 },
  );
}, 60_000);

test("every run card and every closing reply is one that Slack takes, and still names the requester", () => {
  const statuses = fc.oneof(
    fc.record({ good: fc.boolean(), text }).map((outcome): Run["status"] => ({ kind: "done", outcome })),
    text.map((error): Run["status"] => ({ kind: "failed", error })),
    fc.constantFrom<Run["status"]>({ kind: "queued" }, { kind: "waiting" }),
  );
  fc.assert(
    fc.property(statuses, args, (status, input) => {
      const run = someRun({ status, input });
      expectPostable(runCard(run, [], run.channel));
      if (status.kind !== "done" && status.kind !== "failed") return;
      expectPostable(outcomeReply(run));
      expect(outcomeReply(run).text).toMatch(/ <@U0RITA>$/);
      expect(JSON.stringify(outcomeReply(run).blocks)).toContain("<@U0RITA>");
    }),
    BOUNDED,
  );
}, 60_000);

test("every modal is one that Slack opens", () => {
  fc.assert(
    fc.property(approvals, text, (approval, reason) => {
      expectOpenable(editModal(approval));
      expectOpenable(rejectModal(approval));
      expectOpenable(detailsModal(approval, { page: 0, refused: undefined }));
      const rejected = decided(approval, { kind: "rejected", by: "U0BO", at: DECIDED_AT, reason });
      const sentence = refusalSentence("decided", rejected, { by: "U0ANA", now: DECIDED_AT });
      expectOpenable(noticeModal("Not counted", sentence));
    }),
    BOUNDED,
  );
}, 60_000);

/** More than anything of Slack's holds, a whole message included. */
const FULL = 14_000;

test.each(["日", "🟠", '"', "<", "\u202E", "\\", "\n"])(
  "a request full of %j everywhere is clipped and not refused",
  (filler) => {
    const full = filler.repeat(FULL / filler.length);
    const facts = Array.from({ length: 12 }, () => ({ label: full, value: full }));
    const action = { name: "act", args: Object.fromEntries([1, 2, 3].map((name) => [`${name}`, full])) };
    const approval = someApproval({
      title: full,
      summary: full,
      target: full,
      risk: "destructive",
      facts,
      action,
    });
    expectPostable(requestCard(approval, someRun()));
    expectPostable(
      requestCard(
        decided(approval, { kind: "rejected", by: "U0BO", at: DECIDED_AT, reason: full }),
        someRun(),
      ),
    );
    expectPostable(
      runCard(someRun({ input: action.args, status: { kind: "failed", error: full } }), [], "C0OTHER"),
    );
    const options = Array.from({ length: 100 }, (_, index) => ({
      ...{ id: String(index), label: full, value: full, effect: full },
    }));
    for (const count of [1, 5, 6, 100]) {
      const choice = someChoice({ title: full, summary: full, facts, options: options.slice(0, count) });
      expectPostable(requestCard(choice, someRun()));
      expectOpenable(chooseModal(choice));
    }
    for (const view of [
      detailsModal(approval, { page: 0, refused: undefined }),
      editModal(approval),
      rejectModal(approval),
    ])
      expectOpenable(view);
  },
);

const common = { id: fc.constant("one"), at: fc.constant(DECIDED_AT) };
const question = { interrupt: text, revision: fc.integer({ min: 1, max: 1e9 }), digest: text };
const by = fc.constant("U0ANA");
const told: fc.Arbitrary<AuditEntry> = fc.oneof(
  fc.record({ kind: fc.constant("failed" as const), ...common, error: text }),
  fc.record({
    ...{ kind: fc.constant("reopened" as const), ...common, ...question, by, because: text },
    notes: fc.array(text, { maxLength: 20 }),
  }),
  fc.record({
    ...{ kind: fc.constant("refused" as const), ...common, by, tried: text, because: text },
    ...{ interrupt: text, digest: text },
  }),
  fc.record({
    ...{ kind: fc.constant("edited" as const), ...common, ...question, by },
    change: fc.record({ kind: fc.constant("values" as const), before: args, after: args }),
  }),
  fc.record({
    ...{ kind: fc.constant("decided" as const), ...common, ...question, by },
    answer: fc.record({
      kind: fc.constant("reviewed" as const),
      items: fc.array(fc.record({ kind: text, said: text }), { maxLength: 120 }),
    }),
  }),
);

test("every history, however long, is one that Slack takes", () => {
  fc.assert(
    fc.property(
      fc.array(told, { maxLength: 150 }),
      fc.array(approvals, { maxLength: 2 }),
      (entries, asked) => {
        const lines = entries.map((entry) => entryLine(entry, asked));
        expectPostable(historyMessage({ lines, title: "History of r-7f3a21", whole: "Get all." }));
      },
    ),
    BOUNDED,
  );
});
