// A workflow that restarts a service in one environment after the other, and asks before each unless that was allowed.
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import { digestOf, type JsonObject } from "../../src/approvals/json.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import type { GraphConfig } from "../../src/runs/workflow.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";

const State = Annotation.Root({ environments: Annotation<string>(), done: Annotation<number>() });
type State = typeof State.State;

/** What was restarted, in order, each with how it came to be. */
export type Restarts = string[];

interface Ways {
  /** Called before an allowed action is noted, and before it is carried out. */
  readonly before?: (what: "noting" | "acting") => void;
  readonly forRun?: string[];
  readonly risk?: "destructive";
  readonly args?: JsonObject;
  readonly quorum?: number;
}

export function restartingWorkflow(restarts: Restarts, ways: Ways = {}): Workflow {
  return defineWorkflow({
    name: "restarting",
    description: "Restarts a service in several environments",
    example: "environments=staging,prod",
    version: "1",
    input: z.object({ environments: z.string() }),
    policy: {
      ...{ approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
      ...(ways.quorum !== undefined && { quorum: ways.quorum }),
    },
    graph: () =>
      new StateGraph(State)
        .addNode("restart", (state, config) => restart(restarts, ways, { state, config }))
        .addEdge(START, "restart")
        .addConditionalEdges("restart", ({ environments, done }: State) =>
          done < environments.split(",").length ? "restart" : END,
        ),
    outcome: (state: State) => ({ good: true, text: `${state.done} restarted` }),
  });
}

type Context = NonNullable<GraphConfig["context"]>;

async function restart(
  restarts: Restarts,
  { before, forRun = ["environment"], risk, args: others }: Ways,
  { state, config }: { readonly state: State; readonly config: NodeConfig },
): Promise<Partial<State>> {
  const { allowances, note } = config.context as Context;
  const done = (state as Partial<State>).done ?? 0;
  const environment = state.environments.split(",")[done] ?? "";
  const args = { environment, service: `web-${done}`, ...others };
  const allowed = await allowances.find("restart_service", args);
  if (allowed === undefined) {
    const { kind, by } = askApproval({
      ...{ title: `Restart web-${done} in ${environment}`, target: environment, forRun },
      ...{ action: { name: "restart_service", args }, ...(risk && { risk }) },
    });
    restarts.push(`${environment}: ${kind} by ${by}`);
  } else {
    const { interrupt } = allowed;
    before?.("noting");
    const id = `restart:${done}`;
    await note({
      kind: "allowed",
      id,
      action: "restart_service",
      args: digestOf(args),
      interrupt,
    });
    before?.("acting");
    restarts.push(`${environment}: allowed by ${allowed.by.join(", ")}`);
  }
  return { done: done + 1 };
}
