// An agent in the whole product: the real client asks a model over HTTP, its tools act on the ops target, and people answer in Slack.
import * as z from "zod";
import { createAgent, type AgentOptions } from "../../src/agent/agent.ts";
import { agentOutcome, type AgentState } from "../../src/agent/agent-state.ts";
import { type Tool, tool } from "../../src/agent/tool.ts";
import type { ApprovalRule } from "../../src/agent/approval-rule.ts";
import type { ToolContext } from "../../src/agent/tool-context.ts";
import { defineWorkflow, type Services, type Workflow } from "../../src/runs/workflow.ts";
import { type Line, type ModelServer, startModel } from "./model.ts";
import { type OwnWorkflow, startOwnWorkflow } from "./own-workflow.ts";
import type { System } from "./system.ts";

const Input = z.object({ request: z.string() });

export const Target = z.object({
  service: z.string().min(1),
  version: z.string().regex(/^v\d+\.\d+\.\d+$/, "must be a version like v2.4.1"),
  env: z.enum(["prod", "staging"]),
});
type Target = z.infer<typeof Target>;

/** Deploys on the ops target; asks unless the test says otherwise. */
export function deployTool(
  approval: ApprovalRule<Target, Services> = { title: titleOf, risk: "high" },
): Tool<Services> {
  return tool({
    name: "deploy",
    description: "Deploys a version of a service.",
    input: Target,
    approval,
    run: (body, { services, idempotencyKey }: ToolContext<Services>) =>
      services.ops.post(["deployments"], { body, key: idempotencyKey() }),
  });
}

export function titleOf({ service, version, env }: Target): string {
  return `Deploy ${service} ${version} to ${env}`;
}

/** Reads, so nobody is asked. */
export const statusTool = tool({
  name: "service_status",
  description: "Which version of a service runs.",
  input: z.object({ service: z.string(), env: z.string() }),
  run: ({ service, env }, { services }: ToolContext<Services>) =>
    services.ops.get(["services", env, service]),
});

export interface AgentRun extends OwnWorkflow {
  readonly asked: ModelServer["asked"];
  readonly forms: ModelServer["forms"];
}

type Options = Partial<AgentOptions<typeof Input, Services>> & {
  readonly interruptBefore?: readonly string[];
  readonly interruptAfter?: readonly string[];
  readonly autonomy?: "full" | "on-action" | "step-by-step";
  /** How long the model may take for an answer. */
  readonly modelTimeoutMs?: number;
  /** What the agent tells the time by, in place of the system's clock. */
  readonly clock?: Services["clock"];
  /** How its tools reach the world. */
  readonly http?: (system: System) => typeof fetch;
};

/** Rita asks for something, and the agent has gone as far as it can. */
export async function startAgent(
  lines: readonly [Line, ...Line[]],
  options: Options = {},
): Promise<AgentRun> {
  const { http, modelTimeoutMs } = options;
  const timeout = modelTimeoutMs === undefined ? {} : { timeoutMs: modelTimeoutMs };
  const { model, asked, forms } = await startModel(lines, timeout);
  const own = await startOwnWorkflow({
    workflow: agentWorkflow(options),
    words: { request: "Deploy checkout v2.4.1 everywhere." },
    model,
    ...(http && { http }),
  });
  await own.goOn();
  return { ...own, asked, forms };
}

/** The workflow of `startAgent`, for a test that changes it while a run waits. */
export function agentWorkflow(options: Options, version = "1"): Workflow {
  const { interruptBefore, interruptAfter, autonomy, http: _, modelTimeoutMs: __, clock, ...agent } = options;
  return defineWorkflow<typeof Input, AgentState>({
    name: "assist",
    description: "Does what it is asked",
    example: 'request="deploy checkout"',
    version,
    input: Input,
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    graph: (services) =>
      createAgent(clock === undefined ? services : { ...services, clock }, {
        input: Input,
        task: ({ request }) => request,
        prompt: "You are an operator.",
        tools: [deployTool(), statusTool],
        retry: { maxAttempts: 1 },
        ...agent,
      }),
    outcome: ({ agent: progress }) => agentOutcome(progress),
    ...(interruptBefore && { interruptBefore }),
    ...(interruptAfter && { interruptAfter }),
    ...(autonomy && { autonomy }),
  });
}
