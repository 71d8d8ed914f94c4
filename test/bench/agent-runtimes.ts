// `npm run bench`: a hundred agents at once, ours and LangGraph.js's prebuilt one, in turn in one process; figures of one machine mean little, ratios more.
// What LangChain has deprecated is what agents are written with that are to be compared.
/* eslint-disable @typescript-eslint/no-deprecated */
import { setTimeout } from "node:timers/promises";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, type BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import * as langgraph from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { Command, MemorySaver } from "../../src/graph/index.ts";
import { agentOf, ANSWER, CALLS, mockModel, PROMPT, RESULT, Service, TASK } from "./agent-mock.ts";

const AGENTS = 100;
const ROUNDS = 7;
const LATENCIES_MS = [0, 20];
/** Of each run. */
const MODEL_CALLS = 2;

/** Runs one agent to its end, with one approval on the way. */
type Agent = (thread: string) => Promise<void>;

const clock = { now: () => "2026-11-22T03:00:00.000Z" };
const approved = { kind: "approved", by: "UANA", at: clock.now() };

interface Paused {
  readonly __interrupt__?: readonly { readonly id?: string }[];
}

const idIn = (result: unknown): string => (result as Paused).__interrupt__?.[0]?.id ?? "";

function ours(latencyMs: number): Agent {
  const graph = agentOf({ model: mockModel(latencyMs), clock }).compile({ checkpointer: new MemorySaver() });
  return async (thread) => {
    const config = { configurable: { thread_id: thread }, context: { requester: "URITA" } };
    const id = idIn(await graph.invoke({ version: "v1" }, config));
    const { agent } = await graph.invoke(new Command({ resume: { [id]: approved } }), config);
    if (agent.outcome?.text !== ANSWER) throw new Error("Ours has not come to its end.");
  };
}

class Model extends BaseChatModel {
  readonly latencyMs: number;

  constructor(latencyMs: number) {
    super({});
    this.latencyMs = latencyMs;
  }

  override bindTools(): this {
    return this;
  }

  _llmType(): string {
    return "mock";
  }

  async _generate(messages: BaseMessage[]): Promise<ChatResult> {
    if (this.latencyMs > 0) await setTimeout(this.latencyMs);
    const isAnswered = messages.some((message) => message.type === "tool");
    const message = isAnswered
      ? new AIMessage(ANSWER)
      : new AIMessage({
          content: "",
          tool_calls: CALLS.map(({ name, args }, index) => ({
            ...{ name, args: { ...args }, id: `call_${index}`, type: "tool_call" as const },
          })),
        });
    return { generations: [{ text: message.text, message }] };
  }
}

function theirs(latencyMs: number): Agent {
  const tools = CALLS.map(({ name }, index) =>
    tool(
      () => {
        if (index === CALLS.length - 1) langgraph.interrupt({ name, question: "Sure?" });
        return RESULT;
      },
      { name, description: `Does ${name}.`, schema: Service },
    ),
  );
  const graph = createReactAgent({
    ...{ llm: new Model(latencyMs), tools, prompt: PROMPT, version: "v2" },
    checkpointer: new langgraph.MemorySaver(),
  });
  return async (thread) => {
    const config = { configurable: { thread_id: thread } };
    await graph.invoke({ messages: [{ role: "user", content: TASK }] }, config);
    const { messages } = await graph.invoke(new langgraph.Command({ resume: "yes" }), config);
    if (messages.at(-1)?.text !== ANSWER) throw new Error("Theirs has not come to its end.");
  };
}

const SIDES = { ours, theirs };

interface Spent {
  readonly ms: number;
  readonly keptKb: number;
}

/** Their saver keeps bytes, which are no part of the heap. */
function bytesKept(): number {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** For all of them; what is kept is what each leaves in memory, in its saver. */
async function spentOn(agent: Agent): Promise<Spent> {
  // So that nothing is counted that is loaded, compiled or shared.
  await agent("first");
  const before = bytesKept();
  const from = performance.now();
  await Promise.all(Array.from({ length: AGENTS }, (_, index) => agent(`t${index}`)));
  const ms = performance.now() - from;
  const keptKb = (bytesKept() - before) / 1_024 / AGENTS;
  // One more, so that its saver is there until now.
  await agent("last");
  return { ms, keptKb };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

async function compared(latencyMs: number): Promise<Record<keyof typeof SIDES, Spent>> {
  const all: Record<keyof typeof SIDES, Spent[]> = { ours: [], theirs: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const side of ["ours", "theirs"] as const) all[side].push(await spentOn(SIDES[side](latencyMs)));
  const middle = (side: readonly Spent[]): Spent => ({
    ms: median(side.map(({ ms }) => ms)),
    keptKb: median(side.map(({ keptKb }) => keptKb)),
  });
  return { ours: middle(all.ours), theirs: middle(all.theirs) };
}

/** Beside the runtime: a model of 0 ms answers at once, so all of the time is overhead. */
export async function compareAgents(): Promise<void> {
  console.log(`\n${AGENTS} agents at once in memory, three calls of tools and one approval each`);
  for (const latencyMs of LATENCIES_MS) {
    const { ours: mine, theirs: other } = await compared(latencyMs);
    // They all wait for it at the same time.
    const over = ({ ms }: Spent): number => Math.max(ms - MODEL_CALLS * latencyMs, 0) / AGENTS;
    const [a, b] = [over(mine), over(other)];
    console.log(
      `  a model of ${String(latencyMs).padStart(2)} ms  ${(b / a).toFixed(1).padStart(6)} × less overhead   ${a.toFixed(2)} ms a run against ${b.toFixed(2)} ms`,
    );
    if (latencyMs === 0)
      console.log(
        `  kept of each run   ${(other.keptKb / mine.keptKb).toFixed(1).padStart(6)} × less memory     ${mine.keptKb.toFixed(0)} KB against ${other.keptKb.toFixed(0)} KB`,
      );
  }
}
