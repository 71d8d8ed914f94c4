// One scenario, played on two runtimes: what it comes to must be the same, or differ on purpose and for a reason.
import type { CompileOptions, StateGraph } from "../../src/graph/index.ts";
import { type Runtime, stateOf } from "./runtimes.ts";

export interface Scenario {
  /** What happens, as a sentence. */
  readonly title: string;
  readonly play: (runtime: Runtime) => Promise<unknown>;
  /** What each comes to where ours differs on purpose. */
  readonly differs?: { readonly why: string; readonly langgraph: unknown; readonly ours: unknown };
}

/** Scenarios of one topic; `part` is where the reference tells of it. */
export interface Topic {
  readonly topic: string;
  readonly scenarios: readonly Scenario[];
}

type State = ReturnType<typeof stateOf>;
export type Builder = StateGraph<State, unknown, string>;

/** A graph over the common state, with a saver of its own unless the options say otherwise. */
export function compiled(
  runtime: Runtime,
  build: (builder: Builder) => unknown,
  options: CompileOptions = { checkpointer: new runtime.MemorySaver() },
) {
  const builder = new runtime.StateGraph<State, unknown, string>(stateOf(runtime));
  build(builder);
  return builder.compile(options);
}

/** Nodes in a row behind START, each of which logs its name. */
export function row(builder: Builder, ...names: readonly string[]): Builder {
  let before = "__start__";
  for (const name of names) {
    builder.addNode(name, () => ({ log: [name] })).addEdge(before, name);
    before = name;
  }
  return builder;
}

/** before → ask → after; `ask` answers into `a`. */
export function asking(runtime: Runtime, question: unknown = "ok?", options?: CompileOptions) {
  return compiled(
    runtime,
    (builder) =>
      builder
        .addNode("before", () => ({ log: ["before"] }))
        .addNode("ask", () => ({ a: runtime.interrupt(question), log: ["ask"] }))
        .addNode("after", () => ({ log: ["after"] }))
        .addEdge(runtime.START, "before")
        .addEdge("before", "ask")
        .addEdge("ask", "after"),
    options,
  );
}

/** Branches beside each other which ask, and a join behind them. */
export function branches(runtime: Runtime, names: readonly string[], runs: string[] = []) {
  return compiled(runtime, (builder) => {
    for (const name of names) {
      builder.addNode(name, () => {
        runs.push(name);
        return { log: [`${name}:${runtime.interrupt<string, string>(`${name}?`)}`] };
      });
      builder.addEdge(runtime.START, name);
    }
    return builder.addNode("join", () => ({ log: ["join"] })).addEdge(names, "join");
  });
}

export async function chunksOf(stream: Promise<AsyncIterable<unknown>>): Promise<readonly unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of await stream) chunks.push(chunk);
  return chunks;
}

/** What a call was refused with: its class, its code, and whether it says what it should. */
export async function refused(call: () => unknown, saying = ""): Promise<unknown> {
  try {
    return { came: await call() };
  } catch (error) {
    if (!(error instanceof Error)) return { threw: error };
    const code: unknown = Reflect.get(error, "lc_error_code");
    const says = error.message.includes(saying) ? saying : `not "${saying}" but "${error.message}"`;
    return { refused: error.name, ...(code !== undefined && { code }), ...(saying !== "" && { says }) };
  }
}

/** Ids and times by the order in which they turn up, so that two runtimes can be compared. */
export function normalised(value: unknown): unknown {
  const names = new Map<string, string>();
  const named = (id: string, kind: string): string => {
    const known = names.get(id) ?? `${kind} ${names.size + 1}`;
    names.set(id, known);
    return known;
  };
  const visit = (one: unknown): unknown => {
    if (typeof one === "string") {
      const told = one.replace(
        /[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{12}-[0-9a-f]{8}-\w{8}/g,
        (id) => named(id, "id"),
      );
      return /^\d{4}-\d\d-\d\dT/.test(told) ? "a time" : told;
    }
    if (Array.isArray(one)) return one.map(visit);
    if (one instanceof Date || one instanceof Map || typeof one !== "object" || one === null) return one;
    return Object.fromEntries(Object.entries(one).map(([key, part]) => [visit(key), visit(part)]));
  };
  return visit(value);
}
