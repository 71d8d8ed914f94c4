// Runs the Lambda handlers on one machine: the same compositions, with the events coming from adapters.
import {
  composeApi,
  composeDeadLetter,
  composeSlack,
  composeSweeper,
  composeWorker,
  type HttpHandler,
} from "../lambda/app.ts";
import type { Config } from "../lambda/config.ts";
import { withHealth } from "../lambda/health.ts";
import type { Surroundings } from "../lambda/surroundings.ts";
import { serveHandler, type Served } from "./adapters/http.ts";
import { pollQueue } from "./adapters/poller.ts";
import { sweepEvery } from "./adapters/timer.ts";

export interface AppOptions {
  readonly sweepEveryMs: number;
  readonly workerTimeoutMs: number;
  /** How many jobs are worked on at a time. */
  readonly workers: number;
  /** Where jobs go that failed each time. */
  readonly deadQueueUrl: string;
  /** Where REST is served; any free port when it is not said. */
  readonly apiPort?: number;
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
  const slack = await serveHandler(composeSlack(config, around), around.log);
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
  const { sqs } = config.endpoints;
  if (sqs === undefined)
    throw new Error("AWS_ENDPOINT_URL_SQS is missing: the local app needs a queue of its own.");
  const api = await serveNear(options.apiPort, withHealth(composeApi(config, around)), around.log);
  const worker = composeWorker(config, around, { timeoutMs: options.workerTimeoutMs });
  const poller = {
    endpoint: sqs,
    queueUrl: config.queueUrl,
    timeoutMs: options.workerTimeoutMs,
    log: around.log,
  };
  const pollers = Array.from({ length: options.workers }, () => pollQueue(poller, worker));
  pollers.push(pollQueue({ ...poller, queueUrl: options.deadQueueUrl }, composeDeadLetter(config, around)));
  const timer = sweepEvery(options.sweepEveryMs, composeSweeper(config, around), around.log);
  return {
    apiUrl: api.url,
    async stop(): Promise<void> {
      await api.close();
      await Promise.all([timer.close(), ...pollers.map((each) => each.close())]);
    },
  };
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
