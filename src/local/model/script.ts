// What the scripted model's scripts are told of a request, and what they answer with.
import type { ChatCompletionRequest, ChatMessage } from "@copilotkit/aimock";

/** Of a tool, with what came of it. */
export interface Called {
  readonly name: string;
  readonly args: string;
  readonly answer: string;
}

export interface Told {
  /** What people, or a workflow for them, have said, oldest first. */
  readonly asked: readonly string[];
  /** The tools that can be called, by their names. */
  readonly tools: readonly string[];
  /** Those that were called, oldest first. */
  readonly called: readonly Called[];
}

/** Words, or calls of tools, each by its name, with its arguments; and what is said beside them. */
export type Line =
  string | { readonly calls: readonly (readonly [name: string, args: object])[]; readonly said?: string };

/** Always the same for the same request; undefined for what is none of its own. */
export type Script = (told: Told) => Line | undefined;

export function toldIn({ messages, tools = [] }: ChatCompletionRequest): Told {
  const answers = new Map(messages.map((message) => [message.tool_call_id, textOf(message)]));
  const calls = messages.flatMap(({ tool_calls = [] }) => tool_calls);
  return {
    asked: messages.filter(({ role }) => role === "user").map(textOf),
    tools: tools.map((tool) => tool.function.name),
    called: calls.map(({ id, function: { name, arguments: args } }) => ({
      ...{ name, args },
      answer: answers.get(id) ?? "",
    })),
  };
}

function textOf({ content }: ChatMessage): string {
  return typeof content === "string" ? content : "";
}

export function sentence(text: string): string {
  const line = capitalized(text.trim());
  return /[.!?]$/.test(line) ? line : `${line}.`;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const REFUSED = [
  /^A human rejected this call, and it was not carried out(?:\.|: (.*))$/s,
  /^(Nobody decided in time.*)$/s,
  /^Error: (.*)$/s,
];

/** Whether it may have been done all the same: its answer was lost, or came too late. */
export function isUnknown({ answer }: Called): boolean {
  return answer.startsWith("Error: ") && answer.includes("It is not known whether");
}

/** Why a tool did not do it; undefined when it did. */
export function refusalIn({ answer }: Called): string | undefined {
  const found = REFUSED.map((pattern) => pattern.exec(answer)).find((match) => match !== null);
  return found && sentence(found[1] ?? "People said no.");
}
