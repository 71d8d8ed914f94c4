// What a graph did, in words that do not depend on the runtime: what it asked, what it said, and where it ended.
import type { BaseMessage } from "@langchain/core/messages";

interface Snapshot {
  readonly next: readonly string[];
  readonly values: unknown;
}

/** As much of a compiled graph as an application needs that runs one. */
interface Playable {
  invoke(input: never, config: never): Promise<unknown>;
  getState(config: never): Promise<Snapshot>;
}

interface Round {
  readonly questions: readonly unknown[];
  readonly next: readonly string[];
}

export interface Transcript {
  readonly rounds: readonly Round[];
  readonly state: unknown;
}

/** Invokes a graph with an input and then with whatever follows from outside, one after the other, on a thread of its own. */
export async function transcriptOf(
  graph: Playable,
  inputs: readonly unknown[],
  config: object,
): Promise<Transcript> {
  const rounds: Round[] = [];
  for (const input of inputs) {
    const result = await graph.invoke(input as never, config as never);
    const { next } = await graph.getState(config as never);
    rounds.push({ questions: questionsIn(result).map(plain), next });
  }
  const { values } = await graph.getState(config as never);
  return { rounds, state: plain(values) };
}

function questionsIn(result: unknown): readonly unknown[] {
  const { __interrupt__ = [] } = result as {
    readonly __interrupt__?: readonly { readonly value: unknown }[];
  };
  return __interrupt__.map(({ value }) => value);
}

/** Messages by what they say; ids differ from run to run. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("getType" in value) return saidBy(value as BaseMessage);
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plain(part)]));
}

function saidBy(message: BaseMessage): unknown {
  const { type, content, name = null } = message;
  const { tool_calls, tool_call_id, status } = message as unknown as Readonly<Record<string, unknown>>;
  return { type, content, name, tool_calls, tool_call_id, status };
}
