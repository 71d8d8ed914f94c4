// State from one schema for each field: defaults, reducers, conversations, and what is never stored.
import { describe, expect, expectTypeOf, it } from "vitest";
import * as z from "zod";
import {
  Command,
  INTERRUPT,
  interrupt,
  InvalidUpdateError,
  MessagesValue,
  ReducedValue,
  START,
  StateGraph,
  StateSchema,
  UntrackedValue,
} from "../../src/graph/index.ts";
import { onThread, watchedSaver } from "./support.ts";

const thread = onThread("t");

const Form = new StateSchema({
  count: z.number().default(3),
  note: z.string().optional(),
  log: new ReducedValue(
    z.array(z.string()).default(() => []),
    { inputSchema: z.string(), reducer: (all, line) => [...all, line] },
  ),
  messages: MessagesValue,
  // As it can be gone, so says its type.
  connection: new UntrackedValue<(() => string) | undefined>(),
});

describe("StateSchema", () => {
  function build() {
    const saver = watchedSaver();
    const graph = new StateGraph(Form)
      .addNode("open", () => ({ connection: () => "alive", log: "opened", messages: "Hello?" }))
      .addNode("ask", ({ connection }) => {
        const isAlive = connection === undefined ? "gone" : connection();
        return { note: interrupt<string, string>("Well?"), log: isAlive };
      })
      .addEdge(START, "open")
      .addEdge("open", "ask")
      .compile({ checkpointer: saver });
    return { graph, saver };
  }

  it("begins with the defaults, combines writes, and holds a conversation", async () => {
    const { graph } = build();
    const asked = await graph.invoke({}, thread);
    expect(asked).toMatchObject({
      count: 3,
      log: ["opened"],
      messages: [{ role: "user", content: "Hello?" }],
    });
    expect(asked[INTERRUPT]).toMatchObject([{ value: "Well?" }]);
    const done = await graph.invoke(new Command({ resume: "fine" }), thread);
    expect(done).toMatchObject({ count: 3, note: "fine", log: ["opened", "gone"] });
  });

  it("never stores what is untracked: it lives as long as the run", async () => {
    const { graph, saver } = build();
    const asked = await graph.invoke({}, thread);
    expect(asked.connection?.()).toBe("alive");
    expect((await graph.getState(thread)).values).not.toHaveProperty("connection");
    expect(saver.appended.flatMap(({ changes }) => Object.keys(changes))).not.toContain("connection");
  });

  it("stores what finished beside a question without what is untracked", async () => {
    const saver = watchedSaver();
    const graph = new StateGraph(Form)
      .addNode("open", () => ({ connection: () => "alive", log: "opened" }))
      .addNode("ask", () => ({ note: interrupt<string, string>("Well?") }))
      .addEdge(START, "open")
      .addEdge(START, "ask")
      .compile({ checkpointer: saver });
    await graph.invoke({}, thread);
    const done = await graph.invoke(new Command({ resume: "fine" }), thread);
    expect(done).toMatchObject({ note: "fine", log: ["opened"] });
  });

  it("refuses input that does not fit its field, and names that", async () => {
    const { graph } = build();
    // @ts-expect-error the count is a number
    const wrongField = graph.invoke({ count: "three" }, thread);
    await expect(wrongField).rejects.toBeInstanceOf(InvalidUpdateError);
    await expect(wrongField).rejects.toThrow(/^The input does not fit the state: count: /);
    // @ts-expect-error a line at a time
    await expect(graph.invoke({ log: 5 }, thread)).rejects.toThrow(
      /^The input does not fit the state: log: /,
    );
  });

  it("gives the state and its updates their types", () => {
    expectTypeOf<(typeof Form)["State"]>().toMatchObjectType<{
      readonly count: number;
      readonly note: string | undefined;
      readonly log: string[];
      readonly connection: (() => string) | undefined;
    }>();
    expectTypeOf<(typeof Form)["Update"]["log"]>().extract<string>().toEqualTypeOf<string>();
    const wrong = () => {
      // @ts-expect-error the log takes a line at a time
      new StateGraph(Form).addNode("wrong", () => ({ log: ["a list"] }));
    };
    expect(wrong).toBeTypeOf("function");
  });
});
