// ToolNode and the agent as LangGraph prebuilds them: each call a task of its own, in conversations of either shape.
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ToolNode } from "../../src/agent/prebuilt.ts";
import {
  ChatMessagesAnnotation,
  Command,
  INTERRUPT,
  interrupt,
  MemorySaver,
  type Message,
  MessagesAnnotation,
  Send,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread } from "../graph/support.ts";

const thread = onThread("t");
const asking = (...names: readonly string[]) =>
  new AIMessage({
    content: "",
    id: "asked",
    tool_calls: names.map((name, n) => ({ name, args: { n }, id: `c${n}`, type: "tool_call" as const })),
  });

const schema = z.object({ n: z.number() });
const gate = (name: string, runs: string[] = []) =>
  tool(
    ({ n }) => {
      runs.push(name);
      return `${name} ${n}: ${interrupt<string, string>(`${name}?`)}`;
    },
    { name, description: name, schema },
  );

/** Tools behind START, on a saver of their own. */
function running(tools: ConstructorParameters<typeof ToolNode>[0]) {
  return new StateGraph(ChatMessagesAnnotation)
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "tools")
    .compile({ checkpointer: new MemorySaver() });
}

const contents = ({ messages }: { readonly messages: readonly { readonly content: unknown }[] }) =>
  messages.slice(1).map(({ content }) => content);

describe("ToolNode", () => {
  it("H17 and H2: asks for all calls at once, answers each by its own, and runs what has finished no more", async () => {
    const runs: string[] = [];
    const safe = tool(
      () => {
        runs.push("safe");
        return "done";
      },
      { name: "safe", description: "safe", schema },
    );
    const graph = running([gate("one", runs), safe, gate("two", runs)]);
    const asked = await graph.invoke({ messages: [asking("one", "safe", "two")] }, thread);
    const questions = asked[INTERRUPT] ?? [];
    expect(questions.map(({ value }) => value)).toEqual(["one?", "two?"]);
    const [one, two] = questions.map(({ id }) => id);
    await graph.invoke(new Command({ resume: { [two ?? ""]: "for two" } }), thread);
    const done = await graph.invoke(new Command({ resume: { [one ?? ""]: "for one" } }), thread);
    expect(contents(done)).toEqual(["one 0: for one", "done", "two 2: for two"]);
    expect(runs.filter((name) => name === "safe")).toHaveLength(1);
  });

  it("keeps answers apart when a human answers one call in the conversation meanwhile, or takes it out", async () => {
    for (const update of [
      [new ToolMessage({ content: "never mind", tool_call_id: "c0" })],
      [
        new AIMessage({
          content: "",
          id: "asked",
          tool_calls: asking("same", "same").tool_calls?.slice(1) ?? [],
        }),
      ],
    ]) {
      const graph = running([gate("same")]);
      const asked = await graph.invoke({ messages: [asking("same", "same")] }, thread);
      const [first = "", second = ""] = (asked[INTERRUPT] ?? []).map(({ id }) => id);
      await graph.invoke(new Command({ resume: { [first]: "for the first" } }), thread);
      await graph.updateState(thread, { messages: update });
      const { interrupts } = await graph.getState(thread);
      expect(interrupts.map(({ id }) => id)).toEqual([second]);
      const rest = await graph.invoke(new Command({ resume: { [second]: "for the second" } }), thread);
      const left = rest[INTERRUPT]?.[0]?.id;
      const done =
        left === undefined
          ? rest
          : await graph.invoke(new Command({ resume: { [left]: "for the second" } }), thread);
      expect(contents(done).at(-1)).toBe("same 1: for the second");
      const answers = done.messages.filter(({ type }) => type === "tool").map((one) => one.tool_call_id);
      expect(answers).toEqual([...new Set(answers)]);
    }
  });

  it("gives each call keys of its own, which stay the same when it runs again", async () => {
    const keys: Record<string, string[]> = {};
    const effect = (name: string, asks: boolean) => ({
      name,
      invoke: (_: unknown, { idempotencyKey }: { readonly idempotencyKey: () => string }) => {
        const before = idempotencyKey();
        (keys[name] ??= []).push(before);
        return asks ? interrupt<string, string>(name) : "done";
      },
    });
    const graph = running([effect("one", true), effect("two", false)]);
    await graph.invoke({ messages: [asking("one", "two")] }, thread);
    await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(keys["one"]).toHaveLength(2);
    expect(new Set(keys["one"]).size).toBe(1);
    expect(keys["two"]).toHaveLength(1);
    expect(keys["two"]).not.toEqual(keys["one"]?.slice(0, 1));
  });

  it("answers in OpenAI's shape where the model spoke in it, arguments that are no JSON included", async () => {
    const call = (id: string, text: string) => ({
      ...{ id, type: "function" as const },
      function: { name: "add", arguments: text },
    });
    const add = tool(({ n }) => `${n + 1}`, { name: "add", description: "adds", schema });
    const asked: Message = {
      ...{ role: "assistant", content: null },
      tool_calls: [call("a", '{"n":1}'), call("b", "{"), call("c", '{"n":"x"}')],
    };
    const graph = new StateGraph(MessagesAnnotation)
      .addNode("tools", new ToolNode([add]))
      .addEdge(START, "tools")
      .compile();
    const { messages } = await graph.invoke({ messages: [asked] });
    const answers = messages.slice(1);
    expect(answers[0]).toMatchObject({ role: "tool", content: "2", tool_call_id: "a" });
    expect(Object.keys(answers[0] ?? {}).sort()).toEqual(["content", "id", "role", "tool_call_id"]);
    expect(answers[1]?.content).toContain("not a JSON object");
    expect(answers[2]?.content).toContain("did not match expected schema");
  });

  it("lets a tool lead the graph by a Command, also when it waited for a human beside another one", async () => {
    const leave = tool(
      (_, config: { readonly toolCallId: string }) =>
        new Command({
          update: { messages: [new ToolMessage({ content: "left", tool_call_id: config.toolCallId })] },
          goto: [new Send("other", { from: "leave" })],
        }) as never,
      { name: "leave", description: "leave", schema },
    );
    const graph = new StateGraph(ChatMessagesAnnotation)
      .addNode("tools", new ToolNode([leave, gate("one")]), { ends: ["other"] })
      .addNode("other", ({ from }: { from: string }) => ({ messages: [`from ${from}`] }))
      .addEdge(START, "tools")
      .compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ messages: [asking("leave", "one")] }, thread);
    const done = await graph.invoke(new Command({ resume: "yes" }), thread);
    expect(contents(done)).toEqual(["left", "one 1: yes", "from leave"]);
  });

  it("does not tell the model of what is for the runtime: a graph that cannot ask fails", async () => {
    const graph = new StateGraph(ChatMessagesAnnotation)
      .addNode("tools", new ToolNode([gate("one")]))
      .addEdge(START, "tools")
      .compile();
    await expect(graph.invoke({ messages: [asking("one")] })).rejects.toThrow("No checkpointer set");
  });

  it("runs by itself too, outside of a graph", async () => {
    const add = { name: "add", invoke: ({ args }: { readonly args: { readonly n: number } }) => args };
    const node = new ToolNode([add]);
    expect(await node.invoke([new HumanMessage("hi"), asking("add")])).toMatchObject([
      { type: "tool", content: '{"n":0}', tool_call_id: "c0", status: "success", name: "add" },
    ]);
    await expect(node.invoke([new HumanMessage("hi")])).rejects.toThrow("only accepts AIMessages");
    await expect(node.invoke({} as never)).rejects.toThrow("only accepts a list of messages");
  });
});
