// The conversation as a provider takes it: every call has an id of its own, and behind a message with calls stands one answer to each, in order.
import { argsIn, type AssistantMessage, type Message, type ToolCall } from "../graph/index.ts";
import type { CallRequest } from "./middleware.ts";
import type { ToolAnswer } from "./tool-answer.ts";

/** Models make ids up, leave them out or use one twice, and answers are told apart by them alone. */
export function withOwnIds(message: AssistantMessage, known: readonly Message[]): AssistantMessage {
  const { tool_calls: calls = [] } = message;
  if (calls.length === 0) return message;
  const taken = new Set(
    known.flatMap((one) => ("tool_calls" in one ? (one.tool_calls ?? []).map(({ id }) => id) : [])),
  );
  return {
    ...message,
    tool_calls: calls.map((call, index) => identified(call, { index, place: known.length, taken })),
  };
}

function identified(
  call: ToolCall,
  { index, place, taken }: { readonly index: number; readonly place: number; readonly taken: Set<string> },
): ToolCall {
  const isOwn = call.id !== "" && !taken.has(call.id);
  const id = isOwn ? call.id : `call_${place}_${index}`;
  taken.add(id);
  return isOwn ? call : { ...call, id };
}

/** The last message of the model, if calls in it wait for answers. */
export function waiting(
  messages: readonly Message[],
): { readonly said: string; readonly calls: readonly CallRequest[] } | undefined {
  const last = messages.findLast(({ role }) => role === "assistant");
  if (last?.role !== "assistant") return undefined;
  const answered = new Set(messages.flatMap((one) => (one.role === "tool" ? [one.tool_call_id] : [])));
  const calls = (last.tool_calls ?? []).filter(({ id }) => !answered.has(id)).map(requestOf);
  return calls.length === 0 ? undefined : { said: last.content ?? "", calls };
}

function requestOf({ id, function: { name, arguments: text } }: ToolCall): CallRequest {
  return { id, name, args: argsIn(text) };
}

export function toolMessage({ id }: CallRequest, { content }: ToolAnswer): Message {
  return { role: "tool", tool_call_id: id, content };
}
