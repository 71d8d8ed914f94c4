// The whole product as packaged processes, with servers and doors of its own.
import { SQSClient } from "@aws-sdk/client-sqs";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createSqsQueue } from "../../src/aws/queue.ts";
import { createStores } from "../../src/aws/stores.ts";
import { createTable } from "../../src/aws/table.ts";
import { localEnvironment } from "../../src/local/config.ts";
import { NO_CREDENTIALS } from "../../src/local/machine.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Lists } from "../../src/runs/lists.ts";
import type { Job } from "../../src/runs/ports.ts";
import type { Run } from "../../src/runs/run.ts";
import type { Chance } from "../faults/processes/chance.ts";
import { createFleet, type Fleet } from "../faults/processes/fleet.ts";
import { freePorts } from "../faults/processes/ports.ts";
import { jobsIn } from "../faults/processes/world.ts";
import { startDynalite, startDynoxide } from "../support/servers.ts";
import { answer, type Door, openDoor, passOn } from "./door.ts";
import { type Front, openFront } from "./front.ts";
import { type LaggingDynamo, openLaggingDynamo } from "./index-lag.ts";
import type { Role } from "./roles.ts";

export interface World {
  readonly fleet: Fleet;
  readonly dataDir: string;
  readonly slackUrl: string;
  readonly opsUrl: string;
  /** Where Slack and programs knock. */
  readonly fronts: { readonly slack: Front; readonly api: Front };
  readonly dynamo: ReturnType<typeof createDynamo>;
  readonly indexes: LaggingDynamo;
  readonly stores: ReturnType<typeof createStores>;
  /** Of the server that stands in for DynamoDB. */
  readonly backend: string;
  /** Those begun since then; to look for them among all that is stored would take minutes. */
  runs(since: string): Promise<readonly Run[]>;
  /** In the queue and in that for dead letters. */
  jobs(): Promise<{ readonly waiting: number; readonly dead: number }>;
  /** Lets a worker look at the run. */
  wake(job: Job): Promise<void>;
  /** Nothing goes wrong on purpose any more. */
  settle(): void;
  stop(): Promise<void>;
}

export interface WorldOptions {
  readonly dataDir: string;
  readonly bundles: string;
  readonly chance: Chance;
  /** Without, nothing goes wrong on purpose. */
  readonly hasFaults: boolean;
  /** How long a killed worker's job stays away. */
  readonly visibilitySeconds: number;
  readonly sweepEveryMs: number;
  /** One of each alone. */
  readonly isSmall: boolean;
  readonly onMessage: (name: string, message: unknown) => void;
}

export const TABLE = "countersign";
const QUEUE = "jobs";
/** Slack itself fails, without a word that is JSON. */
const SLACK_FAILS = 0.005;
const TWICE = 0.03;
const LAG = { share: 0.3, mostMs: 2_000 };

/** Those with a number above one are killed now and then; the others show what memory does over time. */
export const PRODUCT: readonly (readonly [name: string, role: Role])[] = [
  ["worker 1", "worker"],
  ["worker 2", "worker"],
  ["worker 3", "worker"],
  ["slack handler 1", "slack handler"],
  ["slack handler 2", "slack handler"],
  ["api handler 1", "api handler"],
  ["api handler 2", "api handler"],
  ["sweeper", "sweeper"],
  ["dead-letter", "dead-letter"],
];
const SERVERS: readonly Role[] = ["slack", "model", "ops", "queue"];

export async function startWorld(options: WorldOptions): Promise<World> {
  const { dataDir, bundles, chance, hasFaults, onMessage } = options;
  const trouble = { isOver: !hasFaults };
  const ports = await freePorts(10, chance);
  const { slackUrl, modelUrl, opsUrl, sqsUrl, slackFrontUrl } = addressesOf(ports);
  const handlerPorts = { slack: ports.slice(5, 7), api: ports.slice(7, 9) };
  const dynoxide = await startDynoxide();
  const database = dynoxide ?? (await startDynalite());
  // Unlike the others it does not notice when whoever has started it is gone.
  process.once("exit", () => database.process.kill());
  const indexes = await openLaggingDynamo(database.url, hasFaults ? LAG : { share: 0, mostMs: 0 });
  const slackDoor = await openDoor((asked) =>
    !trouble.isOver && Math.random() < SLACK_FAILS
      ? Promise.resolve(answer(503, { error: "unavailable" }))
      : passOn(slackUrl, asked, false),
  );
  const front = (targets: readonly number[], port: number): Promise<Front> =>
    openFront({
      targets: targets.slice(0, options.isSmall ? 1 : undefined).map((one) => `http://127.0.0.1:${one}`),
      twice: () => (trouble.isOver ? 0 : TWICE),
      port,
    });
  const fronts = {
    slack: await front(handlerPorts.slack, ports[4] ?? 0),
    api: await front(handlerPorts.api, 0),
  };
  const queueUrl = `${sqsUrl}/000000000000/${QUEUE}`;
  const addresses = { slackUrl, opsUrl, sqsUrl, queueUrl, table: TABLE, dynamoUrl: indexes.url };
  const env = {
    ...{ TEST_DATA: dataDir, TEST_QUEUE: QUEUE, TEST_APP: slackFrontUrl, SOAK_BUNDLES: bundles },
    ...{
      SOAK_VISIBILITY_SECONDS: String(options.visibilitySeconds),
      SOAK_SWEEP_EVERY_MS: String(options.sweepEveryMs),
    },
    ...{ SOAK_FAULTS: hasFaults ? "yes" : "no", NODE_COMPILE_CACHE: `${dataDir}/cache` },
    ...localEnvironment({ ...addresses, slackUrl: slackDoor.url }),
    ...{ ...NO_CREDENTIALS, OPENAI_API_KEY: "sk-of-the-soak-0123456789", OPENAI_BASE_URL: `${modelUrl}/v1` },
  };
  const entry = `${import.meta.dirname}/member.ts`;
  const fleet = createFleet(dataDir, { entry, flags: ["--expose-gc"], onMessage });
  const start = (name: string, role: Role, port = 0): Promise<void> =>
    fleet.start(name, { role, before: [], env: { ...env, TEST_PORT: String(port) } });
  const dynamo = createDynamo({ endpoint: database.url, timeoutMs: 10_000, maxAttempts: 3 });
  const sqs = new SQSClient({ endpoint: sqsUrl });
  const queue = createSqsQueue({ endpoint: sqsUrl, queueUrl, timeoutMs: 2_000, maxAttempts: 3 });
  const doors: readonly Door[] = [indexes, slackDoor, fronts.slack, fronts.api];
  const stop = async (): Promise<void> => {
    dynamo.destroy();
    sqs.destroy();
    await fleet.stop();
    for (const door of doors) door.close();
    database.process.kill();
  };
  try {
    await createTable(dynamo, TABLE);
    await Promise.all(SERVERS.map((role, at) => start(role, role, ports[at])));
    const members = PRODUCT.filter(([name]) => !options.isSmall || !/[23]$/.test(name));
    await Promise.all(members.map(([name, role]) => start(name, role, portOf(name, handlerPorts))));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...{ fleet, dataDir, slackUrl, opsUrl, fronts, dynamo, indexes, stop },
    backend: dynoxide === undefined ? "dynalite" : "dynoxide",
    stores: createStores(dynamo, TABLE, UNCOUNTED),
    wake: (job) => queue.send(job),
    runs: (since) => runsSince(createLists(dynamo, TABLE), since),
    jobs: async () => ({ waiting: await jobsIn(sqs, queueUrl), dead: await jobsIn(sqs, `${queueUrl}-dead`) }),
    settle: () => {
      trouble.isOver = true;
      indexes.settle();
    },
  };
}

async function runsSince(lists: Lists, since: string): Promise<readonly Run[]> {
  const runs: Run[] = [];
  let cursor: string | undefined;
  do {
    const page = await lists.runs({
      ...{ team: SEED.teamId, of: { kind: "team" }, order: "newest", limit: 100 },
      ...(cursor !== undefined && { cursor }),
    });
    runs.push(...page.items.filter(({ createdAt }) => createdAt >= since));
    cursor = page.items.some(({ createdAt }) => createdAt < since) ? undefined : page.next;
  } while (cursor !== undefined);
  return runs;
}

function addressesOf(ports: readonly number[]) {
  const urls = ports.map((port) => `http://127.0.0.1:${port}`);
  const [slackUrl = "", modelUrl = "", opsUrl = "", sqsUrl = "", slackFrontUrl = ""] = urls;
  return { slackUrl, modelUrl, opsUrl, sqsUrl, slackFrontUrl };
}

function portOf(
  name: string,
  ports: { readonly slack: readonly number[]; readonly api: readonly number[] },
): number {
  const [, kind, nth] = /^(slack|api) handler (\d)$/.exec(name) ?? [];
  const at = Number(nth) - 1;
  return (kind === "slack" ? ports.slack[at] : kind === "api" ? ports.api[at] : undefined) ?? 0;
}
