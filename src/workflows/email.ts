// Writes an e-mail with a model, and sends it once a human has approved it, as it is or edited; a rejection goes back for another draft.
import * as z from "zod";
import { askApproval } from "../approvals/ask.ts";
import { Annotation, Command, END, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";
import { type Assignment, type Draft, draftBy, Email } from "./email-draft.ts";

const Input = z.object({
  to: Email.shape.to,
  about: z.string().min(1).max(500).describe("what to write, in a sentence"),
});

const State = Annotation.Root({
  to: Annotation<string>(),
  about: Annotation<string>(),
  draft: Annotation<Draft>(),
  rejections: Annotation<Assignment["rejections"]>({
    reducer: (all, more) => [...all, ...more],
    default: () => [],
  }),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

function graph({ ops, model }: Services) {
  async function write(state: State, { signal }: NodeConfig): Promise<Partial<State>> {
    return { draft: await draftBy(model, state, signal) };
  }

  function review({ to, about, draft, rejections }: State) {
    const again = rejections.length === 0 ? "" : ` This is draft ${rejections.length + 1}.`;
    const decision = askApproval({
      kind: "approve",
      title: `Send an e-mail to ${to}`,
      summary: `A model wrote it; nothing is sent before somebody approves.${again}`,
      target: to,
      facts: [{ label: "Asked for", value: about }],
      risk: "medium",
      action: { name: "send_email", args: { to, ...draft } },
      schema: z.record(z.string(), z.json()).parse(z.toJSONSchema(Email)),
      allowed: ["approve", "edit", "reject"],
      again: true,
    });
    if (decision.kind === "approved") return new Command({ goto: "send" });
    if (decision.kind === "edited") {
      const { to: edited, ...rest } = Email.parse(decision.args);
      return new Command({ update: { to: edited, draft: rest }, goto: "send" });
    }
    const { reason } = decision;
    return decision.stop === true
      ? new Command({ update: { outcome: { good: false, text: `Not sent: ${reason}` } }, goto: END })
      : new Command({ update: { rejections: [{ draft, reason }] }, goto: "write" });
  }

  async function send({ to, draft }: State, { idempotencyKey, signal }: NodeConfig): Promise<Partial<State>> {
    await ops.post(["outbox"], { body: { to, ...draft }, key: idempotencyKey(), signal });
    return { outcome: { good: true, text: `Sent “${draft.subject}” to ${to}.` } };
  }

  return new StateGraph(State)
    .addNode("write", write)
    .addNode("review", review, { ends: ["write", "send", END] })
    .addNode("send", send)
    .addEdge(START, "write")
    .addEdge("write", "review")
    .addEdge("send", END);
}

export const email = defineWorkflow({
  name: "email",
  description: "Writes an e-mail and sends it once somebody on call has approved it.",
  example: 'to=lee@example.com about="Thursday\'s release is postponed to Monday"',
  version: "1",
  input: Input,
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph,
  outcome: (state: State) => state.outcome,
});
