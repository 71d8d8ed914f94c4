// The same graph on two runtimes: ours, and LangGraph.js, which is here for comparison only.
import * as langgraphModule from "@langchain/langgraph";
import * as oursModule from "../../src/graph/index.ts";

export type Runtime = typeof oursModule;

export const ours: Runtime = oursModule;
// What the scenarios use has the same names and the same behaviour but for the differences that they show.
export const langgraph = langgraphModule as unknown as Runtime;

export const thread = { configurable: { thread_id: "t" } };

/** What a promise came to: its value, or the name of what it was rejected with. */
export async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    return await promise;
  } catch (error) {
    return error instanceof Error ? `rejected: ${error.name}` : error;
  }
}

/** The values of the questions that a result waits for. */
export function questionsIn(result: unknown): readonly unknown[] {
  const asked = (result as { readonly __interrupt__?: readonly { readonly value: unknown }[] }).__interrupt__;
  return (asked ?? []).map(({ value }) => value);
}

export function idsIn(result: unknown): readonly string[] {
  const asked = (result as { readonly __interrupt__?: readonly { readonly id: string }[] }).__interrupt__;
  return (asked ?? []).map(({ id }) => id);
}

/** A log that grows, and a plain value. */
export function stateOf({ Annotation }: Runtime) {
  return Annotation.Root({
    log: Annotation<readonly string[]>({ reducer: (log, lines) => [...log, ...lines], default: () => [] }),
    a: Annotation<unknown>(),
  });
}
