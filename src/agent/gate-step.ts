// The gate before the agent: what it was asked for goes through the guardrails before a model sees it.
import { type NodeConfig, task } from "../graph/index.ts";
import type { AgentContext, AgentServices } from "./agent-context.ts";
import type { AgentState, AgentUpdate } from "./agent-state.ts";
import { checked, type Checked, type Guardrail } from "./guardrails.ts";
import { noted } from "./tool-call.ts";

interface GateStep {
  readonly guardrails: readonly Guardrail[];
  readonly services: AgentServices;
  readonly taskOf: (state: AgentState) => string;
}

/** Judged once, however often the step runs. */
export async function gateStep(
  { guardrails, services, taskOf }: GateStep,
  state: AgentState,
  { context, signal }: NodeConfig<AgentContext>,
): Promise<AgentUpdate> {
  const verdict = await task("gate", async () => {
    const judge = { requester: context.requester, model: services.model, signal };
    const checks = await checked(guardrails, { kind: "task", text: taskOf(state) }, judge);
    await noted(context, checks, "what was asked for");
    const trouble = checks.checked.find(({ isTrouble }) => isTrouble);
    // Not kept: Retry has it judged anew.
    if (trouble !== undefined) throw new Error(stoppedBy(trouble));
    return checks;
  })();
  const stop = verdict.checked.find(({ passed }) => !passed);
  if (stop === undefined) return {};
  return { agent: { outcome: { good: false, text: stoppedBy(stop) } } };
}

/** What a model says of it is in the history; here it would pass for ours. */
function stoppedBy({ guardrail, reason, isProse }: Checked): string {
  const why = isProse === true ? "" : ` ${reason}`;
  return `The agent did not begin: the guardrail "${guardrail}" stopped what was asked for.${why}`;
}
