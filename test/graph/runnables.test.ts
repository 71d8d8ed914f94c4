// LangChain's runnables, and anything else with an invoke, as nodes and conditions.
import type { AIMessage } from "@langchain/core/messages";
import { ChatPromptTemplate, MessagesPlaceholder } from "@langchain/core/prompts";
import { RunnableLambda } from "@langchain/core/runnables";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { describe, expect, it } from "vitest";
import {
  Annotation,
  ChatMessagesAnnotation,
  Command,
  END,
  INTERRUPT,
  interrupt,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread, State } from "./support.ts";

describe("something with an invoke", () => {
  it("is a node: it gets the state and the config, may ask, and what it gives is written", async () => {
    const node = RunnableLambda.from((_: unknown, { configurable }) => ({
      log: [`${JSON.stringify(configurable)}: ${interrupt<string, string>("Go on?")}`],
    }));
    const graph = new StateGraph(State)
      .addNode("ask", node)
      .addEdge(START, "ask")
      .compile({ checkpointer: new MemorySaver() });
    expect(await graph.invoke({}, onThread("t"))).toMatchObject({ [INTERRUPT]: [{ value: "Go on?" }] });
    expect(await graph.invoke(new Command({ resume: "yes" }), onThread("t"))).toEqual({
      log: ['{"thread_id":"t"}: yes'],
    });
  });

  it("is a node that returns a Command, one of several nodes, and one of a sequence", async () => {
    const goOn = { invoke: () => new Command({ update: { log: ["left"] }, goto: "end" }) };
    const end = { invoke: (): { readonly log: readonly string[] } => ({ log: ["end"] }) };
    const graph = new StateGraph<typeof State, unknown, string>(State)
      .addNode("leave", goOn, { ends: ["end"] })
      .addNode({ end })
      .addEdge(START, "leave")
      .compile();
    expect(await graph.invoke({})).toEqual({ log: ["left", "end"] });
    const sequence = new StateGraph(State).addSequence({ end, again: end }).addEdge(START, "end").compile();
    expect(await sequence.invoke({})).toEqual({ log: ["end", "end"] });
  });

  it("is a condition, with a map and without, also one that sends", async () => {
    const Typed = Annotation.Root({
      ...State.spec,
      n: Annotation<number>({ reducer: (_, n) => n, default: () => 0 }),
    });
    const graph = new StateGraph(Typed)
      .addNode("one", () => ({ log: ["one"] }))
      .addNode("each", ({ n }: { n: number }) => ({ log: [`each ${n}`] }))
      .addConditionalEdges(
        START,
        RunnableLambda.from(({ n }: { n: number }) => n === 1),
        {
          true: "one",
          false: END,
        },
      )
      .addConditionalEdges("one", {
        invoke: ({ n }: { n: number }) => [new Send("each", { n }), new Send("each", { n: n + 1 })],
      })
      .compile();
    expect(await graph.invoke({ n: 1 })).toEqual({ n: 1, log: ["one", "each 1", "each 2"] });
    expect(await graph.invoke({ n: 2 })).toEqual({ n: 2, log: [] });
  });

  it("is a chain of LangChain's over the messages of the state", async () => {
    const chain = ChatPromptTemplate.fromMessages([["system", "rules"], new MessagesPlaceholder("messages")])
      .pipe(new FakeListChatModel({ responses: ["hello"] }))
      .pipe((message) => ({ messages: [message as unknown as AIMessage] }));
    const graph = new StateGraph(ChatMessagesAnnotation)
      .addNode("chat", chain)
      .addEdge(START, "chat")
      .compile({ checkpointer: new MemorySaver() });
    const { messages } = await graph.invoke({ messages: ["hi"] }, onThread("t"));
    expect(messages.map((one) => [one.getType(), one.content])).toEqual([
      ["human", "hi"],
      ["ai", "hello"],
    ]);
    expect((await graph.getState(onThread("t"))).values.messages).toEqual(messages);
  });

  it("is refused without one", () => {
    const builder = new StateGraph<typeof State, unknown, string>(State);
    expect(() => builder.addNode("bad", {} as never)).toThrow('Node "bad" has no function');
    expect(() => builder.addConditionalEdges(START, {} as never)).toThrow("The condition after");
  });

  it("is compared by the compiler where its types are known", () => {
    const wrong = () => {
      // @ts-expect-error the log is a list
      new StateGraph(State).addNode("bad", { invoke: () => ({ log: "not a list" }) });
    };
    expect(wrong).toBeTypeOf("function");
  });
});
