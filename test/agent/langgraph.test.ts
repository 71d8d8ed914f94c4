// The door for moved graphs, as LangChain's types see it: code that reads and tells messages compiles as it was written.
import { AIMessage, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { FakeListChatModel } from "@langchain/core/utils/testing";
import { expect, expectTypeOf, it } from "vitest";
import {
  Annotation,
  ChatMessage,
  MemorySaver,
  MessagesAnnotation,
  messagesStateReducer,
  START,
  StateGraph,
} from "../../src/agent/langgraph.ts";
import { createReactAgent } from "../../src/agent/prebuilt.ts";
import { onThread } from "../graph/support.ts";

it("messages of the state may be told to a model, narrowed by LangChain's guards, and taken as LangChain's", async () => {
  const model = new FakeListChatModel({ responses: ["hello"] });
  const State = Annotation.Root({ ...MessagesAnnotation.spec, words: Annotation<number>() });
  const graph = new StateGraph(State)
    .addNode("chat", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
    .addNode("count", ({ messages }) => {
      const last = messages.at(-1) as AIMessage;
      const humans = messages.filter((one) => HumanMessage.isInstance(one));
      expectTypeOf(humans).toExtend<readonly HumanMessage[]>();
      return { words: last.text.split(" ").length + humans.length };
    })
    .addEdge(START, "chat")
    .addEdge("chat", "count")
    .compile({ checkpointer: new MemorySaver() });
  const { messages, words } = await graph.invoke(
    { messages: [{ role: "user", content: "hi" }] },
    onThread("t"),
  );
  expect(words).toBe(2);
  expect(messages.every((one) => one instanceof ChatMessage)).toBe(true);
  expect(messages.map((one) => one.getType())).toEqual(["human", "ai"]);
});

it("a channel of its own may use the reducer, and an agent's messages are read alike", async () => {
  const kept = messagesStateReducer([], [new AIMessage("a"), "b"]);
  expect(messagesStateReducer(kept, kept)).toHaveLength(2);
  const agent = createReactAgent({ llm: new FakeListChatModel({ responses: ["hello"] }), tools: [] });
  const { messages } = await agent.invoke({ messages: ["hi"] });
  const last = messages.at(-1) as BaseMessage;
  expect(last.content).toBe("hello");
});
