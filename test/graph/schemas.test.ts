// What callers hand in, get back, and pass along.
import { expect, test } from "vitest";
import * as z from "zod";
import { Annotation, Command, interrupt, MemorySaver, START, StateGraph } from "../../src/graph/index.ts";
import { collected, onThread } from "./support.ts";

const log = Annotation<readonly string[]>({
  reducer: (lines, more) => [...lines, ...more],
  default: () => [],
});
const State = Annotation.Root({ log, a: Annotation<number>() });
const Input = Annotation.Root({ a: Annotation<number>() });
const Output = Annotation.Root({ log });

const logging = ({ a }: { readonly a: number }) => ({ log: [`a is ${a}`] });

test.each([
  ["state", () => new StateGraph({ state: State, input: Input, output: Output })],
  ["stateSchema", () => new StateGraph({ stateSchema: State, input: Input, output: Output })],
  ["a second argument", () => new StateGraph(State, { input: Input, output: Output })],
])("given as %s, the input is what the schema has, and the output too", async (_, builder) => {
  const graph = builder()
    .addNode("n", logging)
    .addEdge(START, "n")
    .compile({ checkpointer: new MemorySaver() });
  const result = await graph.invoke({ a: 1 }, onThread("t"));
  expect(result).toEqual({ log: ["a is 1"] });
  // @ts-expect-error The output has no "a".
  expect(result.a).toBeUndefined();
  expect((await graph.getState(onThread("t"))).values).toEqual({ a: 1, log: ["a is 1"] });
  // @ts-expect-error The input has no "log".
  const beyond = graph.invoke({ a: 1, log: ["mine"] }, onThread("u"));
  await expect(beyond).rejects.toThrow('The input has "log", which is not in the graph\'s input schema.');
});

test("a pause hides what the output has not, and still tells its questions", async () => {
  const graph = new StateGraph({ state: State, output: Output })
    .addNode("n", () => ({ log: [interrupt<string, string>("ok?")] }))
    .addEdge(START, "n")
    .compile({ checkpointer: new MemorySaver() });
  expect(await graph.invoke({ a: 1 }, onThread("t"))).toEqual({
    log: [],
    __interrupt__: [expect.objectContaining({ value: "ok?" })],
  });
});

test("what streams is the whole state, and a Command may write what the input may not", async () => {
  const graph = new StateGraph({ state: State, input: Input, output: Output })
    .addNode("n", logging)
    .addEdge(START, "n")
    .compile({ checkpointer: new MemorySaver() });
  expect(await collected(graph.stream({ a: 1 }, { ...onThread("t"), streamMode: "values" }))).toEqual([
    { a: 1, log: [] },
    { a: 1, log: ["a is 1"] },
  ]);
  const told = await graph.invoke(new Command({ update: { log: ["told"] }, goto: "n" }), onThread("t"));
  expect(told).toEqual({ log: ["a is 1", "told", "a is 1"] });
});

test("channels that only the input or the output has are the state's as well", async () => {
  const graph = new StateGraph({
    state: Output,
    input: Annotation.Root({ question: Annotation<string>() }),
    output: Annotation.Root({ answer: Annotation<string>() }),
  })
    .addNode("n", (state) => {
      const { question } = state as unknown as { readonly question: string };
      return { log: [question], answer: "42" } as { log: string[] };
    })
    .addEdge(START, "n")
    .compile();
  expect(await graph.invoke({ question: "why?" })).toEqual({ answer: "42" });
});

test("one channel cannot have two reducers", () => {
  const other = Annotation<readonly string[]>({ reducer: (_, lines) => lines });
  expect(() => new StateGraph({ state: State, output: Annotation.Root({ log: other }) })).toThrow(
    'Channel "log" already exists with a different type',
  );
});

test("object schemas check the input that they are given for", async () => {
  const graph = new StateGraph({
    state: z.object({ n: z.number(), secret: z.string().optional() }),
    input: z.object({ n: z.number().default(1) }),
    output: z.object({ n: z.number() }),
  })
    .addNode("A", ({ n }) => ({ n: n + 1, secret: "hidden" }))
    .addEdge(START, "A")
    .compile();
  expect(await graph.invoke({ n: 1 })).toEqual({ n: 2 });
  expect(await graph.invoke({})).toEqual({ n: 2 });
  // @ts-expect-error The input's n is a number.
  await expect(graph.invoke({ n: "one" })).rejects.toThrow("The input does not fit the state: n:");
});

test("a graph within a node takes what its input has and gives back what its output has", async () => {
  const inner = new StateGraph({ state: State, input: Input, output: Output })
    .addNode("n", logging)
    .addNode("m", () => ({ a: 100 }))
    .addEdge(START, "n")
    .addEdge("n", "m")
    .compile();
  const outer = new StateGraph(State).addNode("inner", inner).addEdge(START, "inner").compile();
  expect(await outer.invoke({ a: 1, log: ["outer"] })).toEqual({ a: 1, log: ["outer", "a is 1"] });
});

test.each([
  ["as an option", () => new StateGraph(State, { context: z.object({ user: z.string().default("ann") }) })],
  ["as the second argument", () => new StateGraph(State, z.object({ user: z.string().default("ann") }))],
])("a context schema %s types, checks and completes the context", async (_, builder) => {
  const graph = builder()
    .addNode("n", (_state, { context }) => ({ log: [context.user.toUpperCase()] }))
    .addEdge(START, "n")
    .compile();
  expect((await graph.invoke({}, { context: { user: "bob" } })).log).toEqual(["BOB"]);
  expect((await graph.invoke({})).log).toEqual(["ANN"]);
  // @ts-expect-error The context's user is a string.
  const wrong = graph.invoke({}, { context: { user: 5 } });
  await expect(wrong).rejects.toThrow("The context does not fit its schema: user:");
});

test("what defines no state is refused", () => {
  expect(() => new StateGraph({} as unknown as { readonly state: typeof State })).toThrow(
    "The graph has no state",
  );
  expect(() => new StateGraph({ state: { a: 1 } as unknown as typeof State })).toThrow(
    "The graph has no state",
  );
});
