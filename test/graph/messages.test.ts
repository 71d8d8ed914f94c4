// Conversations as state: adding, replacing and removing messages, and ids that stay what they are.
import { describe, expect, it } from "vitest";
import {
  addMessages,
  InvalidUpdateError,
  MemorySaver,
  type Message,
  MessagesAnnotation,
  messagesStateReducer,
  REMOVE_ALL_MESSAGES,
  RemoveMessage,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread } from "./support.ts";

const user = (content: string, id?: string): Message => ({ role: "user", content, ...(id && { id }) });
const contents = (messages: readonly Message[]) => messages.map(({ content }) => content);

describe("the messages reducer", () => {
  it("adds what is new, in order, and takes strings and pairs for messages", () => {
    const messages = addMessages(
      [user("one", "1")],
      ["two", ["assistant", "three"], { role: "system", content: "four" }],
    );
    expect(messages.map(({ role, content }) => [role, content])).toEqual([
      ["user", "one"],
      ["user", "two"],
      ["assistant", "three"],
      ["system", "four"],
    ]);
    expect(contents(addMessages([], "alone"))).toEqual(["alone"]);
    expect(addMessages([], ["user", "hi"])).toMatchObject([{ role: "user", content: "hi" }]);
    expect(contents(addMessages([], ["one", "two"]))).toEqual(["one", "two"]);
  });

  it("replaces a message with the same id where it stands, also within one update", () => {
    const before = [user("one", "1"), user("two", "2")];
    expect(contents(messagesStateReducer(before, user("better", "1")))).toEqual(["better", "two"]);
    expect(contents(messagesStateReducer(before, [user("a", "3"), user("b", "3")]))).toEqual([
      "one",
      "two",
      "b",
    ]);
  });

  it("removes by id, and everything that stands before a mark", () => {
    const before = [user("one", "1"), user("two", "2")];
    expect(contents(messagesStateReducer(before, new RemoveMessage({ id: "1" })))).toEqual(["two"]);
    const fresh = [new RemoveMessage({ id: REMOVE_ALL_MESSAGES }), user("new", "1")];
    expect(contents(messagesStateReducer(before, fresh))).toEqual(["new"]);
    expect(
      messagesStateReducer(before, [user("lost"), new RemoveMessage({ id: REMOVE_ALL_MESSAGES })]),
    ).toEqual([]);
    // Removed and written again in one go, it is there.
    expect(
      contents(messagesStateReducer(before, [new RemoveMessage({ id: "1" }), user("back", "1")])),
    ).toEqual(["back", "two"]);
  });

  it.each([
    ["a message that is not there", new RemoveMessage({ id: "zz" }), "doesn't exist ('zz')"],
    ["a number", 5, "received number"],
    ["an object without a role", { content: "hi" }, "received object"],
  ])("refuses %s with a sentence", (_, update, message) => {
    const reduce = () => messagesStateReducer([], update as unknown as string);
    expect(reduce).toThrow(InvalidUpdateError);
    expect(reduce).toThrow(message);
  });

  it("gives each message an id that is the same whenever the same step is played again", () => {
    const once = messagesStateReducer([], ["hi", "hi"]);
    expect(messagesStateReducer([], ["hi", "hi"])).toEqual(once);
    const ids = once.map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(ids.every((id) => /^[0-9a-f]{32}$/.test(id ?? ""))).toBe(true);
  });

  it("leaves what it was given as it was", () => {
    const before: readonly Message[] = Object.freeze([Object.freeze(user("one", "1"))]);
    messagesStateReducer(before, [user("two", "1"), "three"]);
    expect(before).toEqual([user("one", "1")]);
  });
});

it("a conversation survives its checkpoints, with removals among the updates of parallel nodes", async () => {
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("forget", ({ messages }) => ({ messages: new RemoveMessage({ id: messages[0]?.id ?? "" }) }))
    .addNode("say", () => ({ messages: "and more" }))
    .addEdge(START, "forget")
    .addEdge(START, "say")
    .compile({ checkpointer: new MemorySaver() });
  const thread = onThread("t");
  const done = await graph.invoke({ messages: ["first", "second"] }, thread);
  expect(contents(done.messages)).toEqual(["second", "and more"]);
  expect((await graph.getState(thread)).values.messages).toEqual(done.messages);
});
