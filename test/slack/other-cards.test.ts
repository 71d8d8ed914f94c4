// Cards of questions that are no single action to approve, whole: answered in words, several actions, and a graph that has only stopped.
import { expect, test } from "vitest";
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import type { Request } from "../../src/approvals/request.ts";
import { stopRequest } from "../../src/approvals/rows/stop.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { requestCard } from "../../src/slack/blocks/request-card.ts";
import { decided, DECIDED_AT, someApproval, someRun } from "./fixtures.ts";

const run = someRun();

function asking(request: Request): Approval {
  const { digest, state, version, revision, ...asked } = someApproval();
  return askedApproval({ ...asked, request });
}

/** What people read, top to bottom: each text, and the buttons with what they are called in the app. */
function read(approval: Approval): readonly string[] {
  return requestCard(approval, run).blocks.flatMap((block) => {
    if (block.type === "section")
      return [block.text?.text ?? "", ...(block.fields ?? []).map(({ text }) => text)].filter(Boolean);
    if (block.type === "context")
      return block.elements.map((element) => ("text" in element ? `(${element.text})` : ""));
    if (block.type === "actions")
      return block.elements.filter(({ type }) => type !== "overflow").map(buttonIn);
    return [textIn(block)];
  });
}

function buttonIn(element: object): string {
  const button = element as { readonly text: { readonly text: string }; readonly action_id: string };
  return `[${button.text.text}: ${button.action_id}]`;
}

/** Of preformatted text. */
function textIn(block: object): string {
  const [, text = '""'] = /"text":("(?:[^"\\]|\\.)*")/.exec(JSON.stringify(block)) ?? [];
  return JSON.parse(text) as string;
}

const WHO = ["*Requested by*\n<@U0RITA>", "*Can decide*\n<!subteam^S0ONCALL>"];
const FOOTER = "deploy r-7f3a21 · request 9c21 · revision 1";
const by = { by: "U0BO", at: DECIDED_AT };

test("a question that is answered in words", () => {
  const approval = asking(requestOf({ question: "Which region?", stage: "legal", log: "a\nb" }, "ask"));
  expect(requestCard(approval, run).text).toBe(
    "Answer needed: Which region? Requested by <@U0RITA>. Can decide: <!subteam^S0ONCALL>.",
  );
  expect(read(approval)).toEqual([
    "🟠 *Answer needed · Which region?*",
    ...[...WHO, "*Risk*\nMedium", "*stage*\nlegal"],
    ...["*log*", "a\nb", "(The answer is sent as it is written)", "[Answer…: answer]", `(${FOOTER})`],
  ]);
  const answered = decided(approval, { kind: "responded", ...by, text: "eu\nus" }, true);
  expect(requestCard(answered, run).text).toBe("Answered by <@U0BO>: Which region?");
  const [headline, ...rest] = read(answered);
  expect(headline).toMatch(/^✅ \*Answered · Which region\?\*\nby <@U0BO>/);
  expect(rest).toEqual(["eu\nus", `(${FOOTER} · the run was told)`]);
});

test("several actions", () => {
  const actionRequests = [
    { name: "send", args: { to: "lee" }, description: "To the *customer*" },
    { name: "drop", args: { table: "orders" } },
  ];
  const approval = asking(requestOf({ actionRequests }, "tools"));
  expect(read(approval)).toEqual([
    '🟠 *Approval needed · 2 actions of the step "tools"*',
    ...[...WHO, "*Risk*\nMedium", "*1. send*", "To the *customer*", "to: lee", "*2. drop*", "table: orders"],
    ...["[Approve all: approve]", "[Decide each…: decide_each]", `(${FOOTER})`],
  ]);
  const reviewed = decided(approval, {
    ...{ kind: "reviewed", ...by },
    items: [
      { kind: "edited", args: { to: "ana" } },
      { kind: "rejected", reason: "Not <now>" },
    ],
  });
  const [headline, ...rest] = read(reviewed);
  expect(headline).toMatch(/^✅ \*Decided · 2 actions/);
  expect(rest).toEqual([
    "✅ *1. send* approved with changes\n⛔ *2. drop* rejected: “Not &lt;now&gt;”",
    "1. send\n  to: ana\n2. drop\n  table: orders",
    `(${FOOTER} · the run is about to continue)`,
  ]);
});

test("a graph that stops before the tools", () => {
  const stop = { kind: "before", nodes: ["tools"], next: ["tools"], namespace: "", changed: {} } as const;
  const calls = [{ name: "search", args: { q: "x" } }];
  expect(read(asking(stopRequest({ ...stop, calls })))).toEqual([
    '🟠 *Approval needed · Before the step "tools": call search*',
    ...[...WHO, "*Risk*\nMedium", "*Next*\ntools", "q: x"],
    "(Approve goes on with tools · Reject answers the calls with your reason instead, and goes on)",
    ...["[Approve: approve]", "[Reject…: reject]", "[Edit…: edit]", `(${FOOTER})`],
  ]);
  const elsewhere = stopRequest({ ...stop, calls, next: ["tools", "log"] });
  expect(read(asking(elsewhere))).toContain("(Approve goes on with tools, log · Reject ends the run)");
});
