// Messages of two shapes, OpenAI's and LangChain's: which of the two something is, and each made of the other.
import {
  ChatMessage,
  chatFromLangChain,
  type ChatMessageFields,
  type ChatToolCall,
  type InvalidToolCall,
  isLangChainMessage,
  textIn,
} from "./chat-message.ts";
import { InvalidUpdateError } from "./errors.ts";
import type { AssistantMessage, Message, ToolCall } from "./messages.ts";

/** An instance of LangChain's messages, as far as the compiler needs to know one. */
export interface LangChainMessage {
  getType(): string;
  readonly content: unknown;
}

/** What LangChain takes for a message besides its own: a role of its own, or OpenAI's with calls whose arguments are parsed. */
type WithLangChainRole = Omit<ChatMessageFields, "type" | "role"> & {
  readonly role: "human" | "ai" | "user" | "assistant" | "system" | "tool";
};

/** Everything that becomes a `ChatMessage`. */
export type LangChainLike = LangChainMessage | ChatMessageFields | WithLangChainRole;

/** LangChain's type of message for each name that callers and stored messages give to a role. */
const TYPES: Readonly<Record<string, ChatMessageFields["type"]>> = {
  human: "human",
  user: "human",
  ai: "ai",
  assistant: "ai",
  system: "system",
  developer: "system",
  tool: "tool",
  function: "function",
  generic: "generic",
  remove: "remove",
};

/** The LangChain message that a value is or describes; undefined for everything else, OpenAI's messages included. */
export function chatFromLike(like: unknown): ChatMessage | undefined {
  if (typeof like !== "object" || like === null) return undefined;
  if (isLangChainMessage(like)) return chatFromLangChain(like);
  const { type, role, tool_calls } = like as Readonly<Record<string, unknown>>;
  if (type === "constructor") return chatFromSerialized(like);
  if (typeof type === "string" && Object.hasOwn(TYPES, type)) return chatFromFields(like, type);
  const isLangChains =
    role === "human" || role === "ai" || (Array.isArray(tool_calls) && hasArgs(tool_calls));
  return isLangChains && typeof role === "string" ? chatFromFields(like, role) : undefined;
}

/**
 * A message in OpenAI's shape, whatever shape it has: for OpenAI's client, and for code that reads one shape only.
 *
 * @throws InvalidUpdateError for something that no model can be told, such as a removal.
 * @example
 * openAiFromMessage(new HumanMessage("Hi")); // { role: "user", content: "Hi" }
 */
export function openAiFromMessage(message: Message | LangChainLike): Message {
  const chat = chatFromLike(message);
  // What is not LangChain's is OpenAI's.
  return chat === undefined ? (message as Message) : openAiFromChat(chat);
}

function openAiFromChat({ type, content, id, name, ...chat }: ChatMessage): Message {
  const text = textIn(content);
  const own = id === undefined ? {} : { id };
  switch (type) {
    case "human":
    case "generic":
      return { role: "user", content: text, ...(name !== undefined && { name }), ...own };
    case "system":
      return { role: systemRole(chat), content: text, ...own };
    case "ai":
      return assistantFrom(text, chat, own);
    case "tool":
      return { role: "tool", content: text, tool_call_id: chat.tool_call_id ?? "", ...own };
    case "function":
    case "remove":
      throw new InvalidUpdateError(`A message of type "${type}" cannot be told to a model.`);
  }
}

type Rest = Pick<ChatMessage, "tool_calls" | "additional_kwargs">;

function assistantFrom(text: string, { tool_calls = [] }: Rest, own: { readonly id?: string }): Message {
  const calls = tool_calls.map(openAiFromCall);
  const isOnlyCalls = text === "" && calls.length > 0;
  return {
    role: "assistant",
    content: isOnlyCalls ? null : text,
    ...(calls.length > 0 && { tool_calls: calls }),
    ...own,
  };
}

/** Where LangChain notes that a system message was OpenAI's "developer". */
function systemRole({ additional_kwargs }: Pick<Rest, "additional_kwargs">): "system" | "developer" {
  return additional_kwargs["__openai_role__"] === "developer" ? "developer" : "system";
}

function openAiFromCall({ id = "", name, args }: ChatToolCall): ToolCall {
  return { id, type: "function", function: { name, arguments: JSON.stringify(args) } };
}

/** The inverse of `openAiFromMessage`; calls whose arguments are no JSON object are told apart, as LangChain does. */
export function chatFromMessage(message: Message | LangChainLike): ChatMessage {
  const chat = chatFromLike(message);
  if (chat !== undefined) return chat;
  // What is not LangChain's is OpenAI's.
  const { role, content, ...rest } = message as Message;
  const type = TYPES[role] ?? "human";
  const isDeveloper = role === "developer";
  return new ChatMessage({
    ...(rest as object),
    ...{ type, content: content ?? "" },
    ...(isDeveloper && { additional_kwargs: { __openai_role__: "developer" } }),
    ...callsFrom((rest as AssistantMessage).tool_calls),
  });
}

type Calls = Pick<ChatMessageFields, "tool_calls" | "invalid_tool_calls">;

function callsFrom(calls: readonly ToolCall[] = []): Calls {
  const tool_calls: ChatToolCall[] = [];
  const invalid_tool_calls: InvalidToolCall[] = [];
  for (const { id, function: called } of calls) {
    const args = argsIn(called.arguments);
    if (args !== undefined) tool_calls.push({ name: called.name, args, id, type: "tool_call" });
    else invalid_tool_calls.push({ name: called.name, args: called.arguments, id, error: "Malformed args." });
  }
  return { tool_calls, invalid_tool_calls };
}

/** The arguments that a model wrote as JSON text; undefined when they are no object. */
export function argsIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const args: unknown = JSON.parse(text === "" ? "{}" : text);
    return isRecord(args) ? args : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What `JSON.stringify` makes of an instance of LangChain's. */
function chatFromSerialized(like: object): ChatMessage | undefined {
  const { id, kwargs } = like as Readonly<Record<string, unknown>>;
  const name: unknown = Array.isArray(id) ? id.at(-1) : undefined;
  if (typeof name !== "string" || !isRecord(kwargs)) return undefined;
  return chatFromFields(kwargs, name.replace(/Message(Chunk)?$/, "").toLowerCase());
}

function chatFromFields(fields: object, named: string): ChatMessage | undefined {
  const type = TYPES[named];
  if (type === undefined) return undefined;
  const { content = "" } = fields as Partial<ChatMessageFields>;
  const isContent = typeof content === "string" || Array.isArray(content);
  return isContent ? new ChatMessage({ ...fields, ...{ type, content } }) : undefined;
}

/** OpenAI writes arguments as text below `function`. */
function hasArgs(calls: readonly unknown[]): boolean {
  return calls.length > 0 && calls.every((call) => isRecord(call) && isRecord(call["args"]));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
