// A workflow of the test's own in the whole product: Slack, clicks and storage are the product's, and the worker is one that the test hands its jobs.
import { keepingOf } from "../../src/runs/removed.ts";
import { randomUUID } from "node:crypto";
import { onTestFinished } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createSqsQueue } from "../../src/aws/queue.ts";
import { createStores } from "../../src/aws/stores.ts";
import type { ChatModel } from "../../src/graph/index.ts";
import { QueueUnavailable } from "../../src/runs/errors.ts";
import { later } from "../../src/approvals/later.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { startRun } from "../../src/runs/start.ts";
import { withSchedules } from "../../src/runs/schedules.ts";
import { createTarget } from "../../src/runs/target.ts";
import { work } from "../../src/runs/worker.ts";
import type { Workflow } from "../../src/runs/workflow.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { createDirectory } from "../../src/slack/directory.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import { schedules } from "../../src/workflows/on-call.ts";
import { DEPLOYS, startSystem, type System } from "./system.ts";

export interface OwnWorkflow extends System {
  /** Takes the run as far as it goes, in a worker that begins after the one before has been given up. */
  goOn(): Promise<void>;
  /** From now on the worker runs this one, in place of the workflow of the same name. */
  deploy(workflow: Workflow): void;
}

interface Started {
  readonly workflow: Workflow;
  readonly words: Readonly<Record<string, string>>;
  /** It is asked for in no channel. */
  readonly isRemote?: true;
  /** A webhook, in place of Rita. */
  readonly requester?: string;
  /** How the workflow reaches the world. */
  readonly http?: (system: System) => typeof fetch;
  readonly model?: ChatModel;
  /** What one step may take. */
  readonly nodeLimitMs?: number;
  /** For people in browsers. */
  readonly page?: Parameters<typeof startSystem>[0];
}

const NO_MODEL: ChatModel = {
  complete: () => Promise.reject(new Error("There is no model in this test.")),
};

/** Rita has asked for a run. The queue is away, so that no worker but the test's own hears of it. */
export async function startOwnWorkflow({
  workflow,
  words,
  http,
  model = NO_MODEL,
  nodeLimitMs = 10_000,
  page,
  isRemote,
  requester,
}: Started): Promise<OwnWorkflow> {
  const system = await startSystem(page);
  const { relays, around, rita, config } = system;
  relays.sqs.cut();
  let shift = 0;
  const clock = { now: () => later(around.clock.now(), shift) };
  const { slack, groups, table, queueUrl, opsUrl, endpoints } = config;
  const { log } = around;
  const dynamo = createDynamo({ endpoint: endpoints.dynamodb, timeoutMs: 1_000, maxAttempts: 2 });
  onTestFinished(() => dynamo.destroy());
  const client = createSlackClient({ token: slack.token, apiUrl: slack.apiUrl, timeoutMs: 5_000, log });
  const stores = createStores(dynamo, table, UNCOUNTED);
  const { records } = stores;
  const queue = createSqsQueue({ endpoint: endpoints.sqs, queueUrl, timeoutMs: 500, maxAttempts: 1 });
  const directory = createDirectory(client, { team: slack.team, nowMs: Date.now });
  const workflows = new Map([[workflow.listing.name, workflow]]);
  const deps = {
    ...stores,
    memberships: withSchedules(directory, schedules, clock),
    keeping: keepingOf(90, 400),
    ...{ queue, clock, log, metrics: around.metrics, groups, newId: randomUUID },
    checkpointer: createCheckpointLog(dynamo, table),
    messenger: createMessenger(client, { defaultChannel: slack.defaultChannel }),
    workflows,
    services: {
      ops: createTarget({ baseUrl: opsUrl, http: http?.(system) ?? fetch }),
      clock,
      model,
    },
  };
  const started = await startRun(
    {
      records,
      queue,
      directory,
      catalog: [workflow.listing],
      groups,
      clock,
      log,
      defaultChannel: slack.defaultChannel,
    },
    {
      ...{ team: slack.team, delivery: "test", workflow: workflow.listing.name, words },
      requester: requester ?? rita.id,
      ...(isRemote !== true && { channel: DEPLOYS }),
    },
  );
  if (started.kind !== "started") throw new Error(`The run was not started: ${started.kind}.`);
  const { team, thread } = started.run;
  return {
    ...system,
    deploy: (changed) => void workflows.set(changed.listing.name, changed),
    async goOn(): Promise<void> {
      shift += 120_000;
      const now = clock.now();
      const time = { until: later(now, 20_000), beginUntil: later(now, 10_000), nodeLimitMs };
      await work(deps, { kind: "resume", team, thread }, time);
      // What it put off, since the queue took no job for it.
      shift += 2_000;
      await work(deps, { kind: "redraw", team, thread }, time).catch((error: unknown) => {
        if (!(error instanceof QueueUnavailable)) throw error;
      });
    },
  };
}
