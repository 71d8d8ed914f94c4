// A loop that plans, lets a human change the plan, does the steps side by side, and plans again until there is an answer.
// The prebuilt agent is what tutorials of its age use.
/* eslint-disable @typescript-eslint/no-deprecated */
import { AIMessage, type BaseMessage, HumanMessage } from "@langchain/core/messages";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { RunnableLambda } from "@langchain/core/runnables";
import { tool } from "@langchain/core/tools";
import {
  Annotation,
  Command,
  END,
  interrupt,
  MemorySaver,
  Send,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import * as z from "zod";
import { ScriptedModel } from "./scripted-model.ts";
import { transcriptOf } from "./transcript.ts";

const PlanExecute = Annotation.Root({
  input: Annotation<string>({ reducer: (_, y) => y }),
  plan: Annotation<string[]>({ reducer: (_, y) => y, default: () => [] }),
  pastSteps: Annotation<[string, string][]>({ reducer: (x, y) => x.concat(y), default: () => [] }),
  /** Kept as they came, without the reducer for messages. */
  said: Annotation<BaseMessage[]>({ reducer: (x, y) => x.concat(y), default: () => [] }),
  response: Annotation<string | undefined>(),
});

type State = typeof PlanExecute.State;

const lookUp = tool(({ subject }) => `${subject} is 42`, {
  name: "look_up",
  description: "Looks something up.",
  schema: z.object({ subject: z.string() }),
});

const lines = (message: AIMessage) => message.text.split("\n");

function build(planner: ScriptedModel, worker: ScriptedModel) {
  const agent = createReactAgent({ llm: worker, tools: [lookUp], prompt: "Do one step." });
  const prompt = ChatPromptTemplate.fromMessages([
    ["system", "Write a plan, a step on each line, or ANSWER and the answer."],
    ["human", "{input}"],
    ["placeholder", "{said}"],
  ]);
  const plan = prompt.pipe(planner).pipe(
    RunnableLambda.from((message: AIMessage): Partial<State> => {
      const [first = "", ...rest] = lines(message);
      const said = [new AIMessage(message.text)];
      if (first === "ANSWER") return { response: rest.join(" "), said };
      return { plan: lines(message), said };
    }),
  );
  const approve = ({ plan: proposed, said }: State): Command => {
    const answer = interrupt<unknown, boolean | string[]>({ plan: proposed, last: said.at(-1) });
    if (answer === false) return new Command({ goto: END, update: { response: "Cancelled." } });
    const steps = Array.isArray(answer) ? answer : proposed;
    const goto = steps.map((step, at) => new Send("execute", { step, at, said: said.at(-1) }));
    return new Command({ goto, update: { plan: steps } });
  };
  const execute = async ({ step, said }: { step: string; at: number; said: BaseMessage }) => {
    const { messages } = await agent.invoke({ messages: [said, { role: "user", content: step }] });
    const last = messages.at(-1) as AIMessage;
    return { pastSteps: [[step, last.text]] as [string, string][] };
  };
  const gather = ({ pastSteps }: State) => ({
    said: [new HumanMessage(pastSteps.map(([step, result]) => `${step}: ${result}`).join("; "))],
  });
  return new StateGraph(PlanExecute)
    .addNode("planner", plan)
    .addNode("approve", approve, { ends: ["execute", END] })
    .addNode("execute", execute)
    .addNode("gather", gather)
    .addEdge(START, "planner")
    .addConditionalEdges("planner", ({ response }) => (response === undefined ? "go on" : "stop"), {
      "go on": "approve",
      stop: END,
    })
    .addEdge("execute", "gather")
    .addEdge("gather", "planner")
    .compile({ checkpointer: new MemorySaver() });
}

export async function play(): Promise<readonly unknown[]> {
  const planner = new ScriptedModel([
    new AIMessage("find A\nfind B"),
    new AIMessage("check A"),
    new AIMessage("ANSWER\nA and B are 42."),
  ]);
  const asking = new AIMessage({
    content: "",
    tool_calls: [{ name: "look_up", args: { subject: "it" }, id: "l1", type: "tool_call" }],
  });
  // Its first line is never said: the plan before it counts as one of the model's.
  const worker = new ScriptedModel([new AIMessage("never"), asking, new AIMessage("found 42")]);
  const transcript = await transcriptOf(
    build(planner, worker),
    [
      { input: "What are A and B?" },
      new Command({ resume: ["find A", "find B", "find C"] }),
      new Command({ resume: true }),
    ],
    { configurable: { thread_id: "plan" }, recursionLimit: 50 },
  );
  return [transcript, planner.heard, [...worker.heard].sort()];
}
