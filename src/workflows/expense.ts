// Pays an expense: a small one at once, a larger one once a manager and then somebody else, for compliance, have agreed.
import * as z from "zod";
import { personIn } from "../approvals/actor.ts";
import { askApproval } from "../approvals/ask.ts";
import {
  Annotation,
  AnswerRefused,
  Command,
  END,
  type NodeConfig,
  START,
  StateGraph,
} from "../graph/index.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";

/** From this amount on people are asked. */
const ASKED_FROM = 500;
const DAY_MS = 24 * 60 * 60_000;

/** With something in it, and without control characters. It is stored with the request, without flags. */
const ONE_LINE = /^(?=.*\S)[ -~\u00a0-\u2027\u202a-\uffff]+$/;

const Expense = z.object({
  payee: z.string().regex(ONE_LINE).max(100).describe("who is paid, in one line"),
  amount: z
    .number()
    .min(0.01)
    .max(1_000_000)
    .multipleOf(0.01)
    .describe("an amount with at most two decimals, like 749.50"),
  currency: z.enum(["EUR", "GBP", "USD"]).describe("the currency"),
  purpose: z.string().regex(ONE_LINE).max(300).describe("what it is for, in a sentence on one line"),
});
type Expense = z.infer<typeof Expense>;

const State = Annotation.Root({
  payee: Annotation<string>(),
  amount: Annotation<number>(),
  currency: Annotation<Expense["currency"]>(),
  purpose: Annotation<string>(),
  /** Who agreed as manager. */
  agreedBy: Annotation<string>(),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

/** As in "€750.00 to Hotel Post". */
function payment({ payee, amount, currency }: Expense): string {
  return `${new Intl.NumberFormat("en", { style: "currency", currency }).format(amount)} to ${payee}`;
}

function ask(state: State, step: string, summary: string) {
  const args = Expense.parse(state);
  return askApproval({
    title: `${step}: pay ${payment(args)}`,
    summary,
    target: args.payee,
    action: { name: "pay", args },
  });
}

function notPaid(state: State, by: string, reason: string) {
  const text = `Not paid: ${payment(state)}. ${by} rejected it: ${reason}`;
  return new Command({ update: { outcome: { good: false, text } }, goto: END });
}

function manager(state: State) {
  const decision = ask(state, "Manager, 1 of 2", "When a manager agrees, compliance is asked.");
  if (decision.kind === "rejected") return notPaid(state, "The manager", decision.reason);
  return new Command({ update: { agreedBy: decision.by }, goto: "compliance" });
}

function compliance(state: State) {
  const decision = ask(
    state,
    "Compliance, 2 of 2",
    "A manager has agreed. When somebody else agrees for compliance, it is paid.",
  );
  if (decision.kind === "rejected") return notPaid(state, "Compliance", decision.reason);
  if (personIn(decision.by) === personIn(state.agreedBy)) {
    const message = "whoever agreed as manager cannot agree for compliance, too; somebody else has to";
    throw new AnswerRefused([{ path: "", message }]);
  }
  return new Command({ goto: "pay" });
}

function graph({ ops }: Services) {
  async function pay(state: State, { idempotencyKey, signal }: NodeConfig): Promise<Partial<State>> {
    const body = Expense.parse(state);
    await ops.post(["payments"], { body, key: idempotencyKey(), signal });
    return { outcome: { good: true, text: `Paid ${payment(body)} for “${body.purpose}”.` } };
  }

  return new StateGraph(State)
    .addNode("manager", manager, { ends: ["compliance", END] })
    .addNode("compliance", compliance, { ends: ["pay", END] })
    .addNode("pay", pay)
    .addConditionalEdges(START, ({ amount }) => (amount < ASKED_FROM ? "pay" : "manager"), ["pay", "manager"])
    .addEdge("pay", END);
}

export const expense = defineWorkflow({
  name: "expense",
  description: "Pays an expense; from 500 on a manager agrees first, then somebody else for compliance.",
  example: 'payee="Hotel Post" amount=749.50 currency=EUR purpose="Rooms for the team\'s week in May"',
  version: "1",
  input: Expense,
  webhooks: ["signed"],
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  policies: {
    manager: {
      approvers: ["operators"],
      requesterMayApprove: false,
      escalation: [{ afterMs: DAY_MS, to: ["approvers"] }],
    },
  },
  graph,
  outcome: (state: State) => state.outcome,
});
