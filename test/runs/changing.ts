// A workflow in several versions: it plans, asks and acts, and each test says what the next version does otherwise.
import * as z from "zod";
import { askApproval } from "../../src/approvals/ask.ts";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import { Annotation, END, type NodeConfig, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow, type Migrated, type Migrating, type Workflow } from "../../src/runs/workflow.ts";

const State = Annotation.Root({
  version: Annotation<string>(),
  env: Annotation<string>(),
  notes: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});
type State = typeof State.State;

interface Changes {
  readonly version?: string;
  /** Has the step that asks go by this name. */
  readonly asks?: string;
  /** A step between the question and the act. */
  readonly hasCheck?: boolean;
  readonly policy?: Partial<DeclaredPolicy>;
  readonly migrate?: (from: Migrating) => Migrated<Partial<State>>;
  /** What acting comes to. */
  readonly act?: (env: string) => void;
}

export interface Acted {
  readonly what: string;
  readonly key: string;
}

/** `done` is told of each step that has run, and of what was acted with. */
export function changing(
  done: Acted[],
  { version = "1", asks = "ask", hasCheck = false, policy, migrate, act = () => undefined }: Changes = {},
): Workflow {
  const step = (name: string) => (_: State, config: NodeConfig) => {
    done.push({ what: name, key: config.idempotencyKey() });
    return { notes: [name] };
  };
  const ask = ({ env = "prod" }: Partial<State>) => {
    const decision = askApproval({ title: `Go to ${env}?`, action: { name: "go", args: { env } } });
    return { notes: [decision.kind] };
  };
  const acting = ({ env = "prod" }: Partial<State>, config: NodeConfig) => {
    act(env);
    done.push({ what: `act in ${env}`, key: config.idempotencyKey() });
    return { notes: ["acted"] };
  };
  const graph = () => {
    const before = new StateGraph(State)
      .addNode("plan", step("plan"))
      .addNode(asks, ask)
      .addNode("act", acting)
      .addEdge(START, "plan")
      .addEdge("plan", asks)
      .addEdge("act", END);
    if (!hasCheck) return before.addEdge(asks, "act");
    return before.addNode("check", step("check")).addEdge(asks, "check").addEdge("check", "act");
  };
  return defineWorkflow<z.ZodObject, State>({
    ...{ name: "changing", description: "Plans, asks, acts", example: "version=v1", version },
    input: z.object({ version: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [], ...policy },
    graph,
    ...(migrate && { migrate }),
    outcome: ({ notes }) => ({ good: true, text: notes.join(", ") }),
  });
}
