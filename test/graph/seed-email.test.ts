// The examples of the reference text 000 ("Human-in-the-Loop", Agent Foundry): an e-mail that a human approves, rejects or edits.
import { describe, expect, it } from "vitest";
import {
  Annotation,
  Command,
  END,
  InMemorySaver,
  INTERRUPT,
  interrupt,
  isInterrupted,
  type Message,
  messagesStateReducer,
  START,
  StateGraph,
} from "../../src/graph/index.ts";
import { onThread } from "./support.ts";

const State = Annotation.Root({
  messages: Annotation({ reducer: messagesStateReducer, default: (): Message[] => [] }),
  approved: Annotation<boolean>(),
});

const session = onThread("email-1");
const request = { messages: [["human", "Write an email to cancel my subscription"]] as const };
const DRAFT = "Please cancel my subscription.";
const lastOf = ({ messages }: { readonly messages: readonly Message[] }) => messages.at(-1)?.content;

function approval(options: object = { checkpointer: new InMemorySaver() }) {
  let drafted = 0;
  const graph = new StateGraph(State)
    .addNode("generate", () => {
      drafted++;
      return { messages: [["ai", DRAFT]] as const };
    })
    .addNode("human_review", (state) => ({
      approved: interrupt({ draft: lastOf(state), instruction: "Type 'approve' or 'reject'" }) === "approve",
    }))
    .addNode("finalize", ({ approved }) => ({
      messages: [["ai", approved ? "Email sent!" : "Email discarded."]] as const,
    }))
    .addEdge(START, "generate")
    .addEdge("generate", "human_review")
    .addEdge("human_review", "finalize")
    .addEdge("finalize", END)
    .compile(options);
  return { graph, drafted: () => drafted };
}

describe("000, interrupt and Command(resume)", () => {
  it("review_node: the paused call returns what the human sent", async () => {
    const Draft = Annotation.Root({ draft: Annotation<string>(), human_feedback: Annotation<unknown>() });
    const graph = new StateGraph(Draft)
      .addNode("review_node", ({ draft }) => ({
        human_feedback: interrupt({ draft, prompt: "Approve or edit this draft?" }),
      }))
      .addEdge(START, "review_node")
      .compile({ checkpointer: new InMemorySaver() });
    const asked = await graph.invoke({ draft: DRAFT }, session);
    expect(asked[INTERRUPT]).toMatchObject([
      { value: { draft: DRAFT, prompt: "Approve or edit this draft?" } },
    ]);
    const done = await graph.invoke(new Command({ resume: { action: "approve" } }), session);
    expect(done).toEqual({ draft: DRAFT, human_feedback: { action: "approve" } });
  });

  it.each(["a string", { a: "dict" }, ["a", "list"]])("shows %j as it is", async (value) => {
    const graph = new StateGraph(Annotation.Root({ answer: Annotation<unknown>() }))
      .addNode("review_node", () => ({ answer: interrupt(value) }))
      .addEdge(START, "review_node")
      .compile({ checkpointer: new InMemorySaver() });
    expect((await graph.invoke({}, session))[INTERRUPT]).toMatchObject([{ value }]);
  });

  it("checkpointer requirement: without one the question is an error that says what to add", async () => {
    const { graph } = approval({});
    await expect(graph.invoke(request)).rejects.toMatchObject({ lc_error_code: "MISSING_CHECKPOINTER" });
  });
});

describe("000, approval pattern", () => {
  it.each([
    ["approve", "Email sent!"],
    ["reject", "Email discarded."],
  ])("%s: %s", async (resume, said) => {
    const { graph, drafted } = approval();
    const asked = await graph.invoke(request, session);
    expect(isInterrupted(asked) && asked[INTERRUPT]).toMatchObject([
      { value: { draft: DRAFT, instruction: "Type 'approve' or 'reject'" } },
    ]);
    expect(lastOf(await graph.invoke(new Command({ resume }), session))).toBe(said);
    expect(drafted()).toBe(1);
  });
});

it("000, review / edit pattern: the edited text becomes the human's message", async () => {
  const graph = new StateGraph(State)
    .addNode("human_edit", (state) => {
      const edited = interrupt<object, string>({
        draft: lastOf(state),
        instruction: "Edit the text or return as-is",
      });
      return { messages: [["human", edited]] as const };
    })
    .addEdge(START, "human_edit")
    .compile({ checkpointer: new InMemorySaver() });
  await graph.invoke({ messages: [["ai", DRAFT]] as const }, session);
  const { messages } = await graph.invoke(new Command({ resume: "Please end it today." }), session);
  expect(messages).toMatchObject([
    { role: "assistant", content: DRAFT },
    { role: "user", content: "Please end it today." },
  ]);
});
