// The product over a table and a local Slack, as far as a story of the corpus needs it: both doors, a worker and a sweeper on a clock that only the story moves.
import { randomBytes, randomUUID } from "node:crypto";
import { createApi } from "../../src/api/app.ts";
import type { ChatModel } from "../../src/graph/index.ts";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { consumedBy } from "../../src/aws/consumed.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createIdempotency } from "../../src/aws/idempotency.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createStore } from "../../src/aws/store.ts";
import { createStores } from "../../src/aws/stores.ts";
import { later } from "../../src/approvals/later.ts";
import { composeSlack } from "../../src/lambda/app.ts";
import { createMetrics } from "../../src/lambda/emf.ts";
import { createLog } from "../../src/lambda/log.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import { createClock, type LocalClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS, localConfig } from "../../src/local/config.ts";
import { createPerson, type LocalPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import type { Store } from "../../src/local/slack/store.ts";
import { refreshHomes } from "../../src/runs/homes.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Job, Log } from "../../src/runs/ports.ts";
import { withSchedules } from "../../src/runs/schedules.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { createTarget } from "../../src/runs/target.ts";
import { work, type WorkTime } from "../../src/runs/worker.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { createDirectory } from "../../src/slack/directory.ts";
import { createHomeScreen } from "../../src/slack/home/screen.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import { schedules } from "../../src/workflows/on-call.ts";
import { corpusWorkflows } from "./workflows.ts";

export const TEAM = SEED.teamId;
const NOWHERE = "http://127.0.0.1:9";

export interface RigOptions {
  readonly dynamoUrl: string;
  readonly table: string;
  readonly slackStore: Store;
  readonly startMs: number;
}

export type Rig = Awaited<ReturnType<typeof startRig>>;

interface Waiting {
  readonly job: Job;
  readonly dueMs: number;
}

export async function startRig({ dynamoUrl, table, slackStore, startMs }: RigOptions) {
  const clock = createClock(() => startMs);
  const logLines: string[] = [];
  const around = {
    ...{ clock, newId: randomUUID, log: createLog((line) => logLines.push(line)) },
    metrics: createMetrics(() => undefined),
  };
  const { log } = around;
  const slack = createLocalSlack({
    ...LOCAL_SECRETS,
    ...{ teamId: TEAM, appUrl: "", store: slackStore, clock },
  });
  const slackServer = await slack.listen(0);
  const config = localConfig({
    ...{ slackUrl: slackServer.url, opsUrl: NOWHERE, dynamoUrl, sqsUrl: NOWHERE, table },
    queueUrl: `${NOWHERE}/0/none`,
  });
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 20_000, maxAttempts: 3 });
  const jobs: Waiting[] = [];
  const queue = {
    send: (job: Job, delaySeconds = 0): Promise<void> => {
      jobs.push({ job, dueMs: clock.nowMs() + delaySeconds * 1_000 });
      return Promise.resolve();
    },
  };
  const stores = {
    ...createStores(dynamo, table, UNCOUNTED),
    ...{ apiKeys: createApiKeys(dynamo, table, UNCOUNTED), lists: createLists(dynamo, table), queue },
    ...{ idempotency: createIdempotency(dynamo, table), consumed: consumedBy(dynamo) },
    checkpointer: createCheckpointLog(dynamo, table, SMALL_SNAPSHOTS),
  };
  const door = await serveHandler(composeSlack(config, around, stores), log);
  slack.setAppUrl(door.url);
  const client = createSlackClient({
    ...{ token: config.slack.token, apiUrl: config.slack.apiUrl, timeoutMs: 5_000, log },
  });
  const people = withSchedules(createDirectory(client, { team: TEAM, nowMs: clock.nowMs }), schedules, clock);
  const target: Target = { isBroken: false, cutsStore: false, isStoreCut: false };
  dynamo.middlewareStack.add(
    (next) => (args) =>
      target.isStoreCut ? Promise.reject(new TypeError("The store is away.")) : next(args),
    { step: "initialize", name: "cutByTarget" },
  );
  const deps = {
    ...{ ...stores, clock, newId: randomUUID, log, metrics: UNCOUNTED, groups: config.groups },
    keeping: config.keeping,
    ...{ directory: people, memberships: people, defaultChannel: SEED.channels.deploys },
    ...{ newSecret: () => randomBytes(32), pause: () => Promise.resolve() },
    messenger: createMessenger(client, { defaultChannel: SEED.channels.deploys }),
    screen: createHomeScreen(client, { command: "/countersign" }),
    workflows: new Map(corpusWorkflows.map((workflow) => [workflow.listing.name, workflow])),
    catalog: corpusWorkflows.map(({ listing }) => listing),
    services: {
      ops: createTarget({ baseUrl: "http://target", http: () => answerOf(target) }),
      ...{ clock, model: scriptedModel },
    },
  };
  const failures: string[] = [];
  const turns = { jobs, clock, failures, log, homes: 0 };
  const person = (id: string): LocalPerson => createPerson(slackServer.url, id);
  return {
    ...{ deps, clock, jobs, failures, logLines, target, dynamo, table },
    memory: createStore(dynamo, { table, team: TEAM }),
    api: createApi(deps, { team: TEAM, webhookSecrets: [] }),
    people: { rita: person(SEED.users.rita), ana: person(SEED.users.ana), bo: person(SEED.users.bo) },
    /** Whatever is due is done, and what is put off for a moment. */
    settle: () => settled(deps, turns),
    sweepAfter: async (seconds: number): Promise<void> => {
      clock.advance(seconds);
      await sweep(deps, TEAM);
      await settled(deps, turns);
    },
    stop: async (): Promise<void> => {
      await door.close();
      await slackServer.close();
      dynamo.destroy();
    },
  };
}

const SMALL_SNAPSHOTS = {
  snapshots: { items: 8, chunkBytes: 1_500, lastChunkBytes: 500, valueBytes: 4_000 },
};

interface Target {
  /** It is reached, and nobody hears of it. */
  isBroken: boolean;
  /** Whoever has reached it next reaches the store no more, as a worker that dies there. */
  cutsStore: boolean;
  isStoreCut: boolean;
}

function answerOf(target: Target): Promise<Response> {
  if (target.cutsStore) target.isStoreCut = true;
  return target.isBroken ? Promise.reject(new TypeError("fetch failed")) : Promise.resolve(Response.json({}));
}

/** Calls the tool twice, one call after the other. */
const scriptedModel: ChatModel = {
  complete: ({ messages }) => {
    const round = messages.filter(({ role }) => role === "assistant").length;
    const call = { name: "restart", arguments: JSON.stringify({ env: "staging" }) };
    const tool_calls = [{ id: `call-${round}`, type: "function" as const, function: call }];
    const isOver = round >= 3;
    return Promise.resolve({
      message: isOver
        ? { role: "assistant" as const, content: "Done." }
        : { role: "assistant" as const, content: null, tool_calls },
      usage: { inputTokens: 10, outputTokens: 2 },
    });
  },
};

/** Put off for longer than this it is the sweeper's, or a later story's. */
const MOMENT_MS = 30_000;
const MOST_JOBS = 2_000;

async function settled(
  deps: Parameters<typeof work>[0] & Parameters<typeof refreshHomes>[0],
  around: {
    readonly jobs: Waiting[];
    readonly clock: LocalClock;
    readonly failures: string[];
    readonly log: Log;
    homes: number;
  },
): Promise<void> {
  const { jobs, clock, failures } = around;
  for (let count = 0; count < MOST_JOBS; count++) {
    jobs.sort((one, other) => one.dueMs - other.dueMs);
    const [next] = jobs;
    if (next === undefined || next.dueMs > clock.nowMs() + MOMENT_MS) return;
    jobs.shift();
    clock.advance(Math.max(1, (next.dueMs - clock.nowMs()) / 1_000));
    const { job } = next;
    const time = timeFrom(clock.now());
    try {
      if (job.kind !== "homes") await work(deps, job, time);
      else if (isOfHomesLooked(around)) await refreshHomes(deps, job.team, time.beginUntil);
    } catch (error) {
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(`After ${MOST_JOBS} jobs there are still others: ${JSON.stringify(jobs.slice(0, 3))}.`);
}

/** Homes are out of date after every job, and reading one takes longer than all else: they are looked at now and then. */
function isOfHomesLooked(around: { homes: number }): boolean {
  around.homes += 1;
  return around.homes % HOMES_EVERY === 1;
}

const HOMES_EVERY = 40;

function timeFrom(now: string): WorkTime {
  return { until: later(now, 20_000), beginUntil: later(now, 15_000), nodeLimitMs: 5_000 };
}
