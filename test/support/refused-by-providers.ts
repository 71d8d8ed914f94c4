// What a provider refuses a whole conversation for: each rule says in a sentence what is wrong with it.
import type { Message } from "../../src/graph/index.ts";

/** Behind each message with calls one answer to each of them, in order, before anything else is said. */
export function refusedByProviders(messages: readonly Message[]): readonly string[] {
  const ids = messages.flatMap((one) => (one.role === "assistant" ? (one.tool_calls ?? []) : []));
  const wrong = new Set(ids.map(({ id }) => id)).size === ids.length ? [] : ["An id is there twice."];
  const expected = messages.flatMap((one): readonly string[] => {
    const calls = one.role === "assistant" ? (one.tool_calls ?? []) : [];
    return one.role === "tool" ? [] : [one.role, ...calls.map(({ id }) => `tool ${id}`)];
  });
  const found = messages.map((one) => (one.role === "tool" ? `tool ${one.tool_call_id}` : one.role));
  if (JSON.stringify(found) !== JSON.stringify(expected)) wrong.push("Answers are missing, or elsewhere.");
  for (const { function: asked } of ids)
    if (!/^[\w-]{1,64}$/.test(asked.name)) wrong.push(`No provider takes the name "${asked.name}".`);
  if (ids.some(({ id }) => id === "")) wrong.push("A call has no id.");
  if (!messages.flatMap(textsOf).every((text) => text.isWellFormed()))
    wrong.push("Half a character is in it.");
  return wrong;
}

function textsOf(message: Message): readonly string[] {
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  return [message.content ?? "", ...calls.flatMap((call) => [call.id, ...Object.values(call.function)])];
}
