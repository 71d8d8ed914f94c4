// What each handler keeps things in: on AWS made of the configuration, one client for all of it; on one machine, whatever it is given.
import { createApiKeys } from "../aws/api-keys.ts";
import { createAuditTrail, createNotedEntries } from "../aws/audit.ts";
import { createCheckpointLog } from "../aws/checkpoint-log.ts";
import { type Consumed, consumedBy } from "../aws/consumed.ts";
import { createDynamo } from "../aws/dynamodb.ts";
import { createHomes } from "../aws/homes.ts";
import { createIdempotency } from "../aws/idempotency.ts";
import { createLists } from "../aws/lists.ts";
import { createSqsQueue } from "../aws/queue.ts";
import { createRecords } from "../aws/records.ts";
import { createStores, type Stores } from "../aws/stores.ts";
import { createThreads } from "../aws/threads.ts";
import type { Checkpointer } from "../graph/index.ts";
import type { ApiKeys } from "../runs/api-keys.ts";
import type { AuditTrail, NotedEntries } from "../runs/audit-ports.ts";
import type { Homes } from "../runs/home-ports.ts";
import type { Idempotency } from "../runs/idempotency.ts";
import type { Lists } from "../runs/lists.ts";
import type { Metrics } from "../runs/metrics.ts";
import type { Log, Queue, Records, Threads } from "../runs/ports.ts";
import type { Config } from "./config.ts";
import { TIME_OUTS } from "./time-outs.ts";

/** Every handler's. */
interface Counted {
  /** What storing has cost since it was last asked. */
  readonly consumed: Consumed;
}

/** Behind both doors, Slack's and the programs'. */
export interface DoorStores extends Counted {
  readonly records: Records;
  readonly apiKeys: ApiKeys;
  readonly lists: Lists;
  readonly trail: AuditTrail;
  readonly noted: NotedEntries;
  readonly queue: Queue;
}

export interface SlackStores extends DoorStores {
  readonly homes: Homes;
}

export interface ApiStores extends DoorStores {
  readonly idempotency: Idempotency;
}

export interface WorkerStores extends Counted, Stores {
  readonly lists: Lists;
  readonly checkpointer: Checkpointer;
  readonly queue: Queue;
}

export interface DeadLetterStores extends Counted {
  readonly records: Records;
  readonly threads: Threads;
  readonly trail: AuditTrail;
}

export interface SweeperStores extends Counted {
  readonly records: Records;
  readonly homes: Homes;
  readonly queue: Queue;
}

/** One machine has them all in one place. */
export type EveryStore = SlackStores & ApiStores & WorkerStores & DeadLetterStores & SweeperStores;

type Dynamo = ReturnType<typeof createDynamo>;

interface Around {
  readonly log: Log;
  readonly metrics: Metrics;
}

export function slackStores(config: Config, around: Around): SlackStores {
  const dynamo = dynamoOf(config, "slack");
  return {
    ...doorStores(dynamo, config, { ...around, name: "slack" }),
    homes: createHomes(dynamo, config.table),
  };
}

export function apiStores(config: Config, around: Around): ApiStores {
  const dynamo = dynamoOf(config, "api");
  return {
    ...doorStores(dynamo, config, { ...around, name: "api" }),
    idempotency: createIdempotency(dynamo, config.table),
  };
}

function doorStores(
  dynamo: Dynamo,
  config: Config,
  { metrics, name }: Around & { readonly name: "slack" | "api" },
): DoorStores {
  const { table } = config;
  return {
    records: createRecords(dynamo, table, metrics),
    apiKeys: createApiKeys(dynamo, table, metrics),
    lists: createLists(dynamo, table),
    trail: createAuditTrail(dynamo, table),
    noted: createNotedEntries(dynamo, table),
    queue: queueOf(config, name),
    consumed: consumedBy(dynamo),
  };
}

export function workerStores(config: Config, { log, metrics }: Around): WorkerStores {
  const { table } = config;
  const dynamo = dynamoOf(config, "worker");
  return {
    ...createStores(dynamo, table, metrics),
    lists: createLists(dynamo, table),
    checkpointer: createCheckpointLog(dynamo, table, {
      metrics,
      onSnapshotFailed: (error, thread) =>
        log.warn("A snapshot of a thread failed; the next one is tried later.", {
          thread,
          error: String(error),
        }),
    }),
    queue: queueOf(config, "worker"),
    consumed: consumedBy(dynamo),
  };
}

export function deadLetterStores(config: Config, { metrics }: Around): DeadLetterStores {
  const { table } = config;
  const dynamo = dynamoOf(config, "dead-letter");
  return {
    records: createRecords(dynamo, table, metrics),
    threads: createThreads(dynamo, table, metrics),
    trail: createAuditTrail(dynamo, table),
    consumed: consumedBy(dynamo),
  };
}

export function sweeperStores(config: Config, { metrics }: Around): SweeperStores {
  const { table } = config;
  const dynamo = dynamoOf(config, "sweeper");
  return {
    records: createRecords(dynamo, table, metrics),
    homes: createHomes(dynamo, table),
    queue: queueOf(config, "sweeper"),
    consumed: consumedBy(dynamo),
  };
}

function dynamoOf({ endpoints }: Config, name: keyof typeof TIME_OUTS): Dynamo {
  return createDynamo({ endpoint: endpoints.dynamodb, ...TIME_OUTS[name].dynamo });
}

function queueOf(
  { endpoints, queueUrl }: Config,
  name: Exclude<keyof typeof TIME_OUTS, "dead-letter">,
): Queue {
  return createSqsQueue({ endpoint: endpoints.sqs, queueUrl, ...TIME_OUTS[name].sqs });
}
