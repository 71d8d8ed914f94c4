// ToolNode, the prebuilt agent, and the forms in which messages come.
import {
  AIMessage,
  BaseMessage,
  HumanMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import { type StructuredToolInterface, tool } from "@langchain/core/tools";
import * as langgraphPrebuilt from "@langchain/langgraph/prebuilt";
import * as z from "zod";
import * as oursDoor from "../../../src/agent/langgraph.ts";
import * as oursPrebuilt from "../../../src/agent/prebuilt.ts";
import { ScriptedModel } from "../moved/scripted-model.ts";
import { idsIn, langgraph, questionsIn, type Runtime, thread } from "../runtimes.ts";
import { refused, type Topic } from "../scenario.ts";

type Prebuilt = typeof oursPrebuilt;
const prebuiltOf = (runtime: Runtime): Prebuilt =>
  runtime === langgraph ? (langgraphPrebuilt as unknown as Prebuilt) : oursPrebuilt;
/** With every message in LangChain's shape, as in LangGraph. */
const doorOf = (runtime: Runtime) => (runtime === langgraph ? langgraph : oursDoor) as typeof oursDoor;

/** What LangChain's code sees of messages. */
const told = (messages: readonly unknown[]) =>
  (messages as readonly oursDoor.ChatMessage[]).map((one) => ({
    type: one.type,
    content: one.content,
    ...(one.type === "tool" && { call: one.tool_call_id, status: one.status, name: one.name }),
    isBase: BaseMessage.isInstance(one),
  }));

const calls = (...names: readonly string[]) =>
  names.map((name, n) => ({ name, args: { n }, id: `${name}${n}`, type: "tool_call" as const }));
const asking = (...names: readonly string[]) => new AIMessage({ content: "", tool_calls: calls(...names) });

const schema = z.object({ n: z.number() });
const named = (name: string) => ({ name, description: name, schema });
const add = tool(({ n }) => n + 1, named("add"));
const boom = tool(() => {
  throw new Error("boom");
}, named("boom"));

function gate(runtime: Runtime, name: string, runs: string[] = []) {
  return tool(() => {
    runs.push(name);
    return `${name}: ${runtime.interrupt<string, string>(`${name}?`)}`;
  }, named(name));
}

function toolGraph(runtime: Runtime, tools: readonly unknown[], options: object = {}) {
  const { MessagesAnnotation, MemorySaver, START, StateGraph } = doorOf(runtime);
  const { ToolNode } = prebuiltOf(runtime);
  return new StateGraph(MessagesAnnotation)
    .addNode("tools", new ToolNode(tools as readonly StructuredToolInterface[], options))
    .addEdge(START, "tools")
    .compile({ checkpointer: new MemorySaver() });
}

async function ran(runtime: Runtime, tools: readonly unknown[], ...names: readonly string[]) {
  const { messages } = await toolGraph(runtime, tools).invoke({ messages: [asking(...names)] }, thread);
  return told(messages);
}

function agent(
  runtime: Runtime,
  script: readonly BaseMessage[],
  tools: readonly unknown[],
  options: object = {},
) {
  const { createReactAgent } = prebuiltOf(runtime);
  return createReactAgent({
    ...{ llm: new ScriptedModel(script), tools: tools as readonly StructuredToolInterface[] },
    ...{ checkpointer: new runtime.MemorySaver(), ...options },
  });
}

const resume = (runtime: Runtime, value: unknown) => new runtime.Command({ resume: value });
const lastOf = (result: { readonly messages: readonly { readonly content: unknown }[] }) =>
  result.messages.at(-1)?.content;

export const tools: Topic = {
  topic: "Tools, the prebuilt agent, and LangChain's messages",
  scenarios: [
    {
      title: "ToolNode runs several tools and answers in the order of the calls",
      play: (runtime) => ran(runtime, [add, tool(() => "hi", named("greet"))], "greet", "add", "greet"),
    },
    {
      title: "what a tool throws is told to the model",
      play: (runtime) => ran(runtime, [boom], "boom"),
    },
    {
      title: "a tool that does not exist is told to the model",
      play: (runtime) => ran(runtime, [add], "nope"),
    },
    {
      title: "arguments that do not fit are told to the model",
      play: (runtime) =>
        ran(
          runtime,
          [tool(() => "never", { ...named("strict"), schema: z.object({ s: z.string() }) })],
          "strict",
        ),
    },
    {
      title: "handleToolErrors: false fails the node",
      play: (runtime) =>
        refused(
          () =>
            toolGraph(runtime, [boom], { handleToolErrors: false }).invoke(
              { messages: [asking("boom")] },
              thread,
            ),
          "boom",
        ),
    },
    {
      title: "calls that have an answer are skipped",
      play: async (runtime) => {
        const answered = new ToolMessage({ content: "by hand", tool_call_id: "add0" });
        const { messages } = await toolGraph(runtime, [add]).invoke(
          { messages: [asking("add", "add"), answered] },
          thread,
        );
        return told(messages);
      },
    },
    {
      title: "ToolNode by itself, with a list and with a state",
      play: async (runtime) => {
        const node = new (prebuiltOf(runtime).ToolNode)([add]);
        const given = [new HumanMessage("hi"), asking("add")];
        return [told(await node.invoke(given)), told((await node.invoke({ messages: given })).messages)];
      },
    },
    {
      title: "ToolNode without a message of a model",
      play: (runtime) =>
        refused(
          () => new (prebuiltOf(runtime).ToolNode)([add]).invoke([new HumanMessage("hi")]),
          "ToolNode only accepts AIMessages as input.",
        ),
      differs: {
        why: "A class of its own.",
        langgraph: { refused: "Error", says: "ToolNode only accepts AIMessages as input." },
        ours: { refused: "GraphValueError", says: "ToolNode only accepts AIMessages as input." },
      },
    },
    {
      title: "toolsCondition",
      play: (runtime) => {
        const { toolsCondition } = prebuiltOf(runtime);
        const ask = [asking("add")];
        const end = [new AIMessage("done")];
        return Promise.resolve([toolsCondition(ask), toolsCondition({ messages: ask }), toolsCondition(end)]);
      },
    },
    {
      title: "a tool asks, and the answer is its result",
      play: async (runtime) => {
        const graph = toolGraph(runtime, [gate(runtime, "one")]);
        const asked = questionsIn(await graph.invoke({ messages: [asking("one")] }, thread));
        return [asked, told((await graph.invoke(resume(runtime, "yes"), thread)).messages)];
      },
    },
    {
      title: "two of three tools ask: how often each runs until both are answered",
      play: async (runtime) => {
        const runs: string[] = [];
        const safe = tool(() => runs.push("safe"), named("safe"));
        const graph = toolGraph(runtime, [gate(runtime, "one", runs), safe, gate(runtime, "two", runs)]);
        const asked = await graph.invoke({ messages: [asking("one", "safe", "two")] }, thread);
        const first = await graph.invoke(resume(runtime, { [idsIn(asked)[0] ?? ""]: "yes" }), thread);
        const done = await graph.invoke(resume(runtime, { [idsIn(first)[0] ?? ""]: "also" }), thread);
        const counted = Object.fromEntries(
          ["one", "safe", "two"].map((n) => [n, runs.filter((r) => r === n).length]),
        );
        return { asked: questionsIn(asked), then: questionsIn(first), runs: counted, last: lastOf(done) };
      },
      differs: {
        why: "Each call is a task of its own: all questions are asked at once, and what has finished does not run again (H17); a tool that still asks runs up to its question.",
        langgraph: { asked: ["one?"], then: ["two?"], runs: { one: 3, safe: 3, two: 3 }, last: "two: also" },
        ours: {
          asked: ["one?", "two?"],
          then: ["two?"],
          runs: { one: 2, safe: 1, two: 3 },
          last: "two: also",
        },
      },
    },
    {
      title: "a tool returns a Command",
      play: async (runtime) => {
        const { Command, MemorySaver, MessagesAnnotation, START, StateGraph } = doorOf(runtime);
        const leave = tool(
          (_, { toolCallId }: { readonly toolCallId: string }) =>
            new Command({
              update: { messages: [new ToolMessage({ content: "left", tool_call_id: toolCallId })] },
              goto: "other",
            }) as never,
          named("leave"),
        );
        const node = new (prebuiltOf(runtime).ToolNode)([leave, add]);
        const { messages } = await new StateGraph(MessagesAnnotation)
          .addNode("tools", node, { ends: ["other"] })
          .addNode("other", () => ({ messages: ["there"] }))
          .addEdge(START, "tools")
          .compile({ checkpointer: new MemorySaver() })
          .invoke({ messages: [asking("leave", "add")] }, thread);
        return told(messages).map(({ content }) => content);
      },
    },
    {
      title: "the agent calls a tool and answers",
      play: async (runtime) => {
        const graph = agent(runtime, [asking("add"), new AIMessage("It is 1.")], [add], {
          prompt: "Be brief.",
        });
        const { messages } = await graph.invoke({ messages: [{ role: "user", content: "0 + 1?" }] }, thread);
        return told(messages);
      },
    },
    {
      title: "the agent's tool asks a human",
      play: async (runtime) => {
        const graph = agent(runtime, [asking("one"), new AIMessage("Done.")], [gate(runtime, "one")]);
        const asked = await graph.invoke({ messages: ["go"] }, thread);
        const { next } = await graph.getState(thread);
        const { messages } = await graph.invoke(resume(runtime, "yes"), thread);
        return { asked: questionsIn(asked), next, messages: told(messages) };
      },
    },
    {
      title: 'the agent\'s "v2": all tools ask at once, and each is answered for itself',
      play: async (runtime) => {
        const runs: string[] = [];
        const gates = ["one", "two"].map((name) => gate(runtime, name, runs));
        const graph = agent(runtime, [asking("one", "two"), new AIMessage("Done.")], gates, {
          version: "v2",
        });
        const asked = await graph.invoke({ messages: ["go"] }, thread);
        const [one = "", two = ""] = idsIn(asked);
        const { messages } = await graph.invoke(resume(runtime, { [one]: "1", [two]: "2" }), thread);
        return { asked: questionsIn(asked), messages: told(messages), runs: [...runs].sort() };
      },
    },
    {
      title: "the agent stops before its tools",
      play: async (runtime) => {
        const script = [asking("add"), new AIMessage("Done.")];
        const graph = agent(runtime, script, [add], { interruptBefore: ["tools"] });
        const asked = questionsIn(await graph.invoke({ messages: ["go"] }, thread));
        const { next } = await graph.getState(thread);
        return { asked, next, last: lastOf(await graph.invoke(null, thread)) };
      },
    },
    {
      title: "a tool that answers for the model ends the agent",
      play: async (runtime) => {
        const direct = Object.assign(
          tool(() => "as it is", named("direct")),
          { returnDirect: true },
        );
        return lastOf(
          await agent(runtime, [asking("direct")], [direct]).invoke({ messages: ["go"] }, thread),
        );
      },
    },
    {
      title: "the agent's messages are signed with its name",
      play: async (runtime) => {
        const graph = agent(runtime, [new AIMessage("Hello.")], [], { name: "greeter" });
        const { messages } = await graph.invoke({ messages: ["go"] }, thread);
        return messages.map(({ name }) => name ?? null);
      },
    },
    {
      title: "coerces objects with LangChain roles",
      play: (runtime) => {
        const { messagesStateReducer } = doorOf(runtime);
        const given = [
          { role: "human", content: "a" },
          { role: "user", content: "b" },
          { role: "ai", content: "c", tool_calls: calls("add") },
          { role: "assistant", content: "d" },
          { role: "tool", content: "e", tool_call_id: "add0" },
          { role: "system", content: "f" },
          { type: "human", content: "g" },
          { type: "ai", content: "h" },
          ["human", "i"],
          ["ai", "j"],
          "k",
        ];
        const messages = messagesStateReducer([], given as never);
        return Promise.resolve([
          messages.map((one) => [one.getType(), one.content]),
          messages.map(({ tool_calls }) => tool_calls?.length ?? 0),
        ]);
      },
    },
    {
      title: "OpenAI's calls in an object become LangChain's",
      play: (runtime) => {
        const { messagesStateReducer } = doorOf(runtime);
        const call = { id: "a", type: "function", function: { name: "add", arguments: '{"n":1}' } };
        const given = { role: "assistant", content: "", tool_calls: [call] };
        return Promise.resolve(messagesStateReducer([], [given as never])[0]?.tool_calls);
      },
    },
    {
      title: "instances of every kind, and their JSON",
      play: (runtime) => {
        const { messagesStateReducer } = doorOf(runtime);
        const given = [
          new SystemMessage("rules"),
          new HumanMessage({ content: [{ type: "text", text: "hi" }], name: "Ada" }),
          asking("add"),
          new ToolMessage({ content: "1", tool_call_id: "add0", status: "error", name: "add" }),
        ];
        const asJson = JSON.parse(JSON.stringify(given)) as never;
        return Promise.resolve([
          told(messagesStateReducer([], given)),
          told(messagesStateReducer([], asJson)),
        ]);
      },
    },
    {
      title: "LangChain's RemoveMessage in a node beside one that asks",
      play: async (runtime) => {
        const { MemorySaver, MessagesAnnotation, START, StateGraph } = doorOf(runtime);
        const graph = new StateGraph(MessagesAnnotation)
          .addNode("forget", ({ messages }) => ({
            messages: [new RemoveMessage({ id: messages[0]?.id ?? "" })],
          }))
          .addNode("ask", () => ({ messages: [runtime.interrupt<string, string>("ok?")] }))
          .addEdge(START, "forget")
          .addEdge(START, "ask")
          .compile({ checkpointer: new MemorySaver() });
        await graph.invoke({ messages: [new HumanMessage({ content: "hi", id: "1" }), "more"] }, thread);
        return told((await graph.invoke(resume(runtime, "yes"), thread)).messages)
          .map(({ content }) => content)
          .sort();
      },
    },
    {
      title: "what a node sees of a message in a plain channel, before a pause and after it",
      play: async (runtime) => {
        const { Annotation, MemorySaver, START, StateGraph } = doorOf(runtime);
        const seen: unknown[] = [];
        const State = Annotation.Root({
          list: Annotation<readonly BaseMessage[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
        });
        const graph = new StateGraph(State)
          .addNode("ask", ({ list }) => {
            const [first] = list;
            const calls = AIMessage.isInstance(first) ? first.tool_calls : "none";
            seen.push([first instanceof AIMessage, first?.id, calls]);
            return { list: [new AIMessage(runtime.interrupt<string, string>("ok?"))] };
          })
          .addEdge(START, "ask")
          .compile({ checkpointer: new MemorySaver() });
        await graph.invoke(
          { list: [new AIMessage({ content: "", id: "a", tool_calls: calls("add") })] },
          thread,
        );
        const { list } = await graph.invoke(resume(runtime, "yes"), thread);
        return [seen, told(list)];
      },
    },
    {
      title: "the JSON of a message in the state",
      play: (runtime) => {
        const [message] = doorOf(runtime).messagesStateReducer(
          [],
          [new HumanMessage({ content: "hi", id: "1" })],
        );
        return Promise.resolve(Object.keys(JSON.parse(JSON.stringify(message)) as object).sort());
      },
      differs: {
        why: "A message's JSON is its fields, which LangChain and we read too; LangChain's names the class to load.",
        langgraph: ["id", "kwargs", "lc", "type"],
        ours: ["content", "id", "type"],
      },
    },
  ],
};
