// A workflow that asks for approval once and says what it was told: each test brings its policy and its request.
import * as z from "zod";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import { Annotation, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow, type Workflow } from "../../src/runs/workflow.ts";

const State = Annotation.Root({ version: Annotation<string>(), heard: Annotation<string>() });

type Input = z.ZodObject<{ version: z.ZodString }>;
type Options = Pick<
  Parameters<typeof defineWorkflow<Input, typeof State.State>>[0],
  "policies" | "broadcast" | "operators" | "channel"
>;

/** `ask` is the node; what it returns is what the run says in the end. */
export function asking(
  policy: DeclaredPolicy,
  ask: (version: string) => unknown,
  options: Options = {},
): Workflow {
  return defineWorkflow<Input, typeof State.State>({
    name: "asking",
    description: "Asks once",
    example: "version=v1",
    version: "1",
    input: z.object({ version: z.string() }),
    policy,
    ...options,
    graph: () =>
      new StateGraph(State)
        .addNode("ask", async ({ version }) => ({ heard: JSON.stringify(await ask(version)) }))
        .addEdge(START, "ask"),
    outcome: ({ heard }) => ({ good: true, text: heard }),
  });
}

export const ONE_APPROVER: DeclaredPolicy = { approvers: ["approvers"], requesterMayApprove: false };
