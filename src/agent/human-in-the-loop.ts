// LangChain's human-in-the-loop middleware, by its own configuration and with its own request and answers: one question for all calls of a message that are to be looked at.
import * as z from "zod";
import { JsonObject } from "../approvals/json.ts";
import { type AssistantMessage, interrupt, type NodeConfig, task, type ToolCall } from "../graph/index.ts";
import type { AgentContext } from "./agent-context.ts";
import type { AgentState, AgentUpdate } from "./agent-state.ts";
import { waiting } from "./conversation.ts";
import type { CallRequest, Middleware } from "./middleware.ts";
import type { Tool } from "./tool.ts";
import type { ToolAnswer } from "./tool-answer.ts";

type DecisionType = "approve" | "edit" | "reject" | "respond";

/** A call as LangChain's functions take it. */
interface LangChainCall {
  readonly id: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

type Runtime = NodeConfig<AgentContext>;

export interface InterruptOnConfig {
  readonly allowedDecisions: readonly [DecisionType, ...DecisionType[]];
  readonly description?:
    string | ((call: LangChainCall, state: AgentState, runtime: Runtime) => string | Promise<string>);
  /** Of the arguments, for the form to edit them in; the tool's own by default. */
  readonly argsSchema?: Readonly<Record<string, unknown>>;
  /** Whether this call is asked about. */
  readonly when?: (request: {
    readonly toolCall: LangChainCall;
    readonly tool: undefined;
    readonly state: AgentState;
    readonly runtime: Runtime;
  }) => boolean | Promise<boolean>;
}

export interface HumanInTheLoopOptions {
  /** By the name of a tool: true for every decision there is in LangChain.js, false for none. */
  readonly interruptOn?: Readonly<Record<string, boolean | InterruptOnConfig>>;
  readonly descriptionPrefix?: string;
}

const ALL: InterruptOnConfig = { allowedDecisions: ["approve", "edit", "reject"] };

/**
 * Asks about calls of the named tools before any call of the message runs, as LangChain's `humanInTheLoopMiddleware` does. Where it
 * differs it is on purpose: an answer that does not fit leaves the question open, approved calls run beside rejected ones, and the
 * calls keep their order, with one answer to each.
 *
 * @example
 * createAgent(services, { ...options, middleware: [humanInTheLoopMiddleware({ interruptOn: { send_email: { allowedDecisions: ["approve", "reject"] } } })] });
 */
export function humanInTheLoopMiddleware({
  interruptOn = {},
  descriptionPrefix = "Tool execution requires approval",
}: HumanInTheLoopOptions): Middleware {
  const named = new Map(
    Object.entries(interruptOn).flatMap(([name, config]) =>
      config === false ? [] : [[name, config === true ? ALL : config] as const],
    ),
  );
  return {
    name: "HumanInTheLoopMiddleware",
    review: {
      async run(state, config, tools) {
        const asked = waiting(state.messages);
        if (asked === undefined) return {};
        // Kept, so that the question stays the same one whatever the functions would say the next time.
        const items = await task("asked", () =>
          itemsFor(asked.calls, { named, tools, state, config, descriptionPrefix }),
        )();
        return items.length === 0 ? {} : reviewed(state, items, tools);
      },
    },
  };
}

interface Item {
  readonly id: string;
  readonly name: string;
  readonly args: JsonObject;
  readonly description: string;
  readonly allowedDecisions: readonly DecisionType[];
  readonly argsSchema: JsonObject;
}

interface Asking {
  readonly named: ReadonlyMap<string, InterruptOnConfig>;
  readonly tools: readonly Tool<never>[];
  readonly state: AgentState;
  readonly config: Runtime;
  readonly descriptionPrefix: string;
}

async function itemsFor(calls: readonly CallRequest[], asking: Asking): Promise<readonly Item[]> {
  const items = await Promise.all(calls.map((call) => itemFor(call, asking)));
  return items.filter((item) => item !== undefined);
}

/** Undefined for a call that is not asked about: what does not fit its tool never runs, so there is nothing to decide. */
async function itemFor(
  { id, name, args }: CallRequest,
  { named, tools, state, config: runtime, descriptionPrefix }: Asking,
): Promise<Item | undefined> {
  const config = named.get(name);
  const tool = tools.find(({ declaration }) => declaration.name === name);
  const bound = args === undefined ? undefined : tool?.bind(args);
  if (config === undefined || tool === undefined || bound?.kind !== "fits") return undefined;
  const call = { id, name, args: bound.call.args };
  const isAsked = (await config.when?.({ toolCall: call, tool: undefined, state, runtime })) !== false;
  if (!isAsked) return undefined;
  const {
    description = `${descriptionPrefix}\n\nTool: ${name}\nArgs: ${JSON.stringify(call.args, null, 2)}`,
  } = config;
  return {
    ...call,
    description: typeof description === "string" ? description : await description(call, state, runtime),
    allowedDecisions: config.allowedDecisions,
    argsSchema: config.argsSchema === undefined ? tool.schema : JsonObject.parse(config.argsSchema),
  };
}

function reviewed(state: AgentState, items: readonly Item[], tools: readonly Tool<never>[]): AgentUpdate {
  const { decisions } = interrupt(
    {
      actionRequests: items.map(({ name, args, description }) => ({ name, args, description })),
      reviewConfigs: items.map(({ name, allowedDecisions, argsSchema }) => ({
        ...{ actionName: name, allowedDecisions, argsSchema },
      })),
    },
    { responseSchema: answerTo(items, tools) },
  );
  const answers = new Map<string, ToolAnswer>();
  const edits = new Map<string, ToolCall["function"]>();
  for (const [index, { id, name }] of items.entries()) {
    const decision = decisions[index];
    if (decision?.type === "edit") edits.set(id, changed(decision.editedAction));
    else if (decision !== undefined && decision.type !== "approve")
      answers.set(id, answerOf(decision, { id, name }));
  }
  const messages = edits.size === 0 ? {} : { messages: withEdits(state, edits) };
  return { ...messages, agent: { reviewed: Object.fromEntries(answers) } };
}

function changed({ name, args }: { readonly name: string; readonly args: JsonObject }): ToolCall["function"] {
  return { name, arguments: JSON.stringify(args) };
}

/** The message of the model under its own id, with other calls in it. */
function withEdits(
  { messages }: AgentState,
  edits: ReadonlyMap<string, ToolCall["function"]>,
): AssistantMessage[] {
  const last = messages.findLast((message) => message.role === "assistant");
  if (last?.role !== "assistant") return [];
  const tool_calls = (last.tool_calls ?? []).map((call) => ({
    ...call,
    function: edits.get(call.id) ?? call.function,
  }));
  return [{ ...last, tool_calls }];
}

const Decision = z.discriminatedUnion("type", [
  z.object({ type: z.literal("approve") }),
  z.object({
    type: z.literal("edit"),
    editedAction: z.object({ name: z.string(), args: z.record(z.string(), z.json()) }),
  }),
  z.object({ type: z.literal("reject"), message: z.string().optional() }),
  z.object({ type: z.literal("respond"), message: z.string() }),
]);
type Decision = z.infer<typeof Decision>;

function answerOf(
  decision: Extract<Decision, { type: "reject" | "respond" }>,
  { id, name }: { readonly id: string; readonly name: string },
): ToolAnswer {
  const { message = "" } = decision;
  if (decision.type === "respond") return { content: message, status: "success" };
  const content = message === "" ? `User rejected the tool call for \`${name}\` with id ${id}` : message;
  return { content, status: "error" };
}

/** One decision for each call, of a kind that it allows, with arguments that fit the tool. */
function answerTo(items: readonly Item[], tools: readonly Tool<never>[]) {
  return z.object({ decisions: z.array(Decision) }).superRefine(({ decisions }, context) => {
    if (decisions.length !== items.length) {
      const message = `Number of human decisions (${decisions.length}) does not match number of hanging tool calls (${items.length}).`;
      context.addIssue({ code: "custom", path: ["decisions"], message });
      return;
    }
    for (const [index, decision] of decisions.entries()) {
      const message = misfit(decision, items[index], tools);
      if (message !== undefined) context.addIssue({ code: "custom", path: ["decisions", index], message });
    }
  });
}

function misfit(
  decision: Decision,
  item: Item | undefined,
  tools: readonly Tool<never>[],
): string | undefined {
  if (item === undefined) return "There is no such call.";
  const { name, allowedDecisions } = item;
  if (!allowedDecisions.includes(decision.type))
    return `Decision type '${decision.type}' is not allowed for tool '${name}'. Expected one of: ${allowedDecisions.join(", ")}.`;
  if (decision.type !== "edit") return undefined;
  const { editedAction } = decision;
  const tool = tools.find(({ declaration }) => declaration.name === editedAction.name);
  if (tool === undefined) return `There is no tool "${editedAction.name}".`;
  const bound = tool.bind(editedAction.args);
  return bound.kind === "fits"
    ? undefined
    : bound.problems.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`).join("; ");
}
