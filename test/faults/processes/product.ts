// The product's handlers, each to be run in a process of its own, with the events that its Lambda function would get.
import { randomUUID } from "node:crypto";
import {
  composeDeadLetter,
  composeSlack,
  composeSweeper,
  composeWorker,
  type WorkerHandler,
} from "../../../src/lambda/app.ts";
import { parseConfig } from "../../../src/lambda/config.ts";
import { createLog } from "../../../src/lambda/log.ts";
import { systemClock } from "../../../src/lambda/surroundings.ts";
import { serveHandler } from "../../../src/local/adapters/http.ts";
import { pollQueue } from "../../../src/local/adapters/poller.ts";
import { sweepEvery } from "../../../src/local/adapters/timer.ts";
import { NOT_WRITTEN } from "../../support/counted.ts";

const WORKER_TIMEOUT_MS = 10_000;
/** Each sweep wakes everything that is due, whether or not it was woken before: more often, and a busy machine gets more jobs than it works off. */
const SWEEP_EVERY_MS = 20_000;
/** What one process works on at a time. */
const JOBS_AT_ONCE = 2;

const log = createLog((line) => process.stdout.write(`${new Date().toISOString()} ${line}`));
const around = { clock: systemClock, newId: randomUUID, log, metrics: NOT_WRITTEN };

export function runWorker(env: NodeJS.ProcessEnv): void {
  const config = parseConfig(env);
  const handler = composeWorker(config, around, { timeoutMs: WORKER_TIMEOUT_MS });
  for (let jobs = 0; jobs < JOBS_AT_ONCE; jobs++) poll(config.queueUrl, config.endpoints.sqs, handler);
}

export function runDeadLetter(env: NodeJS.ProcessEnv): void {
  const config = parseConfig(env);
  poll(`${config.queueUrl}-dead`, config.endpoints.sqs, composeDeadLetter(config, around));
}

function poll(queueUrl: string, endpoint: string | undefined, handler: WorkerHandler): void {
  if (endpoint === undefined) throw new Error("AWS_ENDPOINT_URL_SQS is missing.");
  pollQueue({ endpoint, queueUrl, timeoutMs: WORKER_TIMEOUT_MS, log }, handler);
}

export function runSweeper(env: NodeJS.ProcessEnv): void {
  sweepEvery(SWEEP_EVERY_MS, composeSweeper(parseConfig(env), around), log);
}

export async function runSlackHandler(env: NodeJS.ProcessEnv, port: number): Promise<void> {
  await serveHandler(composeSlack(parseConfig(env), around), log, port);
}
