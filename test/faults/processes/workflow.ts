// A workflow that is never the same twice, as one with a model in it: what it proposes is drawn by chance each time it is drawn up.
import { randomInt } from "node:crypto";
import * as z from "zod";
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, type NodeConfig, START, StateGraph, task } from "../../../src/graph/index.ts";
import { defineWorkflow, type Services } from "../../../src/runs/workflow.ts";

/** `tag` begins the names of the run's effects. */
export const PlannedInput = z.object({
  tag: z.string().regex(/^t[a-z0-9]+$/),
  kind: z.enum(["single", "pair"]),
});

/** What somebody agrees to: `remark` is drawn up in the node that asks, in a task. */
export const Proposal = z.object({ plan: z.string().max(60), remark: z.string().max(60) });
const Answered = Proposal.extend({ side: z.enum(["only", "left", "right"]), isAgreed: z.boolean() });
export type Answered = z.infer<typeof Answered>;
type Side = Answered["side"];

/** The state of a run, as far as it has got. */
export const PlannedValues = z.object({
  plan: z.string().default(""),
  weights: z.array(z.number()).default([]),
  answered: z.array(Answered).default([]),
  done: z.array(z.string()).default([]),
});
export type PlannedValues = z.infer<typeof PlannedValues>;

const State = Annotation.Root({
  tag: Annotation<string>(),
  kind: Annotation<"single" | "pair">(),
  plan: Annotation<string>(),
  weights: Annotation<readonly number[]>(),
  answered: Annotation<readonly Answered[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
  done: Annotation<readonly string[]>(),
});
type PlannedState = typeof State.State;

const drawn = (): string => randomInt(1_000_000).toString(36);
const weigh = task("weigh", () => randomInt(1_000_000));
const remarkOn = task("remark", (plan: string) => `on-${plan}-${drawn()}`);

/** How an effect is named at the target. */
export function effectOf({ plan, remark, side }: Omit<Answered, "isAgreed">): string {
  return `${plan}.${side}.${remark}`;
}

function asking(side: Side) {
  return async ({ plan, weights }: PlannedState): Promise<Partial<PlannedState>> => {
    const args = { plan, remark: await remarkOn(plan) };
    const decision = askApproval({
      title: `Go with ${plan}?`,
      summary: `It weighs ${weights.join(", ")}.`,
      action: { name: "go", args },
      schema: z.record(z.string(), z.json()).parse(z.toJSONSchema(Proposal)),
      allowed: ["approve", "edit", "reject"],
    });
    const agreed = decision.kind === "edited" ? Proposal.parse(decision.args) : args;
    return { answered: [{ ...agreed, side, isAgreed: decision.kind !== "rejected" }] };
  };
}

function graph({ ops }: Services) {
  async function act({ answered }: PlannedState, { idempotencyKey }: NodeConfig) {
    if (answered.some(({ isAgreed }) => !isAgreed)) return { done: [] };
    const done: string[] = [];
    for (const each of answered.toSorted((a, b) => a.side.localeCompare(b.side))) {
      const body = { service: "checkout", env: "staging", version: effectOf(each) };
      await ops.post(["deployments"], { body, key: idempotencyKey() });
      done.push(body.version);
    }
    return { done };
  }
  return new StateGraph(State)
    .addNode("draw up", ({ tag }: PlannedState) => ({ plan: `${tag}-${drawn()}` }))
    .addNode("weigh", async () => ({ weights: [await weigh(), await weigh(), await weigh()] }))
    .addNode("ask", asking("only"))
    .addNode("ask left", asking("left"))
    .addNode("ask right", asking("right"))
    .addNode("act", act)
    .addEdge(START, "draw up")
    .addEdge("draw up", "weigh")
    .addConditionalEdges("weigh", ({ kind }: PlannedState) =>
      kind === "single" ? ["ask"] : ["ask left", "ask right"],
    )
    .addEdge("ask", "act")
    .addEdge(["ask left", "ask right"], "act")
    .addEdge("act", END);
}

const both = { approvers: ["approvers" as const], quorum: 2, requesterMayApprove: false };

export const planned = defineWorkflow({
  name: "planned",
  description: "Draws up a plan, asks, acts",
  example: "tag=t1 kind=single",
  version: "1",
  input: PlannedInput,
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  policies: { "ask left": both, "ask right": both },
  graph,
  outcome: ({ done }: PlannedState) => ({
    good: done.length > 0,
    text: done.length > 0 ? `Done: ${done.join(" and ")}.` : "Nothing was done.",
  }),
});
