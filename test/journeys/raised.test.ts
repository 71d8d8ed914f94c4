// A node that stops itself with NodeInterrupt asks too: with a handler for the answer people decide, without one they let it run again or end the run.
import { expect, test } from "vitest";
import * as z from "zod";
import type { ApprovalDecision } from "../../src/approvals/decision.ts";
import { Annotation, interrupt, NodeInterrupt, START, StateGraph } from "../../src/graph/index.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { defineWorkflow, type RunnableGraph, type Workflow } from "../../src/runs/workflow.ts";
import { startAsking, textIn } from "../support/one-question.ts";

const State = Annotation.Root({
  human_reviewed: Annotation<boolean>(),
  proposed_action: Annotation<string>(),
  log: Annotation<readonly string[], readonly string[]>({
    reducer: (before, more) => [...before, ...more],
    default: () => [],
  }),
});
type State = typeof State.State;

const named = { name: "agent", description: "An agent", example: "", version: "1", input: z.object({}) };
const policy = { approvers: ["approvers" as const], requesterMayApprove: false };
const outcome = ({ log }: State) => ({ good: true, text: `Log: ${log.join(", ")}` });

function reviewNode({ human_reviewed, proposed_action }: State) {
  if (!human_reviewed) throw new NodeInterrupt(`Please review proposed changes: ${proposed_action}`);
  return { log: ["reviewed"] };
}

const propose = () => ({ proposed_action: "Drop the table", human_reviewed: false });

function told(_: State, decision: ApprovalDecision): Partial<State> {
  const said = decision.kind === "rejected" ? `no: ${decision.reason}` : decision.kind;
  return { human_reviewed: true, log: [`${said} by ${decision.by}`] };
}

/** Its answer is taken by the node's own option, by the workflow's field, or by nobody. */
function reviewing(by: "node" | "workflow" | "nobody", node = reviewNode): Workflow {
  return defineWorkflow<z.ZodObject, State>({
    ...{ ...named, policy, outcome },
    graph: () =>
      new StateGraph(State)
        .addNode("propose", propose)
        .addNode("review_node", node, by === "node" ? { onAnswer: told } : {})
        .addEdge(START, "propose")
        .addEdge("propose", "review_node"),
    ...(by === "workflow" && { onAnswer: { review_node: told } }),
  });
}

const REASON = { reason: "Not now", note: "" };

test.each(["node", "workflow"] as const)(
  "with a handler of the %s, the decision is written before the node runs again",
  async (by) => {
    const approved = await startAsking(reviewing(by));
    const shown = textIn(await approved.waiting());
    expect(shown).toContain('The step "review_node" has stopped');
    expect(shown).toContain("Please review proposed changes: Drop the table");
    expect(shown).toContain("The step is told what you decide, and runs again");
    await approved.act("Approve");
    expect(await approved.ended()).toContain(`Log: approved by ${approved.bo.id}, reviewed`);
    const rejected = await startAsking(reviewing(by));
    await rejected.act("Reject…", REASON);
    expect(await rejected.ended()).toContain(`Log: no: Not now by ${rejected.bo.id}, reviewed`);
  },
);

test("without a handler it can be run again, as often as it stops, and each time is a card of its own", async () => {
  let ready = 0;
  const node = () => {
    if (ready++ < 2) throw new NodeInterrupt({ queue: "full", waiting: 7 - ready });
    return { log: ["sent"] };
  };
  const { bo, waiting, act, ended } = await startAsking(reviewing("nobody", node));
  const first = await waiting();
  expect(textIn(first)).toContain("queue: full\nwaiting: 6");
  expect(textIn(first)).toContain("Run again runs the step once more · Stop ends the run");
  await act("Run again");
  const second = await waiting();
  expect(second.ts).not.toBe(first.ts);
  expect(textIn(second)).toContain("waiting: 5");
  await act("Run again");
  expect(await ended()).toContain("Log: sent");
  const cards = (await bo.snapshot()).messages.filter(({ text }) => text.startsWith("Run again"));
  expect(cards).toHaveLength(2);
});

test("without a handler it can be stopped: the run ends, and says who stopped it and why", async () => {
  const { bo, act, ended } = await startAsking(reviewing("nobody"));
  await act("Stop…", REASON);
  expect(await ended()).toBe(`⛔ Stopped by <@${bo.id}>: Not now`);
  expect((await bo.snapshot()).messages.find(({ text }) => text.startsWith("Stopped"))?.text).toContain(
    `by <@${bo.id}>`,
  );
});

test("to stop ends the run also while something else in it waits, which is closed", async () => {
  const workflow = defineWorkflow<z.ZodObject, State>({
    ...{ ...named, policy, outcome },
    graph: () =>
      new StateGraph(State)
        .addNode("ask", () => ({ log: [interrupt<string, string>("Which region?")] }))
        .addNode("review_node", reviewNode)
        .addEdge(START, "ask")
        .addEdge(START, "review_node"),
  });
  const { bo, goOn, ended } = await startAsking(workflow);
  const card = await bo.waitFor(({ messages }) => messages.find(({ text }) => text.includes("has stopped")));
  await bo.click(card, "Stop…");
  await bo.submit(await bo.waitFor(({ views }) => views.at(-1)), REASON);
  await goOn();
  expect(await ended()).toBe(`⛔ Stopped by <@${bo.id}>: Not now`);
  await bo.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("No longer asked")));
});

/** The worker dies when the graph is about to go on, or when it has and nothing else is recorded. */
function crashing(workflow: Workflow, when: "before" | "after"): Workflow {
  const crash = new StorageUnavailable("crash", { uncertain: false, cause: "test" });
  let left = 1;
  return {
    ...workflow,
    compile: (services, checkpointer) => {
      const graph: RunnableGraph = workflow.compile(services, checkpointer);
      return {
        ...graph,
        async invoke(input, config) {
          const isFirst = (await graph.getState(config)).status === "empty";
          if (!isFirst && when === "before" && left-- > 0) throw crash;
          const result = await graph.invoke(input, config);
          if (!isFirst && when === "after" && left-- > 0) throw crash;
          return result;
        },
      };
    },
  };
}

test.each(["before", "after"] as const)(
  "a decision is written once though the worker dies %s the node runs again",
  async (when) => {
    const { bo, waiting, goOn, ended } = await startAsking(crashing(reviewing("workflow"), when));
    await bo.click(await waiting(), "Approve");
    await expect(goOn()).rejects.toThrow("crash");
    await goOn();
    expect(await ended()).toContain(`Log: approved by ${bo.id}, reviewed`);
  },
);
