// An agent: a model that calls tools until it has an answer, as a graph that stops wherever a human is to be asked.
import type * as z from "zod";
import {
  type AnnotationRoot,
  type CompiledGraph,
  type CompileOptions,
  END,
  GraphValueError,
  type NodeConfig,
  type RetryPolicy,
  START,
  StateGraph,
  type StateOf,
  type UpdateOf,
} from "../graph/index.ts";
import type { AgentContext, AgentServices } from "./agent-context.ts";
import { type AgentLimits, DEFAULT_STEPS } from "./agent-limits.ts";
import { type AgentChannels, type AgentState, type OwnChannels, stateFor } from "./agent-state.ts";
import { waiting } from "./conversation.ts";
import { gateStep } from "./gate-step.ts";
import type { Guardrail } from "./guardrails.ts";
import type { Middleware } from "./middleware.ts";
import { MODEL_RETRIES, modelStep } from "./model-step.ts";
import type { ReviewStep } from "./review.ts";
import type { Tool } from "./tool.ts";
import { toolsStep } from "./tools-step.ts";
import { refuseWrong } from "./wrong-agent.ts";

export interface AgentOptions<Input extends z.ZodObject, Services> {
  /** What it is asked for; the same as the workflow's. */
  readonly input: Input;
  /** That, in words for the model: the first message of the conversation. */
  readonly task: (input: z.infer<Input>) => string;
  /** Who it is and how it works: said to the model in front of every conversation, and kept nowhere. */
  readonly prompt: string | ((input: z.infer<Input>) => string);
  readonly tools: readonly Tool<Services>[];
  /** The first is the outermost. */
  readonly middleware?: readonly Middleware[];
  readonly guardrails?: readonly Guardrail[];
  readonly limits?: AgentLimits;
  /** The form of its final answer: JSON that fits, in `state.agent.output`. */
  readonly output?: z.ZodType;
  /** Of a model that is away or answers with nothing that can be used; two more tries by default. */
  readonly retry?: RetryPolicy;
}

type CompiledAgent<Input> = CompiledGraph<
  StateOf<AgentChannels<Input>>,
  UpdateOf<AgentChannels<Input>>,
  AgentContext
>;

/** Uncompiled: the checkpointer is attached where it runs. */
export interface AgentGraph<Input> {
  compile(options?: CompileOptions): CompiledAgent<Input>;
}

/**
 * Makes an agent. Its steps are "model", which asks the model, and "tools", which checks, asks about and carries out what the model
 * wants, every call for itself; "gate" stands before them where guardrails look at what was asked for. Like a graph of one's own it
 * may be stopped before and after its steps with `interruptBefore` and `interruptAfter`.
 *
 * @throws WrongAgent for all that is wrong with it and its tools: two tools of one name, a field of the input that is named as
 * something of the agent's own, an approval rule with which nobody could be asked.
 * @example
 * graph: (services) => createAgent(services, {
 *   input: Input, task: ({ alert }) => `Look into this: ${alert}`, prompt: "You are an operator.",
 *   tools: [readLogs, restart], limits: { steps: 12 },
 * }),
 */
export function createAgent<Input extends z.ZodObject, Services extends AgentServices>(
  services: Services,
  options: AgentOptions<Input, Services>,
): AgentGraph<z.infer<Input>> {
  const { input, middleware = [], limits = {} } = options;
  refuseWrong(options, [() => stateFor(input), () => reviewIn(middleware)]);
  const parts = { services, State: stateFor(input), review: reviewIn(middleware) };
  // A step is one of the model and one of the tools; the gate, a review and the end come on top.
  const recursionLimit = 3 * (limits.steps ?? DEFAULT_STEPS) + 5;
  const compile = (given: CompileOptions = {}) =>
    assembled(options, parts).compile({ recursionLimit, ...given });
  // Its state has the fields of the input, which the compiler knows by their schema only out here.
  return { compile } as unknown as AgentGraph<z.infer<Input>>;
}

/** @throws GraphValueError */
function reviewIn(middleware: readonly Middleware[]): ReviewStep | undefined {
  const reviewing = middleware.filter(({ review }) => review !== undefined);
  if (reviewing.length > 1)
    throw new GraphValueError(
      `Several middlewares of the agent review calls: ${reviewing.map(({ name }) => name).join(", ")}. People would be asked twice about one call; leave one of them.`,
    );
  const changing = middleware.filter(({ wrapTool }) => wrapTool !== undefined);
  if (reviewing.length > 0 && changing.length > 0)
    throw new GraphValueError(
      `"${changing[0]?.name ?? ""}" may change calls that "${reviewing[0]?.name ?? ""}" has had reviewed: what runs would be something else than people saw. Leave one of them, or let the tools ask for themselves.`,
    );
  return reviewing[0]?.review;
}

interface Parts<Services> {
  readonly State: AnnotationRoot<OwnChannels>;
  readonly services: Services & AgentServices;
  readonly review: ReviewStep | undefined;
}

type Config = NodeConfig<AgentContext>;

function assembled<Input extends z.ZodObject, Services>(
  options: AgentOptions<Input, Services>,
  { State, services, review }: Parts<Services>,
): StateGraph<AnnotationRoot<OwnChannels>, AgentContext, string, string> {
  const { tools, middleware = [], guardrails = [], limits = {}, task, prompt, output } = options;
  // The state has what was asked for, field by field.
  const inputIn = (state: AgentState): z.infer<Input> => state as unknown as z.infer<Input>;
  const taskOf = (state: AgentState): string => task(inputIn(state));
  const promptFor = (state: AgentState): string =>
    typeof prompt === "string" ? prompt : prompt(inputIn(state));
  const declared = tools.map(({ declaration }) => declaration);
  const model = { services, prompt: promptFor, taskOf, tools: declared, middleware, limits, output };
  const calls = { services, tools, middleware, guardrails, limits };
  const next = review === undefined ? "tools" : "review";
  const hasGate = guardrails.some(({ on }) => on.includes("task"));

  const graph = new StateGraph<AnnotationRoot<OwnChannels>, AgentContext, string, string>(State)
    .addNode("model", (state: AgentState, { signal }: Config) => modelStep(model, state, signal), {
      retryPolicy: options.retry ?? MODEL_RETRIES,
    })
    .addNode("tools", (state: AgentState, config: Config) => toolsStep(calls, state, config))
    .addConditionalEdges("model", (state: AgentState) => afterModel(state, next), ["model", next, END])
    .addEdge("tools", "model");
  if (review !== undefined)
    graph
      .addNode("review", (state: AgentState, config: Config) => review.run(state, config, tools))
      .addEdge("review", "tools");
  if (!hasGate) return graph.addEdge(START, "model");
  return graph
    .addNode("gate", (state: AgentState, config: Config) =>
      gateStep({ guardrails, services, taskOf }, state, config),
    )
    .addEdge(START, "gate")
    .addConditionalEdges("gate", ({ agent }: AgentState) => (agent.outcome === undefined ? "model" : END), [
      "model",
      END,
    ]);
}

function afterModel({ messages, agent }: AgentState, next: string): string {
  if (agent.outcome !== undefined) return END;
  return waiting(messages) === undefined ? "model" : next;
}
