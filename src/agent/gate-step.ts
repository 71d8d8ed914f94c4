// The gate before the agent: what it was asked for goes through the guardrails before a model sees it.
import { type NodeConfig, task } from "../graph/index.ts";
import type { AgentContext, AgentServices } from "./agent-context.ts";
import type { AgentState, AgentUpdate } from "./agent-state.ts";
import { checked, type Guardrail } from "./guardrails.ts";
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
    return checks;
  })();
  const stop = verdict.checked.find(({ passed }) => !passed);
  if (stop === undefined) return {};
  const text = `The agent did not begin: the guardrail "${stop.guardrail}" stopped what was asked for. ${stop.reason}`;
  return { agent: { outcome: { good: false, text } } };
}
