// A node of three task() calls, two of them side by side, with a question between: what has finished does not run again.
import { askApproval } from "../../../src/approvals/ask.ts";
import { Annotation, END, nextIdempotencyKey, START, StateGraph, task } from "../../../src/graph/index.ts";
import type { Services } from "../../../src/runs/workflow.ts";
import type { Hands, RunScenario } from "../scenario.ts";
import { approver, argOf, endedWith, ONE, performed, workflowOf } from "./parts.ts";

const State = Annotation.Root({ version: Annotation<string>(), outcome: Annotation<string>() });
type Values = typeof State.State;

function tasksOf(hands: Hands, services: Services) {
  const plan = task("plan", () => hands.ran("plan"));
  const acting = (name: string) =>
    task(name, async (planned: string) => {
      await hands.act(services, { name, key: nextIdempotencyKey(), value: planned });
      return hands.ran(name);
    });
  return { plan, first: acting("first"), second: acting("second") };
}

export const tasks: RunScenario = {
  name: "tasks",
  workflow: (hands) =>
    workflowOf<Values>(
      { hands, name: "tasks", policy: ONE },
      (services) => {
        const { plan, first, second } = tasksOf(hands, services);
        return new StateGraph(State)
          .addNode("work", async () => {
            const planned = await plan();
            const { kind } = askApproval({ title: "Go?", action: { name: "go", args: { plan: planned } } });
            const done = await Promise.all([first(planned), second(planned)]);
            return { outcome: `${kind} ${planned} ${done.length}` };
          })
          .addEdge(START, "work")
          .addEdge("work", END);
      },
      ({ outcome }) => outcome,
    ),
  people: [approver("UANA"), approver("UBO", 1_000)],
  wrong: (end) => {
    const plan = argOf(end, "plan");
    return [...endedWith(end, `approved ${plan} 2`), ...performed(end, { first: plan, second: plan })];
  },
};
