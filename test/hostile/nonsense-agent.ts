// An agent whose model talks nonsense, whose tools misbehave and whom people answer as they like: played to its end, and what came of it.
import * as z from "zod";
import { createAgent } from "../../src/agent/agent.ts";
import type { AgentServices } from "../../src/agent/agent-context.ts";
import type { AgentState } from "../../src/agent/agent-state.ts";
import { tool, type Tool, type ToolDefinition } from "../../src/agent/tool.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import {
  AnswerRefused,
  type AssistantMessage,
  type ChatModel,
  Command,
  type Message,
} from "../../src/graph/index.ts";
import { isOutcomeUnknown } from "../../src/approvals/choose.ts";
import { createMemoryDynamo } from "../faults/model/client.ts";
import { createMemoryTable } from "../faults/model/table.ts";
import type { Answer } from "./nonsense.ts";

const Args = z.object({
  n: z.int().min(0).max(5),
  text: z.string().max(1_000).optional(),
  any: z.unknown().optional(),
});

export interface Ran {
  readonly call: string;
  readonly tool: string;
  readonly fits: boolean;
}

export interface Asked {
  readonly id: string;
  readonly value: unknown;
}

export interface Played {
  readonly ran: readonly Ran[];
  readonly asked: ReadonlyMap<string, Asked>;
  /** By the question's id, the last of which it went on with. */
  readonly answers: ReadonlyMap<string, readonly Answer[]>;
  /** What the model was told, each time. */
  readonly told: readonly (readonly Message[])[];
  readonly state: AgentState;
  readonly status: string;
  /** What the run failed with, each time. */
  readonly failures: readonly Error[];
}

/** Of one message's calls. */
const MOST_AT_ONCE = 4;

/** What tools come back with that nobody has thought of. */
export const ODD: readonly (() => unknown)[] = [
  () => undefined,
  () => 10n,
  () => Symbol("odd"),
  () => () => undefined,
  () => "\ud800",
  () => ({ toJSON: () => thrown(new Error("No JSON.")) }),
  () => circular(),
  () => new Promise(() => undefined),
  () => thrown(null),
  () => thrown(Object.create(null)),
  () => thrown({ toString: () => thrown(new Error("No text.")) }),
  () => thrown(Object.assign(new Error(), { message: undefined })),
  () => Promise.reject(new Error("\udfff".repeat(5_000))),
];

/** Whatever can be thrown is. */
function thrown(what: unknown): never {
  throw what;
}

function circular(): object {
  const one: { self?: object } = {};
  one.self = one;
  return one;
}

function toolsOf(ran: Ran[]): readonly Tool[] {
  const made = (name: string, more: Partial<ToolDefinition<typeof Args, unknown>> = {}): Tool =>
    tool<typeof Args>({
      ...{ name, description: `Does ${name}.`, input: Args, timeoutMs: 1 },
      ...more,
      run: (args, context) => {
        ran.push({ call: context.callId, tool: name, fits: Args.safeParse(args).success });
        return more.run === undefined ? { ok: args.n } : more.run(args, context);
      },
    });
  const asking = (more: object = {}) => ({
    approval: {
      facts: (_: unknown, { callId }: { readonly callId: string }) => [{ label: "Call", value: callId }],
      ...more,
    },
  });
  return [
    made("free"),
    made("asked", asking({ allowed: ["approve", "edit", "reject", "respond"], when: whenOdd })),
    made("odd", { run: ({ n }, { callId }) => ODD[(n + callId.length) % ODD.length]?.() }),
    made("once", {
      ...asking(),
      atMostOnce: true,
      run: ({ n }) => (n === 3 ? thrown(new Error("The line was cut.")) : n),
    }),
  ];
}

/** Says no clearly, says something else, or cannot say. */
function whenOdd({ n }: { readonly n: number }): boolean {
  if (n === 0) return false;
  if (n === 1) throw new Error("Nobody knows.");
  return true;
}

const by = { by: "UANA", at: "2026-11-22T03:05:00.000Z" };

/** What becomes of a call that may have been carried out. */
const OF_UNKNOWN: Readonly<Record<Answer["kind"], unknown>> = {
  ...{ approve: "retry", reject: "done", respond: { done: "\ud800" }, expire: "abort", edit: "done" },
};

function valueFor(answer: Answer, { value }: Asked): unknown {
  if (isOutcomeUnknown(value)) return OF_UNKNOWN[answer.kind];
  switch (answer.kind) {
    case "approve":
      return { kind: "approved", ...by };
    case "reject":
      return { kind: "rejected", ...by, reason: "No. \ud800" };
    case "respond":
      return { kind: "responded", ...by, text: "In words." };
    case "expire":
      return { kind: "expired", ...by };
    case "edit":
      return { kind: "edited", ...by, before: { n: 2 }, args: answer.args };
  }
}

const MOST_ROUNDS = 60;

function modelFor(talk: readonly AssistantMessage[], told: Message[][]): ChatModel {
  return {
    complete({ messages }) {
      told.push([...messages]);
      const said = messages.filter(({ role }) => role === "assistant").length;
      return Promise.resolve({ message: talk[said] ?? { role: "assistant", content: "The end." } });
    },
  };
}

function graphOf(model: ChatModel, ran: Ran[]) {
  const make = (services: AgentServices) =>
    createAgent(services, {
      ...{ input: z.object({}), task: () => "Go.", prompt: "You go.", tools: toolsOf(ran) },
      ...{ limits: { callsAtOnce: MOST_AT_ONCE }, retry: { maxAttempts: 1 } },
    });
  // Through the real log, as DynamoDB takes it: what cannot be stored is found here.
  const checkpointer = createCheckpointLog(createMemoryDynamo(createMemoryTable()), "countersign");
  return make({ model, clock: { now: () => "2026-11-22T03:00:00.000Z" } }).compile({ checkpointer });
}

/** Somebody answers the first open question, or has it tried again when it has failed, until it has come to its end. */
export async function played(talk: readonly AssistantMessage[], people: readonly Answer[]): Promise<Played> {
  const [ran, told, failures]: [Ran[], Message[][], Error[]] = [[], [], []];
  const [asked, answers] = [new Map<string, Asked>(), new Map<string, Answer[]>()];
  const graph = graphOf(modelFor(talk, told), ran);
  const config = { configurable: { thread_id: "T1#t1" }, context: { requester: "URITA" } };
  let next: Parameters<typeof graph.invoke>[0] = {};
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const failed: unknown = await graph.invoke(next, config).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (failed instanceof Error) failures.push(failed);
    const { interrupts, status } = await graph.getState(config);
    if (status === "finished") break;
    const [first] = interrupts;
    next = null;
    if (first === undefined) continue;
    const before = answers.get(first.id)?.at(-1);
    // Only an answer that was refused is given anew: whatever else went wrong is retried with the answer that there is.
    const isRetried: boolean = !(failed instanceof AnswerRefused);
    // Whoever is refused again and again gives in.
    const other = round > MOST_ROUNDS / 2 ? undefined : people[round % people.length];
    const given: Answer = (isRetried ? before : undefined) ?? other ?? { kind: "reject" };
    asked.set(first.id, first);
    answers.set(first.id, [...(answers.get(first.id) ?? []), given]);
    next = new Command({ resume: { [first.id]: valueFor(given, first) } });
  }
  const { values, status } = await graph.getState(config);
  return { ran, asked, answers, told, failures, status, state: values };
}
