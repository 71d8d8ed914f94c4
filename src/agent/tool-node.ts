// A node that runs the tools which a model's message asks for, each call as a task of its own.
import { reasonOf } from "../approvals/reason.ts";
import {
  AnswerRefused,
  answerTo,
  type AnyMessage,
  type Asked,
  type AskedCall,
  askedIn,
  callsIn,
  type ChatMessage,
  Command,
  END,
  GraphInterrupt,
  GraphValueError,
  isWithinNode,
  type Message,
  nextIdempotencyKey,
  NodeInterrupt,
  ParentCommand,
  roleOf,
  Send,
  task,
} from "../graph/index.ts";
import { callName } from "./call-name.ts";
import { endsTurn } from "./ends-turn.ts";
import { outputFromStored, type StoredOutput, storedFromOutput } from "./tool-outputs.ts";

/**
 * A tool: one of LangChain's, made with its `tool(…)`, or anything with a name and an `invoke`. It gets the call, `{ name, args,
 * id, type: "tool_call" }`, and beside it the node's config with `state`, `toolCallId` and an `idempotencyKey` of the call's own.
 */
export interface Tool {
  readonly name: string;
  /** An agent ends with what it gives, instead of telling the model. */
  readonly returnDirect?: boolean;
  invoke(call: never, runtime: never): unknown;
}

export interface ToolNodeOptions {
  readonly name?: string;
  /** Whether the model is told of what a tool throws, as by default, or the node fails with it. */
  readonly handleToolErrors?: boolean;
}

interface MessagesState {
  readonly messages: readonly AnyMessage[];
}

/** One call, as an agent sends it with the state to a node of its own. */
interface SentCall {
  readonly lg_tool_call: { readonly name: string; readonly id?: string; readonly args: AskedCall["args"] };
}

type Answer = Message | ChatMessage;

/**
 * Runs the tools that the last message of a model asks for, and answers with a message for each call. Calls that have an answer
 * are skipped; what a tool throws, a tool that does not exist and arguments that do not fit are told to the model. Several calls
 * run side by side; each is a task of its own, so one that asks a human stops nobody else, its answer is its own, and what has
 * finished does not run again. Mirrors LangGraph's `ToolNode`.
 *
 * @example
 * builder.addNode("tools", new ToolNode([search, refund])).addConditionalEdges("agent", toolsCondition, ["tools", END]);
 */
export class ToolNode {
  readonly name: string;
  readonly tools: readonly Tool[];
  readonly handleToolErrors: boolean;

  constructor(tools: readonly Tool[], { name = "tools", handleToolErrors = true }: ToolNodeOptions = {}) {
    this.tools = tools;
    this.name = name;
    this.handleToolErrors = handleToolErrors;
  }

  /**
   * Where tools return Commands, a list of updates and Commands comes back, as a node may return it.
   *
   * @throws GraphValueError for something without messages, or without a message of a model.
   */
  invoke(input: readonly AnyMessage[], config?: object): Promise<readonly Answer[]>;
  invoke(input: MessagesState | SentCall, config?: object): Promise<{ readonly messages: readonly Answer[] }>;
  async invoke(
    input: readonly AnyMessage[] | MessagesState | SentCall,
    config: object = {},
  ): Promise<unknown> {
    const { calls, answered, isOpenAi, state } = workIn(input);
    // Answered calls keep their place in the count, so that the others keep theirs when one is answered meanwhile.
    const outputs = await Promise.all(
      calls.map(async (call) => {
        const isAnswered = call.id !== undefined && answered.has(call.id);
        const run: ToolRun = { call, isOpenAi, state, config };
        const output = await asTask(call, async () => (isAnswered ? undefined : this.#output(run)));
        // It may have finished before somebody else answered it.
        return isAnswered ? undefined : output;
      }),
    );
    const given = outputs.filter((output) => output !== undefined).map(outputFromStored);
    return isMessageList(input) ? given : combined(given);
  }

  async #output(run: ToolRun): Promise<StoredOutput> {
    const { call, isOpenAi } = run;
    try {
      return storedFromOutput(await this.#called(run), call, isOpenAi);
    } catch (error) {
      if (!this.handleToolErrors || isForTheRuntime(error, run)) throw error;
      const reason = reasonOf(error);
      const content = `Error: ${reason}\n Please fix your mistakes.`;
      return { kind: "message", message: answerTo(call, { content, status: "error" }, isOpenAi) };
    }
  }

  #called({ call, state, config }: ToolRun): unknown {
    const { name, id, args } = call;
    const tool = this.tools.find((one) => one.name === name);
    if (tool === undefined) throw new Error(`Tool "${name}" not found.`);
    if (args === undefined) throw new Error("Received tool input that is not a JSON object.");
    const given = { name, args, id, type: "tool_call" };
    const own = { state, config, toolCallId: id ?? "", store: null };
    const key = isWithinNode() && { idempotencyKey: nextIdempotencyKey };
    // What a tool takes is checked by the tool.
    return (tool as CalledTool).invoke(given, { ...config, ...own, ...key });
  }
}

interface CalledTool {
  invoke(call: unknown, runtime: unknown): unknown;
}

interface ToolRun {
  readonly call: AskedCall;
  readonly isOpenAi: boolean;
  readonly state: unknown;
  readonly config: object;
}

/**
 * A condition behind a model: "tools" if its message asks for some, otherwise the end. Mirrors LangGraph's `toolsCondition`.
 *
 * @example
 * builder.addConditionalEdges("agent", toolsCondition, ["tools", END]);
 */
export function toolsCondition(state: readonly AnyMessage[] | MessagesState): "tools" | typeof END {
  const last = (isMessageList(state) ? state : state.messages).at(-1);
  return last !== undefined && roleOf(last) === "assistant" && callsIn(last).length > 0 ? "tools" : END;
}

function asTask<Result>({ name, id = "" }: AskedCall, run: () => Promise<Result>): Promise<Result> {
  if (!isWithinNode()) return run();
  return task(callName({ name, id }), run)();
}

function workIn(
  input: readonly AnyMessage[] | MessagesState | SentCall,
): Asked & { readonly state: unknown } {
  if (isSent(input)) {
    const { lg_tool_call, ...state } = input;
    const call = { id: undefined, ...lg_tool_call };
    return { calls: [call], answered: new Set(), isOpenAi: false, state };
  }
  const messages: unknown = isMessageList(input) ? input : input.messages;
  if (!Array.isArray(messages) || messages.some((one) => roleOf(one) === undefined))
    throw new GraphValueError("ToolNode only accepts a list of messages or { messages } as input.");
  const asked = askedIn(messages as readonly AnyMessage[]);
  if (asked === undefined) throw new GraphValueError("ToolNode only accepts AIMessages as input.");
  return { ...asked, state: input };
}

/** What stops the run on purpose, or cannot be mended by a model. */
function isForTheRuntime(error: unknown, { config }: ToolRun): boolean {
  const { signal } = config as { readonly signal?: AbortSignal };
  return signal?.aborted === true || endsTurn(error) || RUNTIME_ERRORS.some((kind) => error instanceof kind);
}

const RUNTIME_ERRORS = [GraphInterrupt, NodeInterrupt, ParentCommand, AnswerRefused, GraphValueError];

/** A list with Commands in it is a list of updates; several that send to the graph around it become one. */
function combined(outputs: readonly (Answer | Command)[]): unknown {
  if (!outputs.some((output) => output instanceof Command)) return { messages: outputs };
  const sending = outputs.filter(isSendingAbove);
  const rest = outputs.filter((output) => !isSendingAbove(output));
  const parts = rest.map((output) => (output instanceof Command ? output : { messages: [output] }));
  if (sending.length === 0) return parts;
  return [...parts, new Command({ graph: Command.PARENT, goto: sending.flatMap(({ goto }) => goto) })];
}

function isSendingAbove(output: Answer | Command): output is Command {
  const isAbove = output instanceof Command && output.graph === Command.PARENT;
  return isAbove && output.update === undefined && output.goto.every((to) => to instanceof Send);
}

function isMessageList(input: unknown): input is readonly AnyMessage[] {
  return Array.isArray(input);
}

function isSent(input: object): input is SentCall {
  return "lg_tool_call" in input;
}
