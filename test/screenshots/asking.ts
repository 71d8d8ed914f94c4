// Questions that are no single action, for whatever scene or test asks them.
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import type { Request } from "../../src/approvals/request.ts";
import { heldReason, stopRequest } from "../../src/approvals/rows/stop.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { someApproval } from "../slack/fixtures.ts";

/** The usual question's record, with another request in it. */
export function asking(request: Request): Approval {
  const { digest, state, version, revision, ...asked } = someApproval();
  return askedApproval({ ...asked, request });
}

const COLOURS = "blue green teal amber violet coral navy olive plum rose sand slate".split(" ");

export const windowQuestion = asking(
  requestOf({ question: "When should checkout be deployed?", options: ["now", "tonight", "never"] }, "when"),
);
export const poolQuestion = asking(
  requestOf(
    { question: "Which pool takes the traffic?", options: COLOURS.map((name) => `pool-${name}`) },
    "choose_pool",
  ),
);
export const longQuestion = asking(
  requestOf(
    {
      question: "Which of these regions is to be drained?",
      options: Array.from({ length: 60 }, (_, at) => `Region ${at + 1}, which serves the shops of that part`),
    },
    "choose_region",
  ),
);
export const articleQuestion = asking(
  requestOf(
    {
      question: "Is the text acceptable?",
      ...{ Title: "We are back", Text: "The search works again since noon. ".repeat(60) },
      options: ["Yes", "No"],
    },
    "check",
  ),
);
export const outcomeQuestion = asking(
  requestOf(
    {
      ...{ kind: "outcome-unknown", task: "charge", call: 1 },
      question: "The worker was gone before the result of “charge” was stored.",
      options: ["retry", "done", "abort"],
    },
    "pay",
  ),
);
export const wordsQuestion = asking(
  requestOf({ question: "What should the status page say?", incident: "INC-214", stage: "public" }, "ask"),
);
const ofAgent = {
  ...{ title: "The agent has a question", said: "Which cluster should I use? Both are idle." },
  ...{ summary: "", risk: "low" as const, target: "", action: { name: "ask", args: {} } },
} as const;

/** As `askQuestion` asks it: for whoever started the run. */
function clarifying(request: Request): Approval {
  const asked = asking(request);
  const policy = { approvers: { users: [asked.requester], groups: [] }, requesterMayApprove: true };
  return { ...asked, policy };
}

export const agentQuestion = clarifying({
  ...{ kind: "ask", ...ofAgent, facts: [] },
  reply: { kind: "guess" },
});
export const agentChoice = clarifying({
  ...{ kind: "choose", ...ofAgent, facts: [], inWords: true },
  options: [
    { id: "1", label: "staging-1", value: "staging-1", effect: "" },
    { id: "2", label: "staging-2", value: "staging-2", effect: "" },
  ],
});
export const tools = asking(
  requestOf(
    {
      actionRequests: [
        {
          name: "send_email",
          args: { to: "lee@example.com", subject: "Your refund" },
          description: "Tells the customer that the money is on its way.",
        },
        { name: "refund", args: { order: "A-1042", amount: 129.9, currency: "EUR" } },
      ],
      reviewConfigs: [
        { actionName: "send_email", allowedDecisions: ["approve", "edit", "reject"] },
        { actionName: "refund", allowedDecisions: ["approve", "reject"] },
      ],
    },
    "tools",
  ),
);
export const formQuestion = asking(
  requestOf({ question: "What is still missing for the launch?" }, "launch", {
    responseSchema: {
      type: "object",
      properties: { date: { type: "string", format: "date" }, announce: { type: "boolean" } },
      required: ["date"],
    },
  }),
);
export const numberQuestion = asking(
  requestOf({ question: "How many pods should there be?" }, "scale", { responseSchema: { type: "integer" } }),
);
export const breakpoint = asking(
  stopRequest({
    ...{ kind: "before", nodes: ["tools"], next: ["tools"], namespace: "", changed: {} },
    calls: [{ name: "search_orders", args: { customer: "lee@example.com", since: "2026-04-01" } }],
  }),
);
export const held = asking(
  stopRequest({
    ...{ kind: "before", nodes: ["deploy"], next: ["deploy"], namespace: "", changed: {}, calls: [] },
    reason: heldReason("1", "2"),
  }),
);
export const raised = asking({
  ...someApproval({
    ...{ title: "The step “check” has stopped", summary: "The quota of the region is used up.", facts: [] },
    ...{ risk: "medium", action: { name: "check", args: { region: "eu-west-1" } }, schema: undefined },
    ...{ allowed: ["approve", "reject"], reply: { kind: "raised", takesAnswer: false } },
  }).request,
});
export const inbox = asking(
  requestOf(
    {
      action_request: { action: "reply_to_ticket", args: { ticket: 4711, text: "We are on it." } },
      config: { allow_accept: true, allow_edit: true, allow_respond: true, allow_ignore: true },
      description: "A customer has been waiting since this morning.",
    },
    "inbox",
  ),
);
