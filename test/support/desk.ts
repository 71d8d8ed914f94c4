// REST, Slack and a worker over workflows that a test brings along: what the product is made of, but for its registry. One desk does for a whole file.
import { keepingOf } from "../../src/runs/removed.ts";
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { createApi } from "../../src/api/app.ts";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createIdempotency } from "../../src/aws/idempotency.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createSqsQueue } from "../../src/aws/queue.ts";
import { createStores } from "../../src/aws/stores.ts";
import { later } from "../../src/approvals/later.ts";
import type { ChatModel } from "../../src/graph/index.ts";
import { composeSlack, type WorkerHandler } from "../../src/lambda/app.ts";
import { eachJob } from "../../src/lambda/batch.ts";
import type { Config } from "../../src/lambda/config.ts";
import { requestFrom, resultOf } from "../../src/lambda/http-event.ts";
import { createLog } from "../../src/lambda/log.ts";
import type { Surroundings } from "../../src/lambda/surroundings.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import { pollQueue } from "../../src/local/adapters/poller.ts";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS, localConfig } from "../../src/local/config.ts";
import { createOps } from "../../src/local/ops/server.ts";
import { type Administrator, createAdministrator } from "../../src/local/slack/administrator.ts";
import { createPerson, type LocalPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { withSchedules } from "../../src/runs/schedules.ts";
import { createTarget } from "../../src/runs/target.ts";
import { work } from "../../src/runs/worker.ts";
import type { Listing, Workflow } from "../../src/runs/workflow.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { createDirectory } from "../../src/slack/directory.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import { schedules } from "../../src/workflows/on-call.ts";
import { freshAws } from "./system.ts";
import { type Counted, counted } from "./counted.ts";

type People = Readonly<Record<"rita" | "ana" | "bo" | "otto", LocalPerson>>;

export interface Desk extends People {
  readonly apiUrl: string;
  readonly config: Config;
  readonly around: Surroundings;
  readonly administrator: Administrator;
  readonly logLines: readonly string[];
  readonly metrics: Counted;
  /** Makes a workflow one that can be started, under a name of its own, which it returns. */
  offer(workflow: Workflow, model?: ChatModel): string;
  /** Moves everybody's clock. */
  advance(seconds: number): void;
  stop(): Promise<void>;
}

const NO_MODEL: ChatModel = {
  complete: () => Promise.reject(new Error("There is no model in this test.")),
};
const JOB_MS = 10_000;
const WORKERS = 3;

/** For `beforeAll`, which is to stop it again. */
export async function startDesk(): Promise<Desk> {
  const { table, queueUrl, dynamoUrl, sqsUrl } = await freshAws();
  const clock = createClock(Date.now);
  const logLines: string[] = [];
  const log = createLog((line) => logLines.push(line));
  const metrics = counted();
  const around = { clock, newId: randomUUID, log, metrics: { ...metrics, flush: () => undefined } };
  const ops = await createOps({ store: ":memory:", now: clock.nowMs }).listen(0);
  const store = createStore(":memory:");
  const slack = createLocalSlack({ ...LOCAL_SECRETS, teamId: SEED.teamId, appUrl: "", store, clock });
  const slackServer = await slack.listen(0);
  const config = localConfig({
    ...{ slackUrl: slackServer.url, opsUrl: ops.url, dynamoUrl, sqsUrl, queueUrl, table },
  });
  const { groups } = config;
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 3_000, maxAttempts: 2 });
  const client = createSlackClient({ ...config.slack, timeoutMs: 5_000, log });
  const people = createDirectory(client, { team: config.slack.team, nowMs: clock.nowMs });
  const directory = withSchedules(people, schedules, clock);
  const catalog: Listing[] = [];
  const workflows = new Map<string, Workflow>();
  const deps = {
    ...createStores(dynamo, table, UNCOUNTED),
    ...{ lists: createLists(dynamo, table), apiKeys: createApiKeys(dynamo, table, UNCOUNTED) },
    idempotency: createIdempotency(dynamo, table),
    checkpointer: createCheckpointLog(dynamo, table),
    queue: createSqsQueue({ endpoint: sqsUrl, queueUrl, timeoutMs: 3_000, maxAttempts: 2 }),
    messenger: createMessenger(client, { defaultChannel: config.slack.defaultChannel }),
    services: { ops: createTarget({ baseUrl: ops.url, http: fetch }), clock, model: NO_MODEL },
    keeping: keepingOf(90, 400),
    ...{ directory, memberships: directory, catalog, workflows, groups, clock, log, newId: randomUUID },
    metrics,
    defaultChannel: config.slack.defaultChannel,
    // Often enough that nobody waits for the pause itself.
    pause: () => pause(15),
  };
  const api = createApi(deps, { team: config.slack.team, webhookSecrets: [] });
  const rest = await serveHandler(async (event) => {
    const request = requestFrom(event);
    return resultOf(request === undefined ? new Response(null, { status: 400 }) : await api.fetch(request));
  }, log);
  const door = await serveHandler(composeSlack(config, around), log);
  slack.setAppUrl(door.url);
  const worker: WorkerHandler = (event) =>
    eachJob(event, { log, failure: "A job failed and will be delivered again." }, async (job) => {
      const until = later(clock.now(), JOB_MS);
      if (job.kind !== "homes") await work(deps, job, { until, beginUntil: until, nodeLimitMs: JOB_MS });
    });
  const polled = { endpoint: sqsUrl, queueUrl, timeoutMs: JOB_MS, log };
  const pollers = Array.from({ length: WORKERS }, () => pollQueue(polled, worker));
  const person = (id: string): LocalPerson => createPerson(slackServer.url, id);
  const { rita, ana, bo, otto } = SEED.users;
  return {
    ...{ rita: person(rita), ana: person(ana), bo: person(bo), otto: person(otto) },
    ...{ apiUrl: rest.url, config, around, logLines, metrics },
    administrator: createAdministrator(slackServer.url),
    offer({ listing, compile, ...workflow }, model = NO_MODEL) {
      const name = `${listing.name}-${workflows.size + 1}`;
      const named = { ...listing, name };
      catalog.push(named);
      workflows.set(name, {
        ...{ ...workflow, listing: named },
        compile: (services, checkpointer) => compile({ ...services, model }, checkpointer),
      });
      return name;
    },
    advance: (seconds) => clock.advance(seconds),
    async stop() {
      await Promise.all(pollers.map((poller) => poller.close()));
      await Promise.all([rest.close(), door.close(), slackServer.close(), ops.close()]);
      dynamo.destroy();
      store.close();
    },
  };
}
