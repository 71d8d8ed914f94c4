// A question of every kind, each in a thread of its own with its run, and the cards that show them.
import { type Approval, approvalDigest } from "../../src/approvals/approval.ts";
import type { JsonObject } from "../../src/approvals/json.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import type { Run } from "../../src/runs/run.ts";
import type { Drawing } from "../../src/runs/ports.ts";
import { someApproval, someChoice, someRun } from "../slack/fixtures.ts";

export interface Question {
  readonly run: Run;
  readonly approvals: readonly Approval[];
  /** Whether the run's own message is shown too. */
  readonly showsRun: boolean;
}

const threadOf = (number: number): string => number.toString(16).padStart(2, "0").repeat(16);

/** At home in its own thread, and new there. */
function placed(approval: Approval, thread: number, nth = 0): Approval {
  const own = { thread: threadOf(thread), interrupt: threadOf(thread * 16 + nth), version: 1 };
  const here = { ...approval, ...own };
  return { ...here, digest: approvalDigest(here) };
}

const answering = (value: unknown, schema?: JsonObject): Approval => {
  const responseSchema = schema === undefined ? {} : { responseSchema: schema };
  return { ...someApproval(), request: requestOf(value, "ask", responseSchema) };
};

const optionsCalled = (label: string, length: number) =>
  Array.from({ length }, (_, id) => ({ id: String(id), label, value: id, effect: "" }));

const INBOX = {
  action_request: { action: "send", args: { to: "lee" } },
  config: { allow_ignore: true, allow_respond: true, allow_edit: true, allow_accept: true },
  description: "To Lee.",
};

/** Of an agent, whose model has written the arguments and some words beside them, and which can be allowed for the run. */
const OF_AGENT = {
  title: "Restart service",
  said: "<!channel> *Approved* by <@U0ANA>: `rm -rf`",
  action: {
    name: "restart_service",
    args: { service: "<https://evil.example|safe>", note: "\u202e```", __proto: { a: ["\u0000"] } },
  },
  allowed: ["approve", "edit", "reject", "respond"] as ["approve", "edit", "reject", "respond"],
  forRun: ["service"],
};

const KINDS: readonly (readonly [approvals: readonly Approval[], status?: Run["status"]])[] = [
  [[someApproval()]],
  [[{ ...someApproval(), policy: { ...someApproval().policy, quorum: 2, rejections: 2 } }]],
  [[someChoice()]],
  // A menu, and a form where a menu would be too large.
  [[someChoice({ options: optionsCalled("Option", 12) })]],
  [[someChoice({ options: optionsCalled("🟠".repeat(70), 100) })]],
  [[answering(INBOX)]],
  [[answering({ question: "Which environment?" })]],
  [[answering({ question: "For whom?" }, { type: "object", properties: { name: { type: "string" } } })]],
  [
    [
      answering({
        action_requests: [
          { name: "send", args: { to: "lee" } },
          { name: "purge", args: {} },
        ],
      }),
    ],
  ],
  [[{ ...someApproval(), state: { kind: "expired", at: "2026-05-04T16:00:00.000Z" } }]],
  [[], { kind: "failed", error: "It broke." }],
  [[someApproval({ action: { name: "deploy", args: { note: "word ".repeat(22_000) } } })]],
  [[someApproval({ title: "One" }), someApproval({ title: "Two" }), someApproval({ title: "Three" })]],
  [[answering({ draft: "Dear Lee, …", to: "lee@example.com" })]],
  [[someApproval(OF_AGENT)]],
];

export const QUESTIONS: readonly Question[] = KINDS.map(([approvals, status], index) => ({
  run: someRun({ thread: threadOf(index + 1), version: 1, ...(status && { status }) }),
  approvals: approvals.map((one, nth) => placed(one, index + 1, nth)),
  showsRun: approvals.length !== 1,
}));

export function cardsOf({
  run,
  approvals,
  showsRun,
}: Question): readonly { card: string; drawing: Drawing }[] {
  const own = approvals.map((approval) => ({
    card: `ask:${approval.interrupt}`,
    drawing: { kind: "ask", approval, run } as const,
  }));
  const ofRun = { card: "run", drawing: { kind: "run", run, approvals } as const };
  return showsRun ? [...own.slice(0, 1), ofRun] : own;
}
