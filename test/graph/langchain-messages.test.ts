// Messages of LangChain's in our state: what LangChain's own guards, helpers and models make of them, before a pause and after it.
// Older graphs ask by the guards that LangChain has deprecated since.
/* eslint-disable @typescript-eslint/no-deprecated */
import {
  AIMessage,
  AIMessageChunk,
  BaseMessage,
  coerceMessageLikeToMessage,
  getBufferString,
  HumanMessage,
  isAIMessage,
  isBaseMessage,
  isHumanMessage,
  isToolMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
  trimMessages,
} from "@langchain/core/messages";
import { FakeListChatModel, FakeStreamingChatModel } from "@langchain/core/utils/testing";
import { describe, expect, it } from "vitest";
import {
  Annotation,
  ChatMessage,
  ChatMessagesAnnotation,
  chatMessagesReducer,
  Command,
  decodeValue,
  encodeValue,
  INTERRUPT,
  interrupt,
  MemorySaver,
  type Message,
  MessagesAnnotation,
  messagesStateReducer,
  openAiFromMessage,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread } from "./support.ts";

const call = { name: "search", args: { q: "x" }, id: "c1", type: "tool_call" as const };
const asking = () => new AIMessage({ content: "", tool_calls: [call], id: "a" });
const stored = (value: unknown): unknown => decodeValue(encodeValue(value, "it"));
const only = (messages: readonly unknown[]): ChatMessage => {
  const [one] = messages;
  if (!(one instanceof ChatMessage)) throw new Error("Not a message of LangChain's.");
  return one;
};

describe("a message of LangChain's in the state", () => {
  it("is taken by LangChain's guards for one of theirs, also once it was stored", () => {
    const kept = only(messagesStateReducer([], asking()));
    for (const message of [kept, only([stored(kept)]), only([stored(asking())])]) {
      expect(isAIMessage(message as never)).toBe(true);
      expect(AIMessage.isInstance(message)).toBe(true);
      expect(BaseMessage.isInstance(message)).toBe(true);
      expect(message instanceof AIMessage).toBe(true);
      expect(isBaseMessage(message)).toBe(true);
      expect(HumanMessage.isInstance(message) || isHumanMessage(message as never)).toBe(false);
      expect(message.tool_calls).toEqual([call]);
      expect(message).toMatchObject({ type: "ai", id: "a", text: "", role: "assistant" });
    }
  });

  it.each([
    ["a human's", new HumanMessage({ content: "hi", name: "Ada" }), "human", "user"],
    ["a system's", new SystemMessage("rules"), "system", "system"],
    ["a tool's", new ToolMessage({ content: "3", tool_call_id: "c1", status: "error" }), "tool", "tool"],
    ["a model's, streamed", new AIMessageChunk({ content: "so" }), "ai", "assistant"],
    ["blocks", new HumanMessage({ content: [{ type: "text", text: "hi" }] }), "human", "user"],
  ])("keeps %s message", (_, message, type, role) => {
    const kept = only(messagesStateReducer([], message));
    expect(only([stored(kept)])).toEqual(kept);
    expect(kept.getType()).toBe(type);
    expect(kept.role).toBe(role);
    expect(kept.text).toBe(message.text);
    expect(kept.content).toEqual(message.content);
  });

  it("keeps what a tool's message says besides its text", () => {
    const said = new ToolMessage({
      ...{ content: "3", tool_call_id: "c1", name: "count", status: "error" },
      artifact: { rows: [1] },
    });
    const kept = only(messagesStateReducer([], said));
    expect(isToolMessage(kept)).toBe(true);
    expect(stored(kept)).toMatchObject({ tool_call_id: "c1", name: "count", status: "error" });
    expect(stored(kept)).toMatchObject({ artifact: { rows: [1] } });
  });

  it("can be read as one of OpenAI's: its role, its calls, its text", () => {
    const [message] = messagesStateReducer([], asking());
    if (message?.role !== "assistant") throw new Error("The model has not spoken.");
    expect(message.tool_calls?.[0]?.function).toEqual({ name: "search", arguments: '{"q":"x"}' });
    expect(Object.keys(message.tool_calls?.[0] ?? {})).toEqual(["name", "args", "id", "type"]);
  });

  it.each([
    ["an object with LangChain's type", { type: "human", content: "hi" } as const],
    ["an object with LangChain's role", { role: "human", content: "hi" } as const],
    ["LangChain's JSON", JSON.parse(JSON.stringify(new HumanMessage("hi"))) as never],
    ["a copy by spread", Object.assign({}, new HumanMessage("hi")) as never],
  ])("comes of %s too", (_, like) => {
    const kept = only(messagesStateReducer([], [like]));
    expect(kept).toMatchObject({ type: "human", role: "user", content: "hi" });
    expect(kept.id).toMatch(/^[0-9a-f]{32}$/);
  });

  it("comes of a correction that a human wrote with LangChain's calls", () => {
    const before = messagesStateReducer([], asking());
    const calls = [{ ...call, args: { q: "y" } }];
    const kept = messagesStateReducer(before, [
      { role: "assistant", content: "", tool_calls: calls, id: "a" },
    ]);
    expect(kept).toHaveLength(1);
    expect(only(kept).tool_calls).toEqual(calls);
  });

  it("is removed by LangChain's own RemoveMessage, also by one that was stored meanwhile", () => {
    const before = messagesStateReducer([], [new HumanMessage({ content: "hi", id: "1" }), asking()]);
    expect(messagesStateReducer(before, new RemoveMessage({ id: "1" }))).toHaveLength(1);
    expect(messagesStateReducer(before, [stored(new RemoveMessage({ id: "1" })) as never])).toHaveLength(1);
  });

  it("gets the same id whenever the same step is played again, and keeps its identity beside others", () => {
    const once = messagesStateReducer([], new HumanMessage("hi"));
    expect(messagesStateReducer([], new HumanMessage("hi"))).toEqual(once);
    expect(messagesStateReducer(once, "more")[0]).toBe(once[0]);
  });

  it("OpenAI's messages stay what they are", () => {
    const user: Message = { role: "user", content: "hi", id: "1" };
    expect(messagesStateReducer([], [user, asking()])[0]).toBe(user);
  });
});

describe("openAiFromMessage", () => {
  it("gives OpenAI's shape of any message", () => {
    expect(openAiFromMessage(asking())).toEqual({
      ...{ role: "assistant", content: null, id: "a" },
      tool_calls: [{ id: "c1", type: "function", function: { name: "search", arguments: '{"q":"x"}' } }],
    });
    expect(openAiFromMessage(new ToolMessage({ content: "3", tool_call_id: "c1" }))).toEqual({
      ...{ role: "tool", content: "3", tool_call_id: "c1" },
    });
    expect(openAiFromMessage({ type: "human", content: [{ type: "text", text: "hi" }] })).toEqual({
      ...{ role: "user", content: "hi" },
    });
    expect(openAiFromMessage({ role: "user", content: "hi" })).toEqual({ role: "user", content: "hi" });
    expect(() => openAiFromMessage(new RemoveMessage({ id: "1" }))).toThrow('type "remove"');
  });

  it("and back, with calls that are no JSON told apart", () => {
    const developer: Message = { role: "developer", content: "rules", id: "1" };
    const calls = ["{}", "{", "[]"].map((text, index) => ({
      ...{ id: `c${index}`, type: "function" as const },
      function: { name: "search", arguments: text },
    }));
    const [rules, asked] = chatMessagesReducer(
      [],
      [developer, { role: "assistant", content: null, tool_calls: calls }],
    );
    expect(rules?.getType()).toBe("system");
    expect(rules && openAiFromMessage(rules)).toEqual(developer);
    expect(asked?.tool_calls).toEqual([{ name: "search", args: {}, id: "c0", type: "tool_call" }]);
    expect(asked?.invalid_tool_calls?.map(({ id }) => id)).toEqual(["c1", "c2"]);
  });
});

describe("LangChain's models and helpers", () => {
  const conversation = chatMessagesReducer(
    [],
    [
      { role: "system", content: "rules" },
      "hi",
      asking(),
      new ToolMessage({ content: "found", tool_call_id: "c1" }),
    ],
  );

  it("take the conversation as it is", async () => {
    expect(conversation.map((one) => coerceMessageLikeToMessage(one as never))).toEqual(conversation);
    const model = new FakeListChatModel({ responses: ["done"] });
    expect((await model.invoke([...conversation] as never)).content).toBe("done");
    const streaming = new FakeStreamingChatModel({ responses: [new AIMessage("ok")], sleep: 0 });
    const chunks: unknown[] = [];
    for await (const chunk of await streaming.stream([...conversation] as never)) chunks.push(chunk.content);
    expect(chunks.join("")).toBe("ok");
  });

  it("read and trim it", async () => {
    expect(getBufferString([...conversation] as never)).toContain("System: rules\nHuman: hi\nAI: [");
    const last = await trimMessages([...conversation] as never, {
      ...{ maxTokens: 2, strategy: "last" },
      tokenCounter: (messages: readonly unknown[]) => messages.length,
    });
    expect(last.map(({ type }) => type)).toEqual(["ai", "tool"]);
  });
});

describe("a graph with LangChain's messages", () => {
  it("sees the same before a pause and after it, in any channel, Send, question and answer", async () => {
    const seen: unknown[] = [];
    const look = (one: unknown) => seen.push(isAIMessage(one as AIMessage) && (one as AIMessage).tool_calls);
    const State = Annotation.Root({ ...MessagesAnnotation.spec, kept: Annotation<unknown>() });
    const graph = new StateGraph(State)
      .addNode("split", () => ({ kept: asking() }))
      .addNode("work", ({ message }: { message: AIMessage }) => {
        look(message);
        const answer = interrupt<unknown, AIMessage>({ message });
        look(answer);
        return { messages: [answer] };
      })
      .addEdge(START, "split")
      .addConditionalEdges("split", ({ kept }) => new Send("work", { message: kept }), ["work"])
      .compile({ checkpointer: new MemorySaver() });
    const asked = await graph.invoke({ messages: [new HumanMessage("hi")] }, onThread("t"));
    look((asked[INTERRUPT]?.[0]?.value as { readonly message: unknown }).message);
    const done = await graph.invoke(new Command({ resume: asking() }), onThread("t"));
    look(done.messages.at(-1));
    look((await graph.getState(onThread("t"))).values.kept);
    expect(seen).toEqual(Array.from({ length: seen.length }, () => [call]));
    // Before and after the answer, the answer, the question, and what was kept.
    expect(seen).toHaveLength(6);
  });

  it("keeps what a node changed in a message in place, if it returns the message", async () => {
    const graph = new StateGraph(ChatMessagesAnnotation)
      .addNode("edit", ({ messages }) => {
        const last = messages.at(-1) as unknown as AIMessage;
        last.content = "better";
        return { messages: [last] };
      })
      .addEdge(START, "edit")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ messages: ["worse"] }, onThread("t"));
    const { values } = await graph.getState(onThread("t"));
    expect(values.messages.map(({ content }) => content)).toEqual(["better"]);
  });
});
