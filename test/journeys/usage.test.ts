// What a run has asked of its model: counted over its turns, also over one that failed, and shown to whoever asks.
import { expect, test } from "vitest";
import * as z from "zod";
import { ModelAnswerUnusable, ModelUnavailable } from "../../src/agent/model-errors.ts";
import { askApproval } from "../../src/approvals/ask.ts";
import { Annotation, type ChatModel, type Completion, START, StateGraph } from "../../src/graph/index.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { type OwnWorkflow, startOwnWorkflow } from "../support/own-workflow.ts";
import { DEPLOYS, messageLike, pendingCard, told } from "../support/system.ts";

const State = Annotation.Root({ topic: Annotation<string>(), text: Annotation<string>() });
const message = { role: "assistant", content: "Dear all" } as const;

const writing = defineWorkflow<z.ZodObject<{ topic: z.ZodString }>, typeof State.State>({
  name: "writing",
  description: "Writes, asks, and writes again",
  example: "topic=monday",
  version: "1",
  input: z.object({ topic: z.string() }),
  policy: { approvers: ["approvers"], requesterMayApprove: false },
  graph: ({ model }) => {
    const write = async (): Promise<string | null> =>
      (await model.complete({ messages: [] })).message.content;
    return new StateGraph(State)
      .addNode("write", async () => ({ text: `${await write()}, ${await write()}` }))
      .addNode("ask", ({ text }) => {
        askApproval({ title: "Send it", action: { name: "send", args: { text } } });
        return {};
      })
      .addNode("finish", async () => ({ text: (await write()) ?? "" }))
      .addEdge(START, "write")
      .addEdge("write", "ask")
      .addEdge("ask", "finish");
  },
  outcome: ({ text }) => ({ good: true, text }),
});

/** The model gives these in turn; one that is undefined is never asked for. */
function start(...answers: readonly (Completion | Error)[]): Promise<OwnWorkflow> {
  let asked = 0;
  const complete = (): Promise<Completion> => {
    const answer = answers[asked++] ?? new Error("The model was asked once too often.");
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return startOwnWorkflow({ workflow: writing, words: { topic: "monday" }, model: { complete } });
}

async function shownOf({ rita }: OwnWorkflow): Promise<string> {
  const { text } = await messageLike(rita, /^writing r-/);
  const before = (await rita.ephemerals()).length;
  await rita.say(DEPLOYS, `/countersign show ${/r-[0-9a-f]{6}/.exec(text)?.[0] ?? ""}`);
  const [said] = (await rita.ephemerals()).slice(before);
  return JSON.stringify(said);
}

test("what a run asks of its model adds up over its turns, and what it failed with counts too", async () => {
  const cutOff = new ModelAnswerUnusable("It was cut off.", {
    usage: { inputTokens: 1_000, outputTokens: 16_000 },
  });
  const system = await start(
    { message, usage: { inputTokens: 700, outputTokens: 40 } },
    { message },
    cutOff,
    { message, usage: { inputTokens: 300, outputTokens: 5 } },
  );
  const { ana, rita, goOn } = system;
  await goOn();
  expect(await shownOf(system)).toContain("Model: 2 calls, 700 tokens in, 40 out");

  await ana.click(await pendingCard(ana), "Approve");
  await told(ana, /^Your decision is recorded/);
  await goOn();
  await messageLike(rita, /Failed: It was cut off\./);
  expect(await shownOf(system)).toContain("Model: 3 calls, 1,700 tokens in, 16,040 out");

  const card = await rita.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes("Retry")),
  );
  await rita.click(card, "Retry");
  await told(rita, /^The run is queued again/);
  await goOn();
  await messageLike(rita, /^✅ Dear all/);
  expect(await shownOf(system)).toContain("Model: 4 calls, 2,000 tokens in, 16,045 out");
}, 30_000);

test("a step that spent its time on a model that is away says so", async () => {
  const away = new ModelUnavailable("The model at localhost could not be reached.");
  const complete: ChatModel["complete"] = ({ messages, signal }) =>
    messages.length === 0
      ? Promise.reject(away)
      : new Promise((_, reject) => signal?.addEventListener("abort", () => reject(new Error("Stopped."))));
  const asking = defineWorkflow<z.ZodObject<{ topic: z.ZodString }>, typeof State.State>({
    ...{ name: "asking", description: "Asks twice", example: "topic=monday", version: "1" },
    input: z.object({ topic: z.string() }),
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    graph: ({ model }) =>
      new StateGraph(State)
        .addNode("ask", async (_, { signal }) => {
          await model.complete({ messages: [], signal }).catch(() => undefined);
          await model.complete({ messages: [{ role: "user", content: "Again." }], signal });
          return {};
        })
        .addEdge(START, "ask"),
    outcome: () => ({ good: true, text: "" }),
  });
  const { rita, goOn } = await startOwnWorkflow({
    ...{ workflow: asking, words: { topic: "monday" }, model: { complete }, nodeLimitMs: 100 },
  });
  await goOn();
  await messageLike(
    rita,
    /The step "ask" took longer than the 0\.1 s that one step may take\. The model at localhost could not be reached\./,
  );
}, 30_000);

test("of a model that does not say what its answers cost, the calls are counted", async () => {
  const system = await start({ message }, { message });
  await system.goOn();
  const shown = await shownOf(system);
  expect(shown).toContain('Model: 2 calls"');
  expect(shown).not.toContain("tokens");
}, 30_000);
