// Has a proposal signed by legal and finance, who are asked at the same time; both must agree.
import * as z from "zod";
import { askApproval } from "../approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";

const Input = z.object({
  proposal: z
    .string()
    .regex(/^[^\r\n]*\S[^\r\n]*$/)
    .max(100)
    .describe("what is to be signed, in one line"),
  terms: z.string().max(3_000).optional().describe("its terms, as text to read before signing"),
});

const State = Annotation.Root({
  proposal: Annotation<string>(),
  terms: Annotation<string | undefined>(),
  // Both departments answer in one superstep, so what they write is merged.
  signedBy: Annotation<Readonly<Record<string, string>>>({
    reducer: (all, more) => ({ ...all, ...more }),
    default: () => ({}),
  }),
  objections: Annotation<readonly string[]>({
    reducer: (all, more) => [...all, ...more],
    default: () => [],
  }),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

/** What is signed, and what is recorded as signed. */
function signed({ proposal, terms }: Pick<State, "proposal" | "terms">) {
  return { proposal, ...(terms !== undefined && { terms }) };
}

function asks(department: "Legal" | "Finance", other: string) {
  return ({ proposal, terms }: State): Partial<State> => {
    const decision = askApproval({
      title: `${department} sign-off: ${proposal}`,
      summary: `${other} is asked at the same time, and it is signed when both agree. Whoever is in both departments may sign for both.`,
      action: { name: "sign_off", args: { department, ...signed({ proposal, terms }) } },
    });
    return decision.kind === "rejected"
      ? { objections: [`${department} refused: ${decision.reason}`] }
      : { signedBy: { [department]: decision.by } };
  };
}

function graph({ ops }: Services) {
  async function sign(
    { proposal, terms, signedBy, objections }: State,
    { idempotencyKey, signal }: NodeConfig,
  ): Promise<Partial<State>> {
    if (objections.length > 0)
      return { outcome: { good: false, text: `Not signed: ${proposal}. ${objections.join("; ")}` } };
    const body = { ...signed({ proposal, terms }), signedBy };
    await ops.post(["sign-offs"], { body, key: idempotencyKey(), signal });
    const signers = ["Legal", "Finance"].map((one) => `${one} (${signedBy[one] ?? "nobody"})`).join(" and ");
    return { outcome: { good: true, text: `Signed by ${signers}: ${proposal}.` } };
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
