// Carries out what the model asked for: every call is a task of its own, so that people are asked about all of them at once, answer in any order, and what has finished does not run again.
import { type NodeConfig, nextIdempotencyKey, task } from "../graph/index.ts";
import type { AgentContext, AgentServices } from "./agent-context.ts";
import { type AgentLimits, DEFAULT_CALLS_AT_ONCE } from "./agent-limits.ts";
import type { AgentState, AgentUpdate } from "./agent-state.ts";
import { callName } from "./call-name.ts";
import { toolMessage, waiting } from "./conversation.ts";
import type { Guardrail } from "./guardrails.ts";
import type { Middleware } from "./middleware.ts";
import type { Tool } from "./tool.ts";
import { errorAnswer, type ToolAnswer } from "./tool-answer.ts";
import { calledTool, type Calling } from "./tool-call.ts";

interface ToolsStep<Services> {
  readonly services: Services & AgentServices;
  readonly tools: readonly Tool<Services>[];
  readonly middleware: readonly Middleware[];
  readonly guardrails: readonly Guardrail[];
  readonly limits: AgentLimits;
}

/** One message for each call, in the order in which the model wrote them. */
export async function toolsStep<Services>(
  step: ToolsStep<Services>,
  state: AgentState,
  config: NodeConfig<AgentContext>,
): Promise<AgentUpdate> {
  const asked = waiting(state.messages);
  if (asked === undefined) return {};
  const { services, limits } = step;
  const { callsAtOnce = DEFAULT_CALLS_AT_ONCE } = limits;
  const from = services.clock.now();
  const calling = callingOf(step, { state, config, said: asked.said });
  const answers = await Promise.all(
    asked.calls.map(async (call, index) => {
      const reviewed = Object.hasOwn(state.agent.reviewed, call.id)
        ? state.agent.reviewed[call.id]
        : undefined;
      if (reviewed !== undefined) return reviewed;
      return index < callsAtOnce
        ? task(callName(call), () => calledTool(calling, call))()
        : tooMany(callsAtOnce);
    }),
  );
  const workedMs = state.agent.workedMs + Date.parse(services.clock.now()) - Date.parse(from);
  return {
    messages: asked.calls.map((call, index) => toolMessage(call, answers[index] ?? tooMany(callsAtOnce))),
    agent: { workedMs, reviewed: {} },
  };
}

function tooMany(most: number): ToolAnswer {
  return errorAnswer(
    `This call was not carried out: ${most} ${most === 1 ? "is" : "are"} the most at once. Call it again with the next ones, if it is still needed.`,
  );
}

function callingOf<Services>(
  { services, tools, middleware, guardrails }: ToolsStep<Services>,
  { state, config, said }: { state: AgentState; config: NodeConfig<AgentContext>; said: string },
): Calling<Services> {
  const { context: run, signal } = config;
  return {
    ...{ tools, middleware, guardrails, run, said, model: services.model },
    contextOf: (callId) => ({
      ...{ services, requester: run.requester, state, callId, signal },
      idempotencyKey: nextIdempotencyKey,
    }),
  };
}
