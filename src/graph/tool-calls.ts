// The calls in a conversation, and the messages that answer them, whether it is written in OpenAI's shape or in LangChain's.
import { chatFromLike, argsIn, openAiFromMessage, type LangChainLike } from "./message-shapes.ts";
import { ChatMessage } from "./chat-message.ts";
import type { AssistantMessage, Message } from "./messages.ts";

/** A message of either shape. */
export type AnyMessage = Message | LangChainLike;

/** A tool that the model wants to be called. */
export interface AskedCall {
  readonly name: string;
  readonly id: string | undefined;
  /** Undefined when what the model wrote is no JSON object. */
  readonly args: Readonly<Record<string, unknown>> | undefined;
}

/** The calls that wait for answers, with what is needed to answer them. */
export interface Asked {
  readonly calls: readonly AskedCall[];
  readonly answered: ReadonlySet<string>;
  readonly isOpenAi: boolean;
}

/** What the last message of a model asks for; undefined in a conversation in which no model has spoken. */
export function askedIn(messages: readonly AnyMessage[]): Asked | undefined {
  const asking = messages.findLast((message) => roleOf(message) === "assistant");
  if (asking === undefined) return undefined;
  const answered = new Set(messages.flatMap(answeredBy));
  return { calls: callsIn(asking), answered, isOpenAi: chatFromLike(asking) === undefined };
}

export function callsIn(message: AnyMessage): readonly AskedCall[] {
  const chat = chatFromLike(message);
  if (chat !== undefined) return (chat.tool_calls ?? []).map(({ name, id, args }) => ({ name, id, args }));
  const { tool_calls = [] } = message as AssistantMessage;
  return tool_calls.map(({ id, function: called }) => ({
    ...{ name: called.name, id },
    args: argsIn(called.arguments),
  }));
}

/** Who speaks, by OpenAI's name; undefined for what is no message. */
export function roleOf(message: unknown): string | undefined {
  const chat = chatFromLike(message);
  if (chat !== undefined) return chat.role;
  const isRoled = typeof message === "object" && message !== null && "role" in message;
  return isRoled && typeof message.role === "string" ? message.role : undefined;
}

/** The answer to a call, in the shape of the conversation. */
export function answerTo(
  call: Pick<AskedCall, "name" | "id">,
  answer: { readonly content: string; readonly status: "success" | "error" },
  isOpenAi: boolean,
): Message | ChatMessage {
  const { name, id: tool_call_id = "" } = call;
  const message = new ChatMessage({ type: "tool", ...answer, name, tool_call_id });
  return isOpenAi ? openAiFromMessage(message) : message;
}

function answeredBy(message: AnyMessage): readonly string[] {
  if (roleOf(message) !== "tool") return [];
  const { tool_call_id } = message as { readonly tool_call_id?: unknown };
  return typeof tool_call_id === "string" ? [tool_call_id] : [];
}
