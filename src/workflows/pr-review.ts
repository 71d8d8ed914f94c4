// Reviews a pull request: a model reads its diff and proposes changes, people take, edit or refuse them, and what they agreed to is applied.
import * as z from "zod";
import { askApproval } from "../approvals/ask.ts";
import { JsonObject } from "../approvals/json.ts";
import { Annotation, Command, END, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { TargetRefused } from "../runs/target-errors.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";
import { analysisOf, Changes, changesFor } from "./pr-proposals.ts";

const Input = z.object({
  pr: z.int().positive().describe("the number of the pull request"),
  diff: z.string().min(1).max(20_000).describe("its diff, as text"),
});

const Pull = z.object({ pull: z.object({ title: z.string(), head: z.string() }) });
type Pull = z.infer<typeof Pull>["pull"];

const State = Annotation.Root({
  pr: Annotation<number>(),
  diff: Annotation<string>(),
  /** As it was when the diff was read, or when people last agreed to something. */
  pull: Annotation<Pull>(),
  analysis: Annotation<string>(),
  changes: Annotation<readonly string[]>(),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

function graph({ ops, model }: Services) {
  const pullNow = async (pr: number) => Pull.parse(await ops.get(["pulls", String(pr)])).pull;

  async function analyze({ pr, diff }: State, { signal }: NodeConfig): Promise<Partial<State>> {
    return { pull: await pullNow(pr), analysis: await analysisOf(model, diff, signal) };
  }

  async function propose({ pr, analysis }: State, { signal }: NodeConfig) {
    const changes = await changesFor(model, analysis, signal);
    if (changes.length === 0) return ended(true, `There is nothing to change in pull request #${pr}.`);
    return new Command({ update: { changes }, goto: "review" });
  }

  async function review(state: State) {
    const { pr, changes } = state;
    let { pull } = state;
    const decision = await askApproval(requestFor(state), {
      // Others push while it waits, and what was proposed may not fit any more.
      revalidate: async () => {
        pull = await pullNow(pr);
        return { facts: factsOf(pull) };
      },
    });
    if (decision.kind === "rejected")
      return ended(false, `Nothing was changed in pull request #${pr}: ${decision.reason}`);
    const agreed = decision.kind === "edited" ? Changes.parse(decision.args) : { changes };
    return new Command({ update: { ...agreed, pull }, goto: "apply" });
  }

  async function apply({ pr, pull, changes }: State, { idempotencyKey }: NodeConfig) {
    const body = { pr, head: pull.head, changes };
    try {
      await ops.post(["changes"], { body, key: idempotencyKey() });
    } catch (error) {
      if (!(error instanceof TargetRefused && error.status === 409)) throw error;
      const now = await pullNow(pr);
      if (now.head === pull.head) throw error;
      // Somebody has pushed since people agreed: they are asked again, with what it is now.
      return new Command({ update: { pull: now }, goto: "review" });
    }
    return ended(true, `Applied ${counted(changes)} to pull request #${pr}.`);
  }

  return new StateGraph(State)
    .addNode("analyze", analyze)
    .addNode("propose", propose, { ends: ["review", END] })
    .addNode("review", review, { ends: ["apply", END] })
    .addNode("apply", apply, { ends: ["review", END] })
    .addEdge(START, "analyze")
    .addEdge("analyze", "propose");
}

function requestFor({ pr, diff, pull, analysis, changes }: State): Parameters<typeof askApproval>[0] {
  return {
    title: `Apply ${counted(changes)} to pull request #${pr}`,
    summary: "A model proposes them. Nothing is changed before somebody approves.",
    target: `pull request #${pr}`,
    facts: factsOf(pull),
    details: [{ label: "Diff", value: diff }],
    risk: "medium",
    said: analysis,
    action: { name: "apply_changes", args: { pr, changes: [...changes] } },
    schema: JsonObject.parse(z.toJSONSchema(Changes)),
    allowed: ["approve", "edit", "reject"],
  };
}

function factsOf({ title, head }: Pull) {
  return [
    { label: "Pull request", value: title },
    { label: "At commit", value: head },
  ];
}

function counted({ length }: readonly string[]): string {
  return length === 1 ? "1 change" : `${length} changes`;
}

function ended(good: boolean, text: string) {
  return new Command({ update: { outcome: { good, text } }, goto: END });
}

export const prReview = defineWorkflow({
  name: "pr-review",
  description: "Proposes changes to a pull request, and applies those that people agree to.",
  example: 'pr=42 diff="+ def login(user: str, password: str): return check(user, password)"',
  version: "1",
  input: Input,
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph,
  outcome: (state: State) => state.outcome,
});
