// The whole product as processes, with servers of its own, and the view from outside that holds it against its promises.
import { SQSClient, GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import { type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { createCheckpointLog } from "../../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../../src/aws/dynamodb.ts";
import { sortKey } from "../../../src/aws/keys.ts";
import { createSqsQueue } from "../../../src/aws/queue.ts";
import { runOf } from "../../../src/aws/record-item.ts";
import { createStores } from "../../../src/aws/stores.ts";
import { createTable } from "../../../src/aws/table.ts";
import type { Checkpointer } from "../../../src/graph/index.ts";
import { localEnvironment } from "../../../src/local/config.ts";
import { UNCOUNTED } from "../../../src/runs/metrics.ts";
import type { Run } from "../../../src/runs/run.ts";
import type { Chance } from "./chance.ts";
import { createFleet, type Fleet, type MemberOptions } from "./fleet.ts";
import { freePorts } from "./ports.ts";
import { type Pace, paceToEnvironment, timeThere } from "./pace.ts";

export interface World {
  readonly fleet: Fleet;
  readonly dataDir: string;
  readonly slackUrl: string;
  readonly opsUrl: string;
  readonly stores: ReturnType<typeof createStores>;
  readonly checkpointer: Checkpointer;
  /** What time it is in the processes, in ISO 8601. */
  now(): string;
  runs(): Promise<readonly Run[]>;
  /** Lets a worker look at the run. */
  wake(run: Run): Promise<void>;
  /** How many jobs the queue and the dead-letter queue have, visible or not. */
  jobs(): Promise<number>;
  stop(): Promise<void>;
}

export const PRODUCT = ["worker 1", "worker 2", "slack handler", "sweeper", "dead-letter"] as const;
export const SERVERS = ["dynamo", "queue", "slack", "ops"] as const;
export type MemberName = (typeof PRODUCT)[number] | (typeof SERVERS)[number];

const TABLE = "countersign";
const QUEUE = "jobs";
const CREDENTIALS = { AWS_REGION: "local", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };

interface WorldOptions {
  readonly dataDir: string;
  readonly pace: Pace;
  /** Where what Node has compiled is kept from one process to the next. */
  readonly cacheDir: string;
  readonly chance: Chance;
  /** A killed queue loses its jobs. */
  readonly isForgetful: boolean;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { dataDir, pace, cacheDir, chance, isForgetful } = options;
  const ports = await freePorts(5, chance);
  const [dynamoPort = 0, queuePort = 0, slackPort = 0, opsPort = 0, appPort = 0] = ports;
  const [dynamoUrl, sqsUrl, slackUrl, opsUrl, appUrl] = [
    addressOf(dynamoPort),
    addressOf(queuePort),
    addressOf(slackPort),
    addressOf(opsPort),
    addressOf(appPort),
  ] as const;
  const queueUrl = `${sqsUrl}/000000000000/${QUEUE}`;
  const always = {
    ...{ NODE_COMPILE_CACHE: cacheDir, TEST_DATA: dataDir, TEST_QUEUE: QUEUE, TEST_APP: appUrl },
    ...localEnvironment({ slackUrl, opsUrl, dynamoUrl, sqsUrl, queueUrl, table: TABLE }),
    ...{ ...CREDENTIALS, TEST_FORGETFUL: isForgetful ? "yes" : "no" },
    ...paceToEnvironment(pace),
  };
  const fleet = createFleet(dataDir);
  const server = (role: MemberOptions["role"], port: number): Promise<void> =>
    fleet.start(role, { role, before: ["fast-time.ts"], env: { ...always, TEST_PORT: String(port) } });
  const handler = (name: string, role: MemberOptions["role"]): Promise<void> =>
    fleet.start(name, {
      ...{ role, before: ["fast-time.ts", "own-registry.ts"] },
      env: { ...always, TEST_PORT: String(appPort) },
    });
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 2_000, maxAttempts: 3 });
  const sqs = new SQSClient({ endpoint: sqsUrl });
  const queue = createSqsQueue({ endpoint: sqsUrl, queueUrl, timeoutMs: 2_000, maxAttempts: 3 });
  const stop = async (): Promise<void> => {
    dynamo.destroy();
    sqs.destroy();
    await fleet.stop();
  };
  try {
    await Promise.all([
      server("dynamo", dynamoPort),
      server("queue", queuePort),
      server("slack", slackPort),
      server("ops", opsPort),
    ]);
    await createTable(dynamo, TABLE);
    // One first: the others start faster from what it has compiled.
    await handler("worker 1", "worker");
    await Promise.all([
      handler("worker 2", "worker"),
      handler("slack handler", "slack handler"),
      handler("sweeper", "sweeper"),
      handler("dead-letter", "dead-letter"),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ fleet, dataDir, slackUrl, opsUrl, stop },
    stores: createStores(dynamo, TABLE, UNCOUNTED),
    checkpointer: createCheckpointLog(dynamo, TABLE),
    now: () => new Date(timeThere(pace, Date.now())).toISOString(),
    runs: () => allRuns(dynamo),
    wake: ({ team, thread }) => queue.send({ kind: "sweep", team, thread }),
    jobs: async () => (await jobsIn(sqs, queueUrl)) + (await jobsIn(sqs, `${queueUrl}-dead`)),
  };
}

function addressOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function allRuns(client: DynamoDBClient): Promise<readonly Run[]> {
  const pages = paginateScan(
    { client },
    {
      TableName: TABLE,
      FilterExpression: "sk = :run",
      ExpressionAttributeValues: { ":run": { S: sortKey.run } },
      ConsistentRead: true,
    },
  );
  return (await Array.fromAsync(pages)).flatMap(({ Items = [] }) => Items.map(runOf));
}

const COUNTS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const;

export async function jobsIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...COUNTS] });
  const { Attributes = {} } = await sqs.send(asked);
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
}
