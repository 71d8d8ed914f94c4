// What an answer must be: checked by the question's schema, parsed by it, and bound to the question it was given for.
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  AnswerRefused,
  Command,
  END,
  INTERRUPT,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { onThread, State } from "./support.ts";

const thread = onThread("t");

/** One node that asks. */
function asking(ask: (state: { readonly b: unknown }) => unknown) {
  const runs = { ask: 0 };
  const graph = new StateGraph(State)
    .addNode("ask", (state) => {
      runs.ask++;
      return { a: ask(state) };
    })
    .addEdge(START, "ask")
    .addEdge("ask", END)
    .compile({ checkpointer: new MemorySaver() });
  return { graph, runs };
}

const Amount = z.object({ amount: z.number().max(100), currency: z.string().default("EUR") });

describe("a question with a response schema", () => {
  it("tells the schema, and its answer is what the schema makes of it", async () => {
    const { graph } = asking(() => interrupt("How much?", { responseSchema: Amount }));
    const asked = await graph.invoke({}, thread);
    expect(asked[INTERRUPT]).toMatchObject([
      {
        value: "How much?",
        response_schema: { type: "object", properties: { amount: { type: "number", maximum: 100 } } },
      },
    ]);
    expect(await graph.invoke(new Command({ resume: { amount: 5 } }), thread)).toMatchObject({
      a: { amount: 5, currency: "EUR" },
    });
  });

  it("refuses an answer that does not fit, with each problem at its place, and takes a better one to the same id", async () => {
    const { graph, runs } = asking(() => interrupt("How much?", { responseSchema: Amount }));
    const asked = await graph.invoke({}, thread);
    const id = asked[INTERRUPT]?.[0]?.id ?? "";
    const refused = await graph
      .invoke(new Command({ resume: { [id]: { amount: 500 } } }), thread)
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AnswerRefused);
    expect((refused as AnswerRefused).issues).toEqual([
      { path: "amount", message: expect.stringContaining("100") as unknown },
    ]);
    const { interrupts, status } = await graph.getState(thread);
    expect({ ids: interrupts.map((one) => one.id), status }).toEqual({ ids: [id], status: "paused" });
    expect(await graph.invoke(new Command({ resume: { [id]: { amount: 50 } } }), thread)).toMatchObject({
      a: { amount: 50 },
    });
    expect(runs.ask).toBe(3);
  });

  it("lets those beside it finish when an answer is refused", async () => {
    const finished: string[] = [];
    const graph = new StateGraph(State)
      .addNode("ask", () => ({ a: interrupt("How much?", { responseSchema: Amount }) }))
      .addNode("also", async (_, { signal }) => {
        interrupt("And you?");
        // Until the refusal beside it is known.
        await new Promise((resolve) => setImmediate(resolve));
        finished.push(signal.aborted ? "aborted" : "finished");
        return { b: "b" };
      })
      .addEdge(START, "ask")
      .addEdge(START, "also")
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({}, thread);
    const [also, ask] = ["And you?", "How much?"].map(
      (value) => asked[INTERRUPT]?.find((one) => one.value === value)?.id ?? "",
    );
    const resume = { [also ?? ""]: "yes", [ask ?? ""]: "a lot" };
    await expect(graph.invoke(new Command({ resume }), thread)).rejects.toBeInstanceOf(AnswerRefused);
    expect(finished).toEqual(["finished"]);
    expect((await graph.getState(thread)).interrupts.map(({ id }) => id)).toEqual([ask]);
  });

  it("is not tried again by a retry policy", async () => {
    let runs = 0;
    const ask = () => {
      runs++;
      return { a: interrupt("How much?", { responseSchema: Amount }) };
    };
    const graph = new StateGraph(State)
      .addNode("ask", ask, { retryPolicy: { maxAttempts: 5, initialInterval: 1 } })
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({}, thread);
    await expect(graph.invoke(new Command({ resume: "a lot" }), thread)).rejects.toBeInstanceOf(
      AnswerRefused,
    );
    expect(runs).toBe(2);
  });

  it("that is plain JSON Schema is told and not checked", async () => {
    const responseSchema = { type: "string", enum: ["yes", "no"] };
    const { graph } = asking(() => interrupt("Sure?", { responseSchema }));
    expect((await graph.invoke({}, thread))[INTERRUPT]).toMatchObject([{ response_schema: responseSchema }]);
    expect(await graph.invoke(new Command({ resume: "maybe" }), thread)).toMatchObject({ a: "maybe" });
  });

  it("that can only be checked later is a mistake with a way out", async () => {
    const Later = z.string().refine(() => Promise.resolve(true));
    const { graph } = asking(() => interrupt("Sure?", { responseSchema: Later }));
    await graph.invoke({}, thread);
    await expect(graph.invoke(new Command({ resume: "yes" }), thread)).rejects.toThrow("asynchronous check");
  });

  it("gives its answer the schema's type", () => {
    const answer = () => interrupt("How much?", { responseSchema: Amount });
    expectTypeOf(answer).returns.toEqualTypeOf<{ amount: number; currency: string }>();
    expectTypeOf(() => interrupt<string, boolean>("Sure?")).returns.toEqualTypeOf<boolean>();
    expectTypeOf(() => interrupt("Sure?")).returns.toBeUnknown();
  });
});

describe("a node that refuses an answer itself", () => {
  it("keeps the question open, and the next answer counts", async () => {
    const { graph } = asking(() => {
      const answer = interrupt<string, string>("Which version?");
      if (answer === "v0") throw new AnswerRefused([{ path: "", message: "v0 was withdrawn" }]);
      return answer;
    });
    await graph.invoke({}, thread);
    await expect(graph.invoke(new Command({ resume: "v0" }), thread)).rejects.toThrow(
      "The answer does not fit the question: v0 was withdrawn.",
    );
    expect(await graph.invoke(new Command({ resume: "v1" }), thread)).toMatchObject({ a: "v1" });
  });
});

describe("a question with a key", () => {
  const wording = (text: string, rest: object = {}) => ({ question: text, action: "deploy", ...rest });

  it("is the same one while only its wording varies", async () => {
    let count = 0;
    const { graph } = asking(() => interrupt(wording(`Asked ${++count} times`), { key: "deploy" }));
    await graph.invoke({}, thread);
    expect(await graph.invoke(new Command({ resume: "yes" }), thread)).toMatchObject({ a: "yes" });
  });

  it.each([
    ["its action", { action: "delete" }],
    ["its schema", { schema: { type: "string" } }],
  ])("is another one when %s changes", async (_, changed) => {
    let extra = {};
    const { graph } = asking(() => interrupt(wording("Sure?", extra), { key: "deploy" }));
    const first = await graph.invoke({}, thread);
    extra = changed;
    const second = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(second[INTERRUPT]).toHaveLength(1);
    expect(second[INTERRUPT]?.[0]?.id).not.toBe(first[INTERRUPT]?.[0]?.id);
  });

  it("is another one when what its answer must fit changes", async () => {
    let max = 10;
    const { graph } = asking(() => interrupt("How many?", { key: "k", responseSchema: z.number().max(max) }));
    await graph.invoke({}, thread);
    max = 1;
    expect((await graph.invoke(new Command({ resume: 5 }), thread))[INTERRUPT]).toHaveLength(1);
  });
});

it("what each decision answers is told by getState, and not by invoke", async () => {
  const answers = { approve: "approved", reject: "rejected" };
  const { graph } = asking(() => interrupt("Sure?", { answers }));
  const asked = await graph.invoke({}, thread);
  expect(Object.keys(asked[INTERRUPT]?.[0] ?? {}).sort()).toEqual(["id", "value"]);
  expect((await graph.getState(thread)).interrupts).toMatchObject([{ answers }]);
});

it("that one call refuses while another still asks can be given anew, and the other one's waits", async () => {
  const answered = task("answered", async () => {
    const name = interrupt("Who?");
    // Only then: the call beside it has asked by now.
    await Promise.resolve();
    if (name === "nobody") throw new AnswerRefused([{ path: "", message: "must be somebody" }]);
    return name;
  });
  const open = task("open", () => interrupt("Why?"));
  const graph = new StateGraph(State)
    .addNode("ask", async () => ({ a: await Promise.all([open(), answered()]) }))
    .addEdge(START, "ask")
    .compile({ checkpointer: new MemorySaver() });
  const asked = (await graph.invoke({}, thread))[INTERRUPT] ?? [];
  const idOf = (value: string): string => asked.find((one) => one.value === value)?.id ?? "";
  const nobody = graph.invoke(new Command({ resume: { [idOf("Who?")]: "nobody" } }), thread);
  await expect(nobody).rejects.toMatchObject({ name: "AnswerRefused", question: idOf("Who?") });
  const { interrupts } = await graph.getState(thread);
  expect(interrupts.map(({ value }) => value).toSorted()).toEqual(["Who?", "Why?"]);
  await graph.invoke(new Command({ resume: { [idOf("Who?")]: "ana" } }), thread);
  const result = await graph.invoke(new Command({ resume: { [idOf("Why?")]: "because" } }), thread);
  expect(result.a).toEqual(["because", "ana"]);
});
