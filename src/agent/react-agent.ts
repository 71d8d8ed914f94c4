// An agent as LangGraph prebuilds it: a model of LangChain's that calls tools until it has an answer.
import {
  type AnnotationRoot,
  type AnyMessage,
  type Channels,
  type ChatMessage,
  ChatMessagesAnnotation,
  type CompiledGraph,
  type CompileOptions,
  END,
  GraphValueError,
  type LangChainLike,
  type NodeConfig,
  roleOf,
  START,
  StateGraph,
  type StateOf,
  type UpdateOf,
} from "../graph/index.ts";
import type { MessagesAnnotation } from "./langgraph.ts";
import { type Tool, ToolNode, toolsCondition } from "./tool-node.ts";

type Messages = readonly ChatMessage[];

/** A chat model of LangChain's, or what its `bindTools` gives. */
interface Model {
  invoke(messages: never, config?: never): unknown;
}

interface BindableModel extends Model {
  bindTools?(tools: never): Model;
}

interface AgentState {
  readonly messages: Messages;
}

/** Text for the model in front of the conversation, or a function that writes what the model is told. */
type Prompt =
  string | LangChainLike | ((state: never, config: never) => unknown) | { invoke(state: never): unknown };

export interface ReactAgentOptions<C extends Channels> extends CompileOptions {
  /** The model; or a function that gives one, with its tools bound, for the state. */
  readonly llm: BindableModel | ((state: never, config: never) => Model | Promise<Model>);
  readonly tools: readonly Tool[] | ToolNode;
  readonly prompt?: Prompt;
  /** With a channel for messages; those of `ChatMessagesAnnotation` by default. */
  readonly stateSchema?: AnnotationRoot<C>;
  /** LangGraph's other name for `checkpointer`. */
  readonly checkpointSaver?: CompileOptions["checkpointer"];
  /** Signs the model's messages. */
  readonly name?: string;
  /** Without a meaning here: calls are always tasks of their own, as with LangGraph's "v2". */
  readonly version?: "v1" | "v2";
}

/** As code written for LangChain sees it. */
type Conversation = (typeof MessagesAnnotation)["spec"];

/**
 * Makes an agent: the node "agent" asks the model, the node "tools" runs what it asks for, until it asks for nothing more. Tools
 * may ask a human with `interrupt()`. Mirrors LangGraph's `createReactAgent`, without its hooks and structured responses.
 *
 * @throws GraphValueError for tools and a model that has no `bindTools`.
 * @example
 * const agent = createReactAgent({ llm: new ChatOpenAI({ model }), tools: [search], checkpointer: new MemorySaver() });
 * await agent.invoke({ messages: ["What is new?"] }, { configurable: { thread_id: "t1" } });
 */
export function createReactAgent<C extends Channels = Conversation>(
  options: ReactAgentOptions<C>,
): CompiledGraph<StateOf<C>, UpdateOf<C>> {
  const { llm, tools, prompt, stateSchema, checkpointSaver, name, version: _, ...compile } = options;
  const toolNode = tools instanceof ToolNode ? tools : new ToolNode(tools);
  const modelFor = typeof llm === "function" ? llm : always(withTools(llm, toolNode.tools));
  // Any schema with messages will do; which one it is, the caller knows.
  const schema = (stateSchema ?? ChatMessagesAnnotation) as typeof ChatMessagesAnnotation;
  const graph = new StateGraph(schema)
    .addNode("agent", async (state, config) => {
      const model = (await modelFor(state as never, config as never)) as CalledModel;
      const answer = await model.invoke(await told(prompt, state, config), config);
      return { messages: [name === undefined ? answer : Object.assign(answer, { name })] };
    })
    .addNode("tools", toolNode)
    .addEdge(START, "agent")
    .addConditionalEdges("agent", toolsCondition, ["tools", END])
    .addConditionalEdges("tools", afterTools(toolNode.tools), ["agent", END])
    .compile({ ...(checkpointSaver && { checkpointer: checkpointSaver }), ...compile });
  return graph as unknown as CompiledGraph<StateOf<C>, UpdateOf<C>>;
}

interface CalledModel {
  invoke(messages: unknown, config: unknown): LangChainLike | Promise<LangChainLike>;
}

function always(model: Model): () => Model {
  return () => model;
}

function withTools(llm: BindableModel, tools: readonly Tool[]): Model {
  if (llm.bindTools !== undefined) return llm.bindTools(tools as never);
  // What bindTools gave has its tools already, and is bound to no more.
  if ("bound" in llm || tools.length === 0) return llm;
  throw new GraphValueError("The llm of createReactAgent must define bindTools, or have its tools bound.");
}

function told(prompt: Prompt | undefined, state: AgentState, config: NodeConfig): unknown {
  if (typeof prompt === "string") return [{ role: "system", content: prompt }, ...state.messages];
  if (prompt === undefined) return state.messages;
  if (typeof prompt === "function") return prompt(state as never, config as never);
  if ("invoke" in prompt) return prompt.invoke(state as never);
  return [prompt, ...state.messages];
}

/** Behind a tool that answers for the model, the agent is done. */
function afterTools(tools: readonly Tool[]): (state: AgentState) => "agent" | typeof END {
  const direct = new Set(tools.filter(({ returnDirect }) => returnDirect === true).map(({ name }) => name));
  return ({ messages }) => {
    const asked = messages.findLastIndex((message: AnyMessage) => roleOf(message) !== "tool");
    return messages.slice(asked + 1).some(({ name }) => direct.has(name ?? "")) ? END : "agent";
  };
}
