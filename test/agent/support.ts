// Agents on the runtime alone, with a model that says what the test has written for it.
import type { AgentContext } from "../../src/agent/agent-context.ts";
import type { Decision } from "../../src/approvals/decision.ts";
import {
  type AssistantMessage,
  type ChatModel,
  INTERRUPT,
  type Message,
  type ToolDeclaration,
} from "../../src/graph/index.ts";

interface Asked {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDeclaration[];
}

export interface ScriptedModel extends ChatModel {
  /** What it was told, call by call. */
  readonly asked: Asked[];
}

type Line = AssistantMessage | string | Error;

/** Says one line after the other; the last one again and again. */
export function scripted(...lines: readonly [Line, ...Line[]]): ScriptedModel {
  const asked: Asked[] = [];
  return {
    asked,
    complete({ messages, tools = [] }) {
      const line = lines[Math.min(asked.length, lines.length - 1)];
      asked.push({ messages, tools });
      if (line instanceof Error) return Promise.reject(line);
      const message: AssistantMessage =
        typeof line === "object" ? line : { role: "assistant", content: line ?? "" };
      return Promise.resolve({ message, usage: { inputTokens: 100, outputTokens: 10 } });
    },
  };
}

/** A message of the model with these calls. */
export function calling(...calls: readonly [name: string, args: object | string][]): AssistantMessage {
  return {
    role: "assistant",
    content: null,
    tool_calls: calls.map(([name, args], index) => ({
      ...{ id: `c${index}`, type: "function" },
      function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
    })),
  };
}

export const clock = { now: () => "2026-11-22T03:00:00.000Z" };

export const asRita = (context: Partial<AgentContext> = {}) => ({
  configurable: { thread_id: "t1" },
  context: { requester: "URITA", ...context },
});

const by = { by: "UANA", at: "2026-11-22T03:05:00.000Z" };
export const approved: Decision = { kind: "approved", ...by };
export const rejected = (reason: string): Decision => ({ kind: "rejected", ...by, reason });
export const responded = (text: string): Decision => ({ kind: "responded", ...by, text });
export const edited = (before: object, args: object): Decision =>
  ({ kind: "edited", ...by, before, args }) as Decision;

interface Question {
  readonly request: {
    readonly title: string;
    readonly action: { readonly name: string; readonly args: object };
  };
}

/** The open questions, each with its id. */
export function questionsIn(result: object): readonly (Question & { readonly id: string })[] {
  const { [INTERRUPT]: asked = [] } = result as {
    readonly [INTERRUPT]?: readonly { readonly id: string; readonly value: unknown }[];
  };
  return asked.map(({ id, value }) => ({ id, ...(value as Question) }));
}

/** What the model was told by the tools, in order. */
export function toolMessages(messages: readonly Message[]): readonly string[] {
  return messages.flatMap((message) => (message.role === "tool" ? [message.content] : []));
}
