// A text goes through stages, each a graph of its own in which a human reviews it; a rejection leaves for the writer again.
// Asks for types as graphs of its age do.
/* eslint-disable @typescript-eslint/no-deprecated */
import { AIMessage, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import {
  Annotation,
  Command,
  END,
  interrupt,
  isInterrupted,
  MemorySaver,
  MessagesAnnotation,
  messagesStateReducer,
  START,
  StateGraph,
} from "@langchain/langgraph";
import { ScriptedModel } from "./scripted-model.ts";
import { transcriptOf } from "./transcript.ts";

const Review = Annotation.Root({
  ...MessagesAnnotation.spec,
  approvals: Annotation<string[]>({ reducer: (a, b) => a.concat(b), default: () => [] }),
});

type State = typeof Review.State;

const draftIn = ({ messages }: State): string =>
  messages.filter((one) => AIMessage.isInstance(one)).at(-1)?.text ?? "";

/** Prepares what the reviewer sees, asks, and goes on or leaves for the graph around it. */
function stage(name: string, prepared: string[]) {
  return new StateGraph(Review)
    .addNode("prepare", () => {
      prepared.push(name);
      return {
        messages: [new HumanMessage({ content: `${name}, please look.`, name: "desk", id: `${name}-ask` })],
      };
    })
    .addNode(
      "decide",
      (state: State) => {
        const answer = interrupt<unknown, string>({
          stage: name,
          draft: draftIn(state),
          last: state.messages.at(-1),
        });
        if (answer !== "approve")
          return new Command({
            graph: Command.PARENT,
            goto: "write",
            update: { messages: [new HumanMessage(`${name} says: ${answer}`)] },
          });
        return new Command({ goto: "sign", update: { approvals: [name] } });
      },
      { ends: ["sign"] },
    )
    .addNode("sign", () => ({ messages: [new RemoveMessage({ id: `${name}-ask` })] }))
    .addEdge(START, "prepare")
    .addEdge("prepare", "decide")
    .addEdge("sign", END)
    .compile();
}

const signedBy =
  (name: string) =>
  ({ approvals }: State) =>
    approvals.includes(name) ? "yes" : "no";

function build(model: ScriptedModel, prepared: string[]) {
  return new StateGraph(Review)
    .addNode("write", async ({ messages }) => ({ messages: await model.invoke(messages) }))
    .addNode("editor", stage("editor", prepared), { ends: ["write"] })
    .addNode("legal", stage("legal", prepared), { ends: ["write"] })
    .addNode("publish", (state) => {
      const [first] = state.messages;
      return { messages: [["ai", `Published for ${first?.getType()}: ${draftIn(state)}`]] as never };
    })
    .addEdge(START, "write")
    .addEdge("write", "editor")
    .addConditionalEdges("editor", signedBy("editor"), { yes: "legal", no: END })
    .addConditionalEdges("legal", signedBy("legal"), { yes: "publish", no: END })
    .addEdge("publish", END)
    .compile({ checkpointer: new MemorySaver() });
}

export async function play(): Promise<readonly unknown[]> {
  const prepared: string[] = [];
  const model = new ScriptedModel([
    new AIMessage("First draft."),
    new AIMessage("Second draft."),
    new AIMessage("Third draft."),
  ]);
  const graph = build(model, prepared);
  const config = { configurable: { thread_id: "text" } };
  const resume = (answer: string) => new Command({ resume: answer });
  const begun = await transcriptOf(
    graph,
    ["Write about otters."].map((text) => ({ messages: text })),
    config,
  );
  const told: string[] = [];
  for await (const chunk of await graph.stream(resume("too long") as never, {
    ...config,
    streamMode: "updates",
  }))
    told.push(...(isInterrupted(chunk) ? ["asks"] : Object.keys(chunk)));
  const transcript = await transcriptOf(
    graph,
    [resume("approve"), resume("not true"), resume("approve"), resume("approve")],
    config,
  );
  const merged = messagesStateReducer([], ["one", { role: "ai", content: "two" }]);
  return [begun, told, transcript, prepared, model.heard, merged.map((one) => [one.getType(), one.content])];
}
