// Has a proposal signed by legal and finance, who are asked at the same time; both must agree.
import * as z from "zod";
import { askApproval } from "../approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";

const Input = z.object({
  proposal: z
    .string()
    .regex(/^[^\r\n]+$/)
    .max(100)
    .describe("what is to be signed, in one line"),
  terms: z.string().max(3_000).default("").describe("its terms, as text to read before signing"),
});

type Answer =
  { readonly kind: "signed"; readonly by: string } | { readonly kind: "refused"; readonly reason: string };
type Answers = Readonly<Record<string, Answer>>;

const State = Annotation.Root({
  proposal: Annotation<string>(),
  terms: Annotation<string>(),
  /** By department. Both write it in one superstep, so what it holds is merged. */
  answers: Annotation<Answers>({
    reducer: (all, more) => ({ ...all, ...more }),
    default: () => ({}),
  }),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

function asks(department: "Legal" | "Finance", other: string) {
  return ({ proposal, terms }: State): Partial<State> => {
    const decision = askApproval({
      title: `${department} sign-off: ${proposal}`,
      summary: `${other} is asked at the same time, and it is signed when both agree.`,
      target: proposal,
      ...(terms !== "" && { details: [{ label: "Terms", value: terms }] }),
      action: { name: "sign_off", args: { department, proposal } },
    });
    const answer: Answer =
      decision.kind === "rejected"
        ? { kind: "refused", reason: decision.reason }
        : { kind: "signed", by: decision.by };
    return { answers: { [department]: answer } };
  };
}

/** A sentence for each department that did not agree. */
function objectionsIn(answers: Answers): readonly string[] {
  return Object.entries(answers).flatMap(([department, answer]) =>
    answer.kind === "refused" ? [`${department} refused: ${answer.reason}`] : [],
  );
}

function signersIn(answers: Answers): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([department, answer]) =>
      answer.kind === "signed" ? [[department, answer.by]] : [],
    ),
  );
}

function graph({ ops }: Services) {
  async function sign(
    { proposal, answers }: State,
    { idempotencyKey, signal }: NodeConfig,
  ): Promise<Partial<State>> {
    const objections = objectionsIn(answers);
    if (objections.length > 0) {
      const text = `Not signed: ${proposal}. ${objections.join(" ")}`;
      return { outcome: { good: false, text } };
    }
    const body = { proposal, signedBy: signersIn(answers) };
    await ops.post(["sign-offs"], { body, key: idempotencyKey(), signal });
    return { outcome: { good: true, text: `Signed by legal and finance: ${proposal}.` } };
  }

  return new StateGraph(State)
    .addNode("legal", asks("Legal", "Finance"))
    .addNode("finance", asks("Finance", "Legal"))
    .addNode("sign", sign)
    .addEdge(START, "legal")
    .addEdge(START, "finance")
    .addEdge(["legal", "finance"], "sign")
    .addEdge("sign", END);
}

export const signoff = defineWorkflow({
  name: "signoff",
  description: "Has a proposal signed by legal and finance, who are asked at the same time.",
  example: 'proposal="Acquire WidgetCo"',
  version: "1",
  input: Input,
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  policies: {
    legal: { approvers: ["operators"], requesterMayApprove: false },
    finance: { approvers: ["approvers"], requesterMayApprove: false },
  },
  graph,
  outcome: (state: State) => state.outcome,
});
