// The trace of a run: the same wherever it is worked on, and told to every service that it asks.
import { expect, test } from "vitest";
import * as z from "zod";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import { Annotation, END, START, StateGraph } from "../../src/graph/index.ts";
import { createTarget } from "../../src/runs/target.ts";
import { traceOf } from "../../src/runs/trace.ts";
import { work } from "../../src/runs/worker.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";
import { bench, workTime } from "./support.ts";

const State = Annotation.Root({ said: Annotation<string>() });
const PROMPT = [{ role: "user", content: "Hello?" }] as const;

const outgoing = defineWorkflow({
  name: "outgoing",
  description: "Asks a model and a target, and acts",
  example: "",
  version: "1",
  input: z.object({}),
  policy: { approvers: ["approvers"], requesterMayApprove: false, remindAfterMs: [] },
  graph: ({ model, ops }) =>
    new StateGraph(State)
      .addNode("go", async (_, { idempotencyKey }) => {
        const { message } = await model.complete({ messages: PROMPT });
        await ops.get(["things"]);
        await ops.post(["things"], { body: {}, key: idempotencyKey() });
        return { said: message.content ?? "" };
      })
      .addEdge(START, "go")
      .addEdge("go", END),
  outcome: (state) => ({ good: true, text: z.object({ said: z.string() }).parse(state).said }),
});

test("whatever a run asks of its model and its target carries the run's trace, with a span of its own", async () => {
  const state = await bench(outgoing, {});
  const headers: (string | null)[] = [];
  const heard =
    (answer: unknown): typeof fetch =>
    (_, init) => {
      headers.push(new Headers(init?.headers).get("traceparent"));
      return Promise.resolve(Response.json(answer));
    };
  const choice = { finish_reason: "stop", message: { role: "assistant", content: "Hello." } };
  const address = { apiKey: "k", baseUrl: "http://model.example/v1", model: "small", timeoutMs: 5_000 };
  const services = {
    clock: state.deps.clock,
    model: createOpenAiModel({ ...address, fetch: heard({ choices: [choice] }) }),
    ops: createTarget({ baseUrl: "http://target.example", http: heard({}) }),
  };
  const { team, thread } = state.run;
  const now = state.deps.clock.now();
  await work({ ...state.deps, services }, { kind: "start", team, thread }, workTime(now));
  expect((await state.stored())?.status).toMatchObject({ kind: "done", outcome: { text: "Hello." } });
  // Of the model twice: it answers in one piece, and is asked for that.
  expect(headers).toHaveLength(4);
  const trace = new RegExp(`^00-${traceOf({ team, thread })}-([0-9a-f]{16})-01$`);
  for (const header of headers) expect(header).toMatch(trace);
  expect(new Set(headers).size).toBe(3);
});
