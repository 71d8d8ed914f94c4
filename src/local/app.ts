// Runs the Lambda handlers on one machine: the same compositions, with the events coming from adapters.
import {
  composeApi,
  composeDeadLetter,
  composeSlack,
  composeSweeper,
  composeWorker,
  type HttpHandler,
  type WorkerHandler,
} from "../lambda/app.ts";
import type { Config } from "../lambda/config.ts";
import type { EveryStore } from "../lambda/stores.ts";
import { withHealth } from "../lambda/health.ts";
import type { Surroundings } from "../lambda/surroundings.ts";
import type { Line } from "../sqlite/jobs.ts";
import type { SqliteStores } from "../sqlite/stores.ts";
import { serveHandler, type Served } from "./adapters/http.ts";
import { pollJobs } from "./adapters/job-poller.ts";
import { pollQueue } from "./adapters/poller.ts";
import type { Polling } from "./adapters/polling.ts";
import { sweepEvery } from "./adapters/timer.ts";

export type AppOptions = Pace & (OnAws | InFile);

export interface Pace {
  readonly sweepEveryMs: number;
  readonly workerTimeoutMs: number;
  /** How many jobs are worked on at a time. */
  readonly workers: number;
  /** Where REST is served; any free port when it is not said. */
  readonly apiPort?: number;
}

/** On AWS, or on what stands in for it, where the configuration says. */
interface OnAws {
  /** Where jobs go that failed each time. */
  readonly deadQueueUrl: string;
  readonly stores?: undefined;
}

/** In one file, with the queue. */
interface InFile {
  readonly stores: SqliteStores & EveryStore;
}

export interface RunningApp extends Behind {
  /** Base address of the Slack function. */
  readonly url: string;
}

/** Slack reaches it over HTTP. */
export async function startApp(
  config: Config,
  around: Surroundings,
  options: AppOptions,
): Promise<RunningApp> {
  const slack = await serveHandler(composeSlack(config, around, options.stores), around.log);
  const behind = await startBehind(config, around, options);
  return {
    url: slack.url,
    apiUrl: behind.apiUrl,
    async stop(): Promise<void> {
      await slack.close();
      await behind.stop();
    },
  };
}

export interface Behind {
  /** Of REST and webhooks. */
  readonly apiUrl: string;
  stop(): Promise<void>;
}

/** Everything but Slack's own door. */
export async function startBehind(
  config: Config,
  around: Surroundings,
  options: AppOptions,
): Promise<Behind> {
  const { stores } = options;
  const api = await serveNear(
    options.apiPort,
    withHealth(composeApi(config, around, { ...(stores && { stores }) })),
    around.log,
  );
  const pollers = pollersOf(config, around, options);
  const timers = [sweepEvery(options.sweepEveryMs, composeSweeper(config, around, stores), around.log)];
  if (stores !== undefined) {
    const tidy = (): Promise<void> => stores.deleteExpired(around.clock.now());
    timers.push(sweepEvery(options.sweepEveryMs, tidy, around.log));
  }
  return {
    apiUrl: api.url,
    async stop(): Promise<void> {
      await api.close();
      await Promise.all([...timers, ...pollers].map((each) => each.close()));
    },
  };
}

function pollersOf(config: Config, around: Surroundings, options: AppOptions): readonly Polling[] {
  const { stores, workerTimeoutMs: timeoutMs } = options;
  const worker = composeWorker(config, around, { timeoutMs, ...(stores && { stores }) });
  const deadLetter = composeDeadLetter(config, around, stores);
  const pollOne = pollerOf(config, around, options);
  return [
    ...Array.from({ length: options.workers }, () => pollOne("waiting", worker)),
    pollOne("dead", deadLetter),
  ];
}

/** A job whose worker died comes back somewhat after the worker could have been at it. */
const HIDE_SHARE = 1.5;

function pollerOf(
  { endpoints: { sqs }, queueUrl }: Config,
  { clock, log }: Surroundings,
  options: AppOptions,
): (line: Line, handler: WorkerHandler) => Polling {
  const { workerTimeoutMs: timeoutMs } = options;
  if (options.stores !== undefined) {
    const { queue: jobs } = options.stores;
    const nowMs = (): number => Date.parse(clock.now());
    const from = { jobs, nowMs, hideMs: timeoutMs * HIDE_SHARE, timeoutMs, log };
    return (line, handler) => pollJobs({ ...from, line }, handler);
  }
  if (sqs === undefined)
    throw new Error("AWS_ENDPOINT_URL_SQS is missing: the local app needs a queue of its own.");
  const urls = { waiting: queueUrl, dead: options.deadQueueUrl };
  return (line, handler) => pollQueue({ endpoint: sqs, queueUrl: urls[line], timeoutMs, log }, handler);
}

/** At this port, or at any other one when it is taken. */
async function serveNear(
  port: number | undefined,
  handler: HttpHandler,
  log: Surroundings["log"],
): Promise<Served> {
  try {
    return await serveHandler(handler, log, port);
  } catch (error) {
    const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
    if (!isTaken) throw error;
    return serveHandler(handler, log);
  }
}
