// Whatever a node asks with is a card that can be answered, and its answer comes back as the node expects: by clicks, with the values of the texts that LangGraph's users learn from.
import { expect, test } from "vitest";
import * as z from "zod";
import type { Answers } from "../../src/approvals/reply.ts";
import { interrupt } from "../../src/graph/index.ts";
import type { Filled } from "../../src/local/slack/fill-in.ts";
import { asking, startAsking, textIn } from "../support/one-question.ts";

const APPROVED = { approve: "approved", reject: "rejected" };
const EMAIL = {
  action: "send_email",
  to: "lee@example.com",
  subject: "Hello",
  body: "Hi Lee",
  message: "Please confirm whether to send this email?",
};
const DRAFT = { draft: "Dear Sir, please cancel it.", instruction: "Type 'approve' or 'reject'" };
const GUESSED = 'Approve sends "approve" · Reject sends "reject"';

interface Row {
  readonly of: string;
  readonly value: unknown;
  readonly answers?: Answers;
  readonly responseSchema?: z.ZodType;
  /** What stands on the card. */
  readonly shows: readonly string[];
  readonly hides?: string;
  readonly click: string;
  readonly filled?: Filled;
  /** What `interrupt()` returns. */
  readonly gets: unknown;
}

const REASON = { reason: "Not now", note: "" };

const ROWS: readonly Row[] = [
  {
    of: "a draft that is approved",
    value: DRAFT,
    shows: [DRAFT.draft, "*instruction*\nType 'approve' or 'reject'", GUESSED],
    ...{ click: "Approve", gets: "approve" },
  },
  {
    of: "a draft that is rejected",
    value: DRAFT,
    ...{ shows: [DRAFT.draft], click: "Reject…", filled: REASON, gets: "reject" },
  },
  {
    of: "a draft that is edited",
    value: { draft: DRAFT.draft, instruction: "Edit the text or return as-is" },
    answers: { edit: "text" },
    shows: ['Reject sends "reject"'],
    hides: "Approve sends",
    ...{ click: "Edit…", filled: { "arg:draft": "Dear Ms Lee, please cancel it." } },
    gets: "Dear Ms Lee, please cancel it.",
  },
  {
    of: "a draft that is returned as it is",
    value: { draft: DRAFT.draft, instruction: "Edit the text or return as-is" },
    answers: { edit: "text" },
    ...{ shows: [DRAFT.draft], click: "Approve", gets: DRAFT.draft },
  },
  {
    of: "options",
    value: { question: "Approve transfer for $500.00?", options: ["yes", "no"] },
    ...{ shows: ["Approve transfer for $500.00?"], click: "yes", gets: "yes" },
  },
  {
    of: "a question with a short fact, answered in words",
    value: { question: "Is the title acceptable?", title: "My Article: full body here..." },
    shows: ["Answer needed · Is the title acceptable?", "*title*\nMy Article: full body here..."],
    ...{ click: "Answer…", filled: { answer: "yes" }, gets: "yes" },
  },
  {
    of: "a question with a long preview, whose answers are stated",
    value: { question: "Is the body acceptable?", preview: `My Article.\n${"Full body. ".repeat(20)}` },
    answers: { approve: "yes", reject: "no" },
    shows: ["*preview*", `My Article.\n${"Full body. ".repeat(20)}`],
    hides: "sends",
    ...{ click: "Approve", gets: "yes" },
  },
  {
    of: "a department's sign-off",
    value: { department: "legal", item: "Acquire WidgetCo" },
    answers: APPROVED,
    shows: ["department: legal\nitem: Acquire WidgetCo"],
    hides: "sends",
    ...{ click: "Approve", gets: "approved" },
  },
  {
    of: "a stage of a workflow",
    value: { stage: "manager", question: "Approve vendor-contract for $50000.00?" },
    answers: { approve: "yes", reject: "no" },
    shows: ["Approve vendor-contract for $50000.00?", "*stage*\nmanager"],
    ...{ click: "Reject…", filled: REASON, gets: "no" },
  },
  {
    of: "a draft with options",
    value: {
      question: "Accept, reject, or edit this draft?",
      ...{ draft: "First draft text", options: ["accept", "reject", "edit"] },
    },
    shows: ["*draft*\nFirst draft text"],
    ...{ click: "edit", gets: "edit" },
  },
  {
    of: "a question alone",
    value: { question: "Enter your revised draft:" },
    shows: ["Enter your revised draft:", "The answer is sent as it is written"],
    ...{ click: "Answer…", filled: { answer: "Improved draft text" }, gets: "Improved draft text" },
  },
  {
    of: "a plain sentence",
    value: "Agent asks: which region?",
    ...{ shows: ["Agent asks: which region?"], click: "Answer…", filled: { answer: "eu" }, gets: "eu" },
  },
  {
    of: "a clarification that only takes words",
    value: { topic: "region", known: ["eu", "us"] },
    answers: { respond: true },
    shows: ["topic: region\nknown:\n  - eu\n  - us"],
    ...{ click: "Respond…", filled: { answer: "both" }, gets: "both" },
  },
  {
    of: "the tool send_email, approved",
    value: EMAIL,
    shows: ["Approval needed · send_email", "to: lee@example.com\nsubject: Hello", '"approved": true'],
    click: "Approve",
    gets: {
      ...{ type: "approve", approved: true, confirmed: true, operator: "U0BO" },
      args: { to: EMAIL.to, subject: EMAIL.subject, body: EMAIL.body, message: EMAIL.message },
    },
  },
  {
    of: "the tool send_email, rejected",
    value: EMAIL,
    shows: [],
    ...{ click: "Reject…", filled: { reason: "Other", note: "Wrong person" } },
    gets: {
      ...{ type: "reject", approved: false, confirmed: false, reason: "Wrong person", operator: "U0BO" },
      args: { to: EMAIL.to, subject: EMAIL.subject, body: EMAIL.body, message: EMAIL.message },
    },
  },
  {
    of: "the tool delete_course",
    value: {
      ...{ action: "delete_course", course: "Outdated Java Tutorial" },
      message: 'Confirm deletion of course "Outdated Java Tutorial"? This action cannot be undone.',
    },
    shows: ["Approval needed · delete_course", "course: Outdated Java Tutorial"],
    click: "Approve",
    gets: expect.objectContaining({ confirmed: true, operator: "U0BO" }),
  },
  {
    of: "an action with a schema, edited",
    value: {
      ...{ action: "scale_down", target: "db-replica-3", replicas: 2 },
      schema: {
        type: "object",
        properties: { target: { type: "string" }, replicas: { type: "integer", maximum: 5 } },
      },
    },
    shows: ["target: db-replica-3\nreplicas: 2"],
    ...{ click: "Edit…", filled: { "arg:replicas": "1" } },
    gets: {
      ...{ type: "edit", approved: true, confirmed: true, operator: "U0BO" },
      args: { target: "db-replica-3", replicas: 1 },
    },
  },
  {
    of: "an action from an alert",
    value: { action: "scale_down", target: "db-replica-3", reason: "p99 latency normal" },
    answers: { approve: true, reject: false },
    shows: ["target: db-replica-3\nreason: p99 latency normal"],
    hides: "sends",
    ...{ click: "Reject…", filled: REASON, gets: false },
  },
  {
    of: "approval_node",
    value: { question: "Approve this action?", proposed_action: "Refactor the authentication module" },
    answers: { approve: "approve", reject: "reject" },
    shows: ["*proposed_action*\nRefactor the authentication module"],
    ...{ click: "Approve", gets: "approve" },
  },
  {
    of: "deploy_node",
    value: { plan: { service: "auth-api", steps: ["build", { run: "deploy", env: "prod" }], retries: 2 } },
    shows: [
      "plan:\n  service: auth-api\n  steps:\n    - build\n    - run: deploy\n      env: prod\n  retries: 2",
      GUESSED,
    ],
    ...{ click: "Approve", gets: "approve" },
  },
  {
    of: "human_approval of a pull request",
    value: {
      message: "Review proposed changes. Reply 'approve' to proceed or 'reject' to cancel.",
      pr_number: 42,
      proposed_changes: ["1. Add type hints", "2. Remove unused import"],
    },
    shows: ["pr_number: 42\nproposed_changes:\n  - 1. Add type hints\n  - 2. Remove unused import", GUESSED],
    ...{ click: "Reject…", filled: REASON, gets: "reject" },
  },
  {
    of: "any values, edited as a whole",
    value: { region: "eu", seats: 3, tags: ["a"] },
    answers: { edit: "args" },
    shows: ["region: eu\nseats: 3\ntags:\n  - a"],
    ...{ click: "Edit…", filled: { json: '{"region":"us","seats":4,"tags":[]}' } },
    gets: { region: "us", seats: 4, tags: [] },
  },
  {
    of: "a question whose answer is yes or no",
    ...{ value: "Is it ready?", responseSchema: z.boolean(), shows: ["Is it ready?"] },
    ...{ hides: "sends", click: "Reject…", filled: REASON, gets: false },
  },
  {
    of: "a question whose answer is a number",
    ...{ value: { question: "How many?" }, responseSchema: z.int(), shows: ["The answer is a number"] },
    ...{ click: "Answer…", filled: { answer: " 12 " }, gets: 12 },
  },
  {
    of: "a question whose answer is one of several words",
    ...{ value: "Which region?", responseSchema: z.enum(["eu", "us"]), shows: ["Which region?"] },
    ...{ click: "us", gets: "us" },
  },
  {
    of: "a question whose answer has fields",
    ...{ value: { question: "How much?", invoice: "I-7" }, shows: ["Answer needed · How much?", "I-7"] },
    responseSchema: z.object({ amount: z.number(), note: z.string().optional() }),
    ...{ click: "Answer…", filled: { "arg:amount": "12.5" }, gets: { amount: 12.5 } },
  },
  {
    of: "what is no JSON",
    value: {
      when: new Date("2026-03-01T03:00:00Z"),
      cents: 12_345_678_901_234_567_890n,
      seats: new Map([["a", new Set([1])]]),
      bytes: new Uint8Array([1, 2]),
    },
    shows: [
      "when: 2026-03-01T03:00:00.000Z\ncents: 12345678901234567890\nseats:\n  - - a\n    - - 1\nbytes: AQI=",
    ],
    ...{ click: "Approve", gets: "approve" },
  },
];

test.each(ROWS)("$of: what is asked can be read, and the node gets what it expects", async (row) => {
  const { value, answers, responseSchema, shows, hides, click, filled, gets } = row;
  const { waiting, act, ended } = await startAsking(
    asking(() =>
      interrupt(value, { ...(answers && { answers }), ...(responseSchema && { responseSchema }) }),
    ),
  );
  const shown = textIn(await waiting());
  for (const text of shows) expect(shown).toContain(text);
  if (hides !== undefined) expect(shown).not.toContain(hides);
  await act(click, filled);
  const [, got = ""] = (await ended()).split("The node got ");
  expect(JSON.parse(got)).toEqual(gets);
});

test("what a workflow states for a node holds where the node itself states nothing else", async () => {
  const workflow = asking(
    () => [
      interrupt({ department: "legal" }),
      interrupt({ department: "finance" }, { answers: { approve: "signed" } }),
    ],
    APPROVED,
  );
  const { act, ended } = await startAsking(workflow);
  await act("Approve");
  await act("Approve");
  expect(await ended()).toContain('The node got ["approved","signed"]');
});

test("an answered question shows the question, the answer and who gave it", async () => {
  const { bo, act } = await startAsking(asking(() => interrupt({ question: "Which region?" })));
  await act("Answer…", { answer: "eu\n<!channel> & us" });
  const card = await bo.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("Answered")));
  expect(card.text).toContain(`by <@${bo.id}>: Which region?`);
  expect(textIn(card)).toContain("eu\n<!channel> & us");
});

test("a question that is too long for a card is read whole where it is answered", async () => {
  const question = `${"Is this so? ".repeat(400)}Really?`;
  const { waiting, form, act, ended } = await startAsking(
    asking(() => interrupt({ question, log: "line\n".repeat(600) })),
  );
  expect(textIn(await waiting())).not.toContain("Really?");
  const modal = textIn(await form("Read all and answer…"));
  const whole = modal.replaceAll("\n", "");
  expect(whole).toContain("Really?");
  expect(whole.match(/line/g)).toHaveLength(600);
  await act("Read all and answer…", { answer: "yes" });
  expect(await ended()).toContain('"yes"');
});

test("an answer without a word is not sent", async () => {
  const { bo, form } = await startAsking(asking(() => interrupt("Which region?")));
  await bo.submit(await form("Answer…"), { answer: "   " });
  expect(JSON.stringify(await bo.view())).toContain("Please write an answer.");
});

test("what is no number is not sent as one, and the form says so", async () => {
  const workflow = asking(() => interrupt("How many?", { responseSchema: z.number() }));
  const { bo, form } = await startAsking(workflow);
  await bo.submit(await form("Answer…"), { answer: "many" });
  expect(JSON.stringify(await bo.view())).toContain("Please write a number.");
});

test("answers that are none fail the run with a sentence that says what to state", async () => {
  const answers = { aprove: "yes" };
  const { bo } = await startAsking(asking(() => interrupt({ plan: 1 }, { answers })));
  const failed = await bo.waitFor(({ messages }) => messages.find(({ text }) => text.includes("Failed:")));
  expect(failed.text).toContain("states answers that are none");
});
