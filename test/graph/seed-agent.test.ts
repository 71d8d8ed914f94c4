// The agent of the reference text 002 ("Human-in-the-Loop & Interrupts"), example by example: a model that calls tools, stopped before and after.
import { describe, expect, it } from "vitest";
import {
  type AssistantMessage,
  Command,
  END,
  INTERRUPT,
  interrupt,
  MemorySaver,
  type Message,
  MessagesAnnotation,
  START,
  StateGraph,
  type ToolCall,
} from "../../src/graph/index.ts";
import { collected, onThread } from "./support.ts";

const session = onThread("session-001");

const call = (name: string, args: object): ToolCall => ({
  id: `call-${name}`,
  type: "function",
  function: { name, arguments: JSON.stringify(args) },
});

const SEARCH = call("rag_search", { query: "Agent Factory architecture" });

/** Calls the tool once, then answers with what the tool said. */
function scripted(messages: readonly Message[]): AssistantMessage {
  const last = messages.at(-1);
  if (last?.role === "tool") return { role: "assistant", content: `The answer: ${last.content}` };
  return { role: "assistant", content: null, tool_calls: [SEARCH] };
}

function callsIn(messages: readonly Message[]): readonly ToolCall[] {
  const last = messages.at(-1);
  return last?.role === "assistant" ? (last.tool_calls ?? []) : [];
}

/** call_llm ⇄ call_tools, as the chapter draws it. */
function agent(
  options: object = { interruptBefore: ["call_tools"] },
  tool: (args: string) => string = (args) => `found ${args}`,
) {
  const ran: string[] = [];
  const graph = new StateGraph(MessagesAnnotation)
    .addNode("call_llm", ({ messages }) => ({ messages: [scripted(messages)] }))
    .addNode("call_tools", ({ messages }) => ({
      messages: callsIn(messages).map((one): Message => {
        ran.push(one.function.arguments);
        return { role: "tool", content: tool(one.function.arguments), tool_call_id: one.id };
      }),
    }))
    .addEdge(START, "call_llm")
    .addConditionalEdges("call_llm", ({ messages }) => (callsIn(messages).length > 0 ? "call_tools" : END))
    .addEdge("call_tools", "call_llm")
    .compile({ checkpointer: new MemorySaver(), ...options });
  return { graph, ran };
}

const question = { messages: ["Search for Agent Factory architecture"] };
const lastOf = ({ messages }: { readonly messages: readonly Message[] }) => messages.at(-1)?.content;

describe("002, 8.2: interrupt_before and interrupt_after", () => {
  it("stops before the tools, with the call to be seen", async () => {
    const { graph, ran } = agent();
    await graph.invoke(question, session);
    const { next, values } = await graph.getState(session);
    expect(next).toEqual(["call_tools"]);
    expect(callsIn(values.messages)).toEqual([SEARCH]);
    expect(ran).toEqual([]);
  });

  it("stops after the model, whose decision can be overridden", async () => {
    const { graph, ran } = agent({ interruptAfter: ["call_llm"] });
    await graph.invoke(question, session);
    await graph.updateState(session, { messages: [["assistant", "I already know."]] });
    expect(await graph.getState(session)).toMatchObject({ next: [], status: "finished" });
    expect(ran).toEqual([]);
  });
});

it("002, 8.3: without a checkpointer a graph that is to stop refuses to run, and says what to add", async () => {
  const { graph } = agent({ interruptBefore: ["call_tools"], checkpointer: undefined });
  await expect(graph.invoke(question, session)).rejects.toThrow("No checkpointer set");
});

describe("002, 8.4: the execution model", () => {
  it("streams up to the stop, and from there with null once a human has said yes", async () => {
    const { graph, ran } = agent();
    const chunks = await collected(graph.stream(question, session));
    expect(chunks).toMatchObject([
      { call_llm: { messages: [{ tool_calls: [SEARCH] }] } },
      { [INTERRUPT]: [] },
    ]);
    const rest = await collected(graph.stream(null, session));
    expect(rest.map((chunk) => Object.keys(chunk))).toEqual([["call_tools"], ["call_llm"]]);
    expect(lastOf((await graph.getState(session)).values)).toBe(
      'The answer: found {"query":"Agent Factory architecture"}',
    );
    expect(ran).toHaveLength(1);
  });

  it("a denial that is written in the model's place ends the run without the tool", async () => {
    const { graph, ran } = agent();
    await graph.invoke(question, session);
    await graph.updateState(session, { messages: [["assistant", "Tool call denied by human reviewer."]] });
    expect(lastOf(await graph.invoke(null, session))).toBe("Tool call denied by human reviewer.");
    expect(ran).toEqual([]);
  });
});

describe("002, 8.5: get_state and update_state", () => {
  it("modify: the model's message with the same id replaces its call, and that is what runs", async () => {
    const { graph, ran } = agent();
    await graph.invoke(question, session);
    const { values } = await graph.getState(session);
    const asked = values.messages.at(-1);
    if (asked?.role !== "assistant") throw new Error("The model has not spoken.");
    const safer = call("rag_search", { query: "public documents only" });
    await graph.updateState(session, { messages: [{ ...asked, tool_calls: [safer] }] });
    await graph.invoke(null, session);
    expect(ran).toEqual(['{"query":"public documents only"}']);
  });

  it("redirect: written as another node, the run goes on behind that one", async () => {
    const { graph, ran } = agent();
    await graph.invoke(question, session);
    await graph.updateState(session, { messages: [["user", "Never mind."]] }, START);
    expect((await graph.getState(session)).next).toEqual(["call_llm"]);
    expect(ran).toEqual([]);
  });
});

describe("002, 8.6: an approval workflow", () => {
  /** The chapter's AgentExecutionManager, which must not keep anything itself: the checkpointer does. */
  function manager() {
    const { graph, ran } = agent();
    const on = onThread;
    return {
      ran,
      async startAndPause(text: string, id: string) {
        await graph.invoke({ messages: [text] }, on(id));
        const { next, values } = await graph.getState(on(id));
        return next.length > 0 ? { toolCalls: callsIn(values.messages) } : { answer: lastOf(values) };
      },
      approve: async (id: string) => lastOf(await graph.invoke(null, on(id))),
      async reject(id: string, reason: string) {
        const { values } = await graph.getState(on(id));
        const [first] = callsIn(values.messages);
        // As the tools' node: the text leaves this out, and then the agent would end where it promises an answer of the model.
        const message = {
          role: "tool",
          content: `Action rejected: ${reason}`,
          tool_call_id: first?.id ?? "",
        } as const;
        await graph.updateState(on(id), { messages: [message] }, "call_tools");
        return lastOf(await graph.invoke(null, on(id)));
      },
    };
  }

  it("pauses, and an approval brings the answer", async () => {
    const { startAndPause, approve, ran } = manager();
    expect(await startAndPause("Search", "one")).toEqual({ toolCalls: [SEARCH] });
    expect(await approve("one")).toContain("The answer: found");
    expect(ran).toHaveLength(1);
  });

  it("a rejection reaches the model, which answers with it, and the tool never runs", async () => {
    const { startAndPause, reject, ran } = manager();
    await startAndPause("Search", "two");
    expect(await reject("two", "too expensive")).toBe("The answer: Action rejected: too expensive");
    expect(ran).toEqual([]);
  });
});

it("002, 8.9: a tool that asks for clarification stops the run, and its answer goes back to the model", async () => {
  const { graph } = agent({}, () => interrupt<string, string>("Which factory do you mean?"));
  const asked = await graph.invoke(question, session);
  expect(asked[INTERRUPT]).toMatchObject([{ value: "Which factory do you mean?" }]);
  expect(lastOf(await graph.invoke(new Command({ resume: "The one in Lyon" }), session))).toBe(
    "The answer: The one in Lyon",
  );
});

it("002, 8.10: several nodes can be stopped before, each one when it comes", async () => {
  const graph = new StateGraph(MessagesAnnotation)
    .addSequence({
      send_email: () => ({ messages: ["sent"] }),
      read_inbox: () => ({ messages: ["read"] }),
      delete_record: () => ({ messages: ["deleted"] }),
    })
    .addEdge(START, "send_email")
    .compile({ checkpointer: new MemorySaver(), interruptBefore: ["send_email", "delete_record"] });
  await graph.invoke({ messages: [] }, session);
  const stops = [(await graph.getState(session)).next];
  await graph.invoke(null, session);
  stops.push((await graph.getState(session)).next);
  expect(stops).toEqual([["send_email"], ["delete_record"]]);
  expect((await graph.invoke(null, session)).messages.map(({ content }) => content)).toEqual([
    "sent",
    "read",
    "deleted",
  ]);
});
