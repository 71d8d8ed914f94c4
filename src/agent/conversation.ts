// The conversation as a provider takes it: every call has an id of its own, and behind a message with calls stands one answer to each, in order.
import { argsIn, type AssistantMessage, type Message, type ToolCall } from "../graph/index.ts";
import type { CallRequest } from "./middleware.ts";
import type { ToolAnswer } from "./tool-answer.ts";

/**
 * As every provider takes it back: models make ids up, leave them out or use one twice, and answers are told apart by them alone; a
 * name that no tool could have, or half a character, would have the whole conversation refused from then on.
 */
export function sound(message: AssistantMessage, known: readonly Message[]): AssistantMessage {
  const { tool_calls: calls = [] } = message;
  const content = message.content?.toWellFormed() ?? null;
  if (calls.length === 0) return { ...message, content };
  const taken = new Set(
    known.flatMap((one) => ("tool_calls" in one ? (one.tool_calls ?? []).map(({ id }) => id) : [])),
  );
  const tool_calls = calls.map((call, index) => {
    const id = ownId(call.id.toWellFormed(), { prefix: `call_${known.length}_${index}`, taken });
    taken.add(id);
    return { ...call, id, function: soundCall(call.function) };
  });
  return { ...message, content, tool_calls };
}

function ownId(
  given: string,
  { prefix, taken }: { readonly prefix: string; readonly taken: ReadonlySet<string> },
): string {
  // Objects have something of their own by the names with "__".
  if (given !== "" && !given.startsWith("__") && !taken.has(given)) return given;
  let id = prefix;
  for (let more = 1; taken.has(id); more++) id = `${prefix}_${more}`;
  return id;
}

/** As tools can be named; what is still no tool's name is answered so. */
function soundCall({ name, arguments: text }: ToolCall["function"]): ToolCall["function"] {
  const named = name.replaceAll(/[^\w-]/g, "_").slice(0, 64);
  return { name: named === "" ? "unnamed" : named, arguments: text.toWellFormed() };
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
  return { role: "tool", tool_call_id: id, content: content.toWellFormed() };
}
