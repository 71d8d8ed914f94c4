// Asks the model for the next step: within the limits, through the middleware, and held to the form of the answer.
import * as z from "zod";
import { Json, parsedJson } from "../approvals/json.ts";
import type { AssistantMessage, Message, OutputForm, RetryPolicy, ToolDeclaration } from "../graph/index.ts";
import type { AgentServices } from "./agent-context.ts";
import { type AgentLimits, overLimit } from "./agent-limits.ts";
import type { AgentProgress, AgentState, AgentUpdate } from "./agent-state.ts";
import { sound } from "./conversation.ts";
import { unfenced } from "./fence.ts";
import { type Middleware, wrappedModel } from "./middleware.ts";
import { ModelAnswerUnusable, ModelUnavailable } from "./model-errors.ts";

/** A model that is away or talks nonsense is asked again, twice; after that the run says so and waits for Retry. */
export const MODEL_RETRIES: RetryPolicy = {
  maxAttempts: 3,
  retryOn: (error) => error instanceof ModelUnavailable || error instanceof ModelAnswerUnusable,
};

/** How often in a row an answer may lack the declared form. */
const MOST_MISFITS = 2;

export interface ModelStep {
  readonly services: AgentServices;
  readonly prompt: (state: AgentState) => string;
  /** What the agent was asked for, in words. */
  readonly taskOf: (state: AgentState) => string;
  readonly tools: readonly ToolDeclaration[];
  readonly middleware: readonly Middleware[];
  readonly limits: AgentLimits;
  readonly output: z.ZodType | undefined;
}

export async function modelStep(
  step: ModelStep,
  state: AgentState,
  signal: AbortSignal,
): Promise<AgentUpdate> {
  const { services, limits, middleware } = step;
  const over = overLimit(limits, state.agent);
  if (over !== undefined) return { agent: { outcome: over } };
  const begun: readonly Message[] =
    state.messages.length > 0 ? [] : [{ role: "user", content: step.taskOf(state) }];
  const conversation = [...state.messages, ...begun];
  const from = services.clock.now();
  const form = formOf(step.output);
  const { message, usage } = await wrappedModel(middleware, state, (request) =>
    services.model.complete(request),
  )({
    messages: [{ role: "system", content: step.prompt(state) }, ...conversation],
    ...(step.tools.length > 0 && { tools: step.tools }),
    ...(form && { output: form }),
    signal,
  });
  const answer = sound(message, conversation);
  const { agent } = state;
  const progress = {
    steps: agent.steps + 1,
    tokens: agent.tokens + (usage === undefined ? 0 : usage.inputTokens + usage.outputTokens),
    workedMs: agent.workedMs + Date.parse(services.clock.now()) - Date.parse(from),
  };
  const { messages = [], agent: came } = cameTo(step.output, answer, agent);
  return { messages: [...begun, answer, ...messages], agent: { ...progress, ...came } };
}

function formOf(output: z.ZodType | undefined): OutputForm | undefined {
  return output === undefined ? undefined : { name: "answer", schema: z.toJSONSchema(output) };
}

interface Came {
  readonly messages?: readonly Message[];
  readonly agent: Partial<AgentProgress>;
}

/** Calls are the next step's; words are the answer, if they have the form that was asked for. */
function cameTo(
  output: z.ZodType | undefined,
  { content, tool_calls = [] }: AssistantMessage,
  { misfits }: AgentProgress,
): Came {
  if (tool_calls.length > 0) return { agent: { misfits: 0 } };
  const text = content ?? "";
  if (output === undefined) return { agent: { outcome: { good: true, text } } };
  const parsed = output.safeParse(parsedJson(unfenced(text)));
  const json = Json.safeParse(parsed.data);
  if (parsed.success && json.success) return { agent: { output: json.data, outcome: { good: true, text } } };
  const wrong = parsed.success ? "It is no JSON." : z.prettifyError(parsed.error);
  // Told what is wrong each time: another try of the same would be no other.
  if (misfits >= MOST_MISFITS)
    throw new Error(
      `The model answered ${misfits + 1} times in a row without the form that was asked for. Retry asks it again.`,
    );
  return { messages: [{ role: "user", content: complaint(wrong) }], agent: { misfits: misfits + 1 } };
}

function complaint(wrong: string): string {
  return `That answer does not have the form that was asked for. ${wrong}\nAnswer again, with nothing but the JSON.`;
}
