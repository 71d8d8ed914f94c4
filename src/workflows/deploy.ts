// Deploys a version of a service once somebody on call has approved it: plan, ask, deploy.
import * as z from "zod";
import { askApproval } from "../approvals/ask.ts";
import { Annotation, Command, END, type NodeConfig, START, StateGraph } from "../graph/index.ts";
import { TargetRefused } from "../runs/target-errors.ts";
import { defineWorkflow, type Services } from "../runs/workflow.ts";

const Target = z.object({
  service: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/)
    .max(60)
    .describe("a service's name in lower-case letters, digits and dashes"),
  version: z
    .string()
    .regex(/^v\d+\.\d+\.\d+$/)
    .max(40)
    .describe("a version like v2.4.1"),
  env: z.enum(["prod", "staging"]).describe("the environment"),
});
type Target = z.infer<typeof Target>;

const State = Annotation.Root({
  service: Annotation<string>(),
  version: Annotation<string>(),
  env: Annotation<Target["env"]>(),
  /** When it was planned, or when people last agreed. */
  running: Annotation<string>(),
  outcome: Annotation<{ readonly good: boolean; readonly text: string }>(),
});
type State = typeof State.State;

const Service = z.object({ service: z.object({ version: z.string() }) });
const Deployment = z.object({ deployment: z.object({ previous: z.string(), version: z.string() }) });

const ended = (good: boolean, text: string) =>
  new Command({ update: { outcome: { good, text } }, goto: END });
const targetOf = ({ service, version, env }: State): Target => ({ service, version, env });

/** What people are shown beside the arguments; `running` is what they decide against. */
function shown({ service, version, env }: Target, running: string) {
  return {
    title: `Deploy ${service} ${version} to ${env}`,
    summary: `${service} in ${env} runs ${running}. It will be replaced by ${version}; deploying ${running} again rolls back.`,
    target: `${service} in ${env}`,
    facts: [{ label: "Running now", value: running }],
    risk: env === "prod" ? ("high" as const) : ("medium" as const),
  };
}

function graph({ ops }: Services) {
  async function runningIn({ service, env }: Target, signal: AbortSignal): Promise<string> {
    return Service.parse(await ops.get(["services", env, service], { signal })).service.version;
  }

  async function plan(state: State, { signal }: NodeConfig): Promise<Partial<State>> {
    return { running: await runningIn(targetOf(state), signal) };
  }

  async function approve(state: State, { signal }: NodeConfig) {
    const args = targetOf(state);
    let { running } = state;
    const decision = await askApproval(
      {
        ...shown(args, state.running),
        action: { name: "deploy", args },
        schema: z.record(z.string(), z.json()).parse(z.toJSONSchema(Target)),
        allowed: ["approve", "edit", "reject"],
      },
      {
        // Hours may have passed, and the service may have moved on.
        revalidate: async (approved) => {
          const target = Target.parse(approved);
          running = await runningIn(target, signal);
          return shown(target, running);
        },
      },
    );
    if (decision.kind === "rejected") return ended(false, `Not deployed: ${decision.reason}`);
    return new Command({
      update: { running, ...(decision.kind === "edited" && Target.parse(decision.args)) },
      goto: "deploy",
    });
  }

  async function deploy(state: State, { idempotencyKey, signal }: NodeConfig) {
    const body = { ...targetOf(state), running: state.running };
    const call = { body, key: idempotencyKey(), signal };
    const answer = await ops.post(["deployments"], call).catch(async (error: unknown) => {
      const isRefused = error instanceof TargetRefused && error.status === 409;
      if (!isRefused || (await runningIn(targetOf(state), signal)) === state.running) throw error;
    });
    // Nobody has agreed to replace what runs there now.
    if (answer === undefined) return new Command({ goto: "plan" });
    const { previous, version } = Deployment.parse(answer).deployment;
    return ended(true, `Deployed ${state.service} ${version} to ${state.env} (was ${previous}).`);
  }

  return new StateGraph(State)
    .addNode("plan", plan)
    .addNode("approve", approve, { ends: ["deploy", END] })
    .addNode("deploy", deploy, { ends: ["plan", END] })
    .addEdge(START, "plan")
    .addEdge("plan", "approve");
}

export const deploy = defineWorkflow({
  name: "deploy",
  description: "Deploys a version of a service once somebody on call has approved it.",
  example: "service=checkout version=v2.4.1 env=prod",
  version: "1",
  input: Target,
  policy: {
    approvers: ["approvers"],
    requesterMayApprove: false,
    escalation: [{ afterMs: 15 * 60_000, to: ["operators"] }],
  },
  graph,
  outcome: (state: State) => state.outcome,
});
