// Puts the parts together, one function for each handler. Each reaches only what its handler needs, and the bundler drops the rest.
import { setTimeout } from "node:timers/promises";
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyStructuredResultV2,
  SQSBatchResponse,
  SQSEvent,
} from "aws-lambda";
import { createApi, noRequest } from "../api/app.ts";
import { buryJob } from "../runs/dead-letter.ts";
import { refreshHomes } from "../runs/homes.ts";
import type { Metrics } from "../runs/metrics.ts";
import type { Log, Messenger } from "../runs/ports.ts";
import { later } from "../approvals/later.ts";
import { withSchedules } from "../runs/schedules.ts";
import { sweep } from "../runs/sweep.ts";
import { createTarget } from "../runs/target.ts";
import { work, type WorkTime } from "../runs/worker.ts";
import { Listing } from "../runs/workflow.ts";
import { createSlackApp } from "../slack/app.ts";
import { createSlackClient } from "../slack/client.ts";
import { createDirectory } from "../slack/directory.ts";
import { createFileSender } from "../slack/files.ts";
import { createHomeScreen } from "../slack/home/screen.ts";
import { createMessenger } from "../slack/messenger.ts";
import manifest from "../workflows/manifest.json" with { type: "json" };
import { schedules } from "../workflows/on-call.ts";
import { workflows } from "../workflows/registry.ts";
import { eachJob } from "./batch.ts";
import type { Config } from "./config.ts";
import { arrivedAt, requestFrom, resultOf } from "./http-event.ts";
import { type Invocation, traced } from "./log.ts";
import { modelOf } from "./model.ts";
import {
  apiStores,
  type DeadLetterStores,
  deadLetterStores,
  type DoorStores,
  slackStores,
  type SlackStores,
  type ApiStores,
  type SweeperStores,
  sweeperStores,
  type WorkerStores,
  workerStores,
} from "./stores.ts";
import { newSecret, type Surroundings } from "./surroundings.ts";
import { fetchWithin, nodeLimitMs, reserveMs, TIME_OUTS, WORKER_TIMEOUT_MS } from "./time-outs.ts";
import { watched } from "./watched.ts";

/** Added to a worker's deadline before its lease may be taken: more than clocks differ. */
const LEASE_MARGIN_MS = 5_000;

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  invocation?: Invocation,
) => Promise<APIGatewayProxyStructuredResultV2>;

export function composeSlack(
  config: Config,
  around: Surroundings,
  stores: SlackStores = slackStores(config, around),
): HttpHandler {
  const { client, nowMs, directory, deps } = doorOf(config, around, { stores, waits: TIME_OUTS.slack });
  const { log, metrics } = deps;
  const { onTokenRefused } = around;
  const receiver = createSlackApp(
    { ...config.slack, ...{ nowMs, log, onTokenRefused }, timeoutMs: TIME_OUTS.slack.slack.totalMs },
    {
      ...deps,
      homes: stores.homes,
      screen: createHomeScreen(client, { command: config.slack.command }),
      files: createFileSender(client, log),
      forgetGroup: (group) => directory.forgetGroup(group),
      newSecret,
    },
  );
  return watched(around, stores.consumed, async (event) => {
    // A cold start is part of what Slack waits for.
    const begunAt = arrivedAt(event) ?? nowMs();
    const { body, headers, isBase64Encoded } = event;
    const bytes = Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8");
    const { status, contentType, body: answer } = await receiver.handle({ body: bytes, headers });
    // What is not signed is not Slack's.
    if (status !== 401) metrics.add("SlackAnswer", Math.max(nowMs() - begunAt, 0));
    return { statusCode: status, headers: { "content-type": contentType }, body: answer };
  });
}

/** `pause` is how a long poll waits. */
export function composeApi(
  config: Config,
  around: Surroundings,
  {
    stores = apiStores(config, around),
    pause = setTimeout,
  }: { readonly stores?: ApiStores; readonly pause?: (ms: number) => Promise<void> } = {},
): HttpHandler {
  const { deps } = doorOf(config, around, { stores, waits: TIME_OUTS.api });
  const api = createApi(
    { ...deps, idempotency: stores.idempotency, newId: around.newId, pause },
    { team: config.slack.team, webhookSecrets: config.webhookSecrets },
  );
  return watched(around, stores.consumed, async (event) => {
    const request = requestFrom(event);
    return resultOf(request === undefined ? noRequest() : await api.fetch(request));
  });
}

/** What is behind both doors, Slack's and the programs': each only writes down what is wanted, and wakes the worker. */
function doorOf(
  config: Config,
  { clock, log: untraced, metrics, onTokenRefused }: Surroundings,
  {
    stores: { records, apiKeys, lists, trail, noted, queue },
    waits,
  }: { readonly stores: DoorStores; readonly waits: (typeof TIME_OUTS)["slack" | "api"] },
) {
  const { slack, groups } = config;
  const log = traced(untraced, slack.team);
  const client = clientOf(config, { log, onTokenRefused }, waits.slack.totalMs);
  const nowMs = (): number => Date.parse(clock.now());
  const directory = createDirectory(client, { team: slack.team, nowMs });
  const people = withSchedules(directory, schedules, clock);
  const deps = {
    ...{ records, apiKeys, lists, trail, noted, queue },
    ...{ directory: people, memberships: people },
    catalog: Listing.array().parse(manifest),
    defaultChannel: slack.defaultChannel,
    ...{ groups, clock, log, metrics },
  };
  return { client, nowMs, directory, deps };
}

type SlackClient = ReturnType<typeof createSlackClient>;

function clientOf(
  { slack: { token, apiUrl } }: Config,
  { log, onTokenRefused }: Pick<Surroundings, "onTokenRefused"> & { readonly log: Log },
  timeoutMs: number,
): SlackClient {
  return createSlackClient({ token, apiUrl, timeoutMs, log, onTokenRefused });
}

function messengerOf(
  { slack: { defaultChannel } }: Config,
  client: SlackClient,
  metrics: Metrics,
): Messenger {
  return createMessenger(client, { defaultChannel, metrics });
}

export type WorkerHandler = (
  event: SQSEvent,
  invocation: Invocation & { getRemainingTimeInMillis(): number },
) => Promise<SQSBatchResponse>;

/** `timeoutMs` is how long an invocation may take, whatever is left of it when it begins. */
export function composeWorker(
  config: Config,
  around: Surroundings,
  {
    stores,
    timeoutMs = WORKER_TIMEOUT_MS,
  }: { readonly stores?: WorkerStores; readonly timeoutMs?: number } = {},
): WorkerHandler {
  const { groups, opsUrl, openai } = config;
  const { clock, newId, metrics } = around;
  const log = traced(around.log, config.slack.team);
  const waits = TIME_OUTS.worker;
  const { consumed, ...kept } = stores ?? workerStores(config, { log, metrics });
  const client = clientOf(config, { ...around, log }, waits.slack.totalMs);
  const directory = createDirectory(client, {
    team: config.slack.team,
    nowMs: () => Date.parse(clock.now()),
  });
  const people = withSchedules(directory, schedules, clock);
  const deps = {
    ...kept,
    ...{ directory: people, memberships: people },
    messenger: messengerOf(config, client, metrics),
    screen: createHomeScreen(client, { command: config.slack.command }),
    catalog: [...workflows.values()].map(({ listing }) => listing),
    workflows,
    services: {
      ops: createTarget({ baseUrl: opsUrl, http: fetchWithin(waits.target.totalMs) }),
      clock,
      model: modelOf(openai),
    },
    groups,
    keeping: config.keeping,
    clock,
    newId,
    log,
    metrics,
  };
  // After its last try it goes to the dead-letter queue.
  const failure = "A job failed and will be delivered again.";
  return watched(around, consumed, (event, invocation) =>
    eachJob(event, { log, failure }, (job) => {
      const time = workTime(clock.now(), invocation.getRemainingTimeInMillis(), timeoutMs);
      return job.kind === "homes" ? refreshHomes(deps, job.team, time.beginUntil) : work(deps, job, time);
    }),
  );
}

/** One step may take two thirds of an invocation; a step begins only while that much is left, and enough to record and draw it. */
function workTime(now: string, remainingMs: number, timeoutMs: number): WorkTime {
  const limit = nodeLimitMs(timeoutMs);
  return {
    until: later(now, remainingMs + LEASE_MARGIN_MS),
    beginUntil: later(now, remainingMs - limit - reserveMs(timeoutMs)),
    nodeLimitMs: limit,
  };
}

export type DeadLetterHandler = (event: SQSEvent, invocation?: Invocation) => Promise<SQSBatchResponse>;

export function composeDeadLetter(
  config: Config,
  around: Surroundings,
  stores: DeadLetterStores = deadLetterStores(config, around),
): DeadLetterHandler {
  const { slack } = config;
  const { clock, newId, metrics } = around;
  const log = traced(around.log, slack.team);
  const waits = TIME_OUTS["dead-letter"];
  const { records, threads, trail } = stores;
  const deps = {
    ...{ records, threads, trail },
    messenger: messengerOf(config, clientOf(config, { ...around, log }, waits.slack.totalMs), metrics),
    clock,
    newId,
    log,
    metrics,
  };
  const failure = "A dead job could not be dealt with and stays in the dead-letter queue.";
  return watched(around, stores.consumed, (event) =>
    eachJob(event, { log, failure }, (job) => buryJob(deps, job)),
  );
}

/** What the schedule says with each event is not read. */
export type SweeperHandler = (event?: unknown, invocation?: Invocation) => Promise<void>;

export function composeSweeper(
  config: Config,
  around: Surroundings,
  stores: SweeperStores = sweeperStores(config, around),
): SweeperHandler {
  const { slack } = config;
  const { clock, metrics } = around;
  const log = traced(around.log, slack.team);
  const { records, homes, queue } = stores;
  const deps = {
    ...{ records, homes, queue },
    ...{ clock, log, metrics },
  };
  return watched(around, stores.consumed, async () => {
    await sweep(deps, slack.team);
  });
}
