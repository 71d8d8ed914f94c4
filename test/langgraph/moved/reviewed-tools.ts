// An agent whose tool calls a human reviews first: lets one pass, corrects its arguments, or tells the model what is wrong.
// Asks by the guards that graphs of its age ask by.
/* eslint-disable @typescript-eslint/no-deprecated */
import { AIMessage, HumanMessage, isAIMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import {
  Command,
  END,
  interrupt,
  MemorySaver,
  MessagesAnnotation,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import * as z from "zod";
import { ScriptedModel } from "./scripted-model.ts";
import { type Transcript, transcriptOf } from "./transcript.ts";

type State = typeof MessagesAnnotation.State;

interface Review {
  readonly action: "continue" | "update" | "feedback";
  readonly data?: unknown;
}

const transfers: string[] = [];

const transfer = tool(
  ({ amount, to }) => {
    transfers.push(`${amount} to ${to}`);
    return `Transferred ${amount} to ${to}.`;
  },
  {
    name: "transfer",
    description: "Transfers money.",
    schema: z.object({ amount: z.number(), to: z.string() }),
  },
);

/** Asks by itself, whatever the review said. */
const closeAccount = tool(
  ({ name }) => {
    const sure = interrupt<string, string>(`Really close ${name}?`);
    return sure === "yes" ? `Closed ${name}.` : "Left open.";
  },
  { name: "close_account", description: "Closes an account.", schema: z.object({ name: z.string() }) },
);

const rate = tool(() => ({ rate: 1.5 }), {
  name: "rate",
  description: "Tells the rate.",
  schema: z.object({}),
});

const tools = [transfer, closeAccount, rate];

function lastCalls({ messages }: State) {
  const last = messages.at(-1) as AIMessage;
  return last.tool_calls ?? [];
}

const needsReview = ["transfer"];

function routeAfterModel(state: State): "review" | "tools" | typeof END {
  const last = state.messages.at(-1);
  if (last === undefined || !isAIMessage(last) || lastCalls(state).length === 0) return END;
  return lastCalls(state).some(({ name }) => needsReview.includes(name)) ? "review" : "tools";
}

function review(state: State): Command {
  const last = state.messages.at(-1) as AIMessage;
  const call = last.tool_calls?.[0];
  if (call === undefined) throw new Error("There is nothing to review.");
  const answer = interrupt<unknown, Review>({ question: "Is this correct?", call });
  if (answer.action === "continue") return new Command({ goto: "tools" });
  if (answer.action === "update") {
    const updated = {
      role: "ai",
      content: last.content,
      tool_calls: [{ ...call, args: answer.data as Record<string, unknown> }],
      id: last.id ?? "",
    };
    return new Command({ goto: "tools", update: { messages: [updated] } });
  }
  const feedback = new ToolMessage({
    content: String(answer.data),
    name: call.name,
    tool_call_id: call.id ?? "",
  });
  return new Command({ goto: "model", update: { messages: [feedback] } });
}

function build(model: ScriptedModel) {
  const withTools = model.bindTools(tools);
  return new StateGraph(MessagesAnnotation)
    .addNode("model", async ({ messages }) => ({ messages: [await withTools.invoke(messages)] }))
    .addNode("review", review, { ends: ["model", "tools"] })
    .addNode("tools", new ToolNode(tools))
    .addEdge(START, "model")
    .addConditionalEdges("model", routeAfterModel, ["review", "tools", END])
    .addEdge("tools", "model")
    .compile({ checkpointer: new MemorySaver() });
}

const call = (name: string, args: object, id: string) => ({ name, args, id, type: "tool_call" as const });
const asking = (...calls: readonly ReturnType<typeof call>[]) =>
  new AIMessage({ content: "", tool_calls: [...calls] });

export async function play(): Promise<readonly unknown[]> {
  transfers.length = 0;
  const model = new ScriptedModel([
    asking(call("transfer", { amount: 500, to: "Bob" }, "c1")),
    asking(call("transfer", { amount: 9, to: "Eve" }, "c2")),
    asking(call("transfer", { amount: 7, to: "Ann" }, "c3")),
    asking(call("rate", {}, "c4"), call("close_account", { name: "old" }, "c5"), call("unknown", {}, "c6")),
    new AIMessage("All done."),
  ]);
  const resume = (answer: unknown) => new Command({ resume: answer });
  const transcript: Transcript = await transcriptOf(
    build(model),
    [
      {
        messages: [{ role: "system", content: "Mind the money." }, new HumanMessage("Pay Bob, and tidy up.")],
      },
      resume({ action: "update", data: { amount: 50, to: "Bob" } }),
      resume({ action: "feedback", data: "Eve gets nothing." }),
      resume({ action: "continue" }),
      resume("yes"),
    ],
    { configurable: { thread_id: "bank" } },
  );
  return [transcript, transfers, model.heard];
}
