// What can be known of a run from outside, once everything is quiet: its records, its state, what people see of it and what it has done.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as z from "zod";
import type { SealedAudit } from "../../../src/approvals/audit-log.ts";
import type { Message } from "../../../src/local/slack/protocol.ts";
import type { ThreadRecords } from "../../../src/runs/ports.ts";
import { logOf, type Run } from "../../../src/runs/run.ts";
import type { Services } from "../../../src/runs/workflow.ts";
import { cardOf } from "./screen.ts";
import { DELETED } from "./servers.ts";
import { planned, PlannedInput, PlannedValues } from "./workflow.ts";
import type { World } from "./world.ts";

const Effect = z.object({
  version: z.string(),
  idempotencyKey: z.string(),
  performed: z.number(),
  replays: z.number(),
});
export type Effect = z.infer<typeof Effect>;

export interface Evidence {
  readonly run: Run;
  readonly records: ThreadRecords;
  readonly sealed: readonly SealedAudit[];
  /** Of the graph. */
  readonly state: PlannedValues;
  /** Those of the run's cards that stand in Slack now. */
  readonly messages: readonly Message[];
  readonly effects: readonly Effect[];
}

export interface Collected {
  readonly runs: readonly Evidence[];
  readonly effects: readonly Effect[];
  /** Messages that were posted, and deleted again. */
  readonly deleted: number;
}

export async function collected(world: World): Promise<Collected> {
  const runs = await eventually(() => world.runs());
  const effects = await eventually(() => effectsAt(world.opsUrl));
  const messages = await eventually(() => messagesAt(world.slackUrl));
  const deleted = await readFile(join(world.dataDir, DELETED), "utf8").catch(() => "");
  return {
    runs: await Promise.all(
      runs.map((run) => eventually(() => evidenceOf(world, run, { effects, messages }))),
    ),
    effects,
    deleted: deleted.split("\n").filter((line) => line !== "").length,
  };
}

async function evidenceOf(
  { stores, checkpointer }: World,
  { team, thread, input }: Run,
  { effects, messages }: { readonly effects: readonly Effect[]; readonly messages: readonly Message[] },
): Promise<Evidence> {
  const key = { team, thread };
  const { tag } = PlannedInput.parse(input);
  const records = await stores.records.thread(key);
  if (records.run === undefined) throw new Error(`The run of ${thread} is gone.`);
  const graph = planned.compile(noServices, checkpointer);
  const { values } = await graph.getState({ configurable: { thread_id: logOf(key) } });
  return {
    ...{ run: records.run, records, state: PlannedValues.parse(values) },
    sealed: await Array.fromAsync(stores.trail.sealed(key)),
    messages: messages.filter((message) => cardOf(message)?.thread === thread),
    effects: effects.filter(({ version }) => version.startsWith(`${tag}-`)),
  };
}

/** Nothing is run any more. */
const noServices: Services = {
  ops: { get: asksNothing, post: asksNothing },
  clock: { now: () => new Date().toISOString() },
  model: { complete: () => Promise.reject(new Error("There is no model here.")) },
};

function asksNothing(): Promise<never> {
  return Promise.reject(new Error("Nothing is asked for here."));
}

async function effectsAt(opsUrl: string): Promise<readonly Effect[]> {
  const answer: unknown = await (await fetch(`${opsUrl}/deployments`)).json();
  return z.object({ deployments: z.array(Effect) }).parse(answer).deployments;
}

async function messagesAt(slackUrl: string): Promise<readonly Message[]> {
  const answer = (await (await fetch(`${slackUrl}/local/everything`)).json()) as { messages: Message[] };
  return answer.messages;
}

/** The last kill may have been a moment ago. */
async function eventually<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (error) {
      if (tries === 20) throw error;
      await pause(300);
    }
  }
}
