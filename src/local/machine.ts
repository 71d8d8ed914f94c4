// What runs on one machine behind any Slack: the stand-ins for AWS, the ops target, the model, the log. How it starts, says why it cannot, and stops.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Config, type Logging, parseLogging, parseModel } from "../lambda/config.ts";
import { type Surroundings, surroundingsOf } from "../lambda/surroundings.ts";
import type { AppOptions } from "./app.ts";
import type { LocalClock } from "./clock.ts";
import { modelFor, startScriptedModel } from "./model.ts";
import { createOps } from "./ops/server.ts";
import type { ModelNote } from "./panels/protocol.ts";
import { type AwsStandIns, startAwsStandIns } from "./servers.ts";

const NAMES = { table: "countersign", queue: "countersign-jobs" };
const PACE = { sweepEveryMs: 5_000, workerTimeoutMs: 10_000, workers: 2 };

/** The SDK refuses to sign without credentials; the stand-ins accept any, and real ones have no business here. */
export const NO_CREDENTIALS = {
  AWS_REGION: "local",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
} as const;

export interface Settings {
  readonly port: number;
  readonly dataDir: string;
  readonly model: Config["openai"];
  readonly logging: Logging;
}

/** @throws an error that names the variable which is wrong. */
export function settingsFrom(
  env: Readonly<Record<string, string | undefined>>,
  usual: { readonly port: number; readonly dataDir: string },
): Settings {
  const port = Number(env["PORT"] ?? usual.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a port number, not "${String(env["PORT"])}".`);
  const dataDir = env["COUNTERSIGN_DATA"] ?? usual.dataDir;
  return { port, dataDir, model: parseModel(env), logging: parseLogging(env) };
}

export interface Machine {
  readonly aws: AwsStandIns;
  readonly table: string;
  readonly opsUrl: string;
  /** Which model answers, for people. */
  readonly note: ModelNote;
  readonly openai: Config["openai"];
  readonly around: Surroundings;
  readonly pace: Omit<AppOptions, "apiPort">;
  stop(): Promise<void>;
}

export async function startMachine(
  { dataDir, model, logging }: Settings,
  clock: LocalClock,
): Promise<Machine> {
  mkdirSync(dataDir, { recursive: true });
  const around = surroundingsOf(logging, (line) => appendFileSync(join(dataDir, "app.log"), line));
  const note = modelFor(model);
  const [aws, scripted] = await Promise.all([
    startAwsStandIns(dataDir, NAMES),
    note.kind === "scripted" ? startScriptedModel() : undefined,
  ]);
  const ops = await createOps({ store: join(dataDir, "ops.sqlite"), now: clock.nowMs }).listen(0);
  return {
    ...{ aws, note, table: NAMES.table, opsUrl: ops.url },
    openai: { ...model, ...(scripted && { baseUrl: scripted.url }) },
    around: { ...around, clock },
    pace: { ...PACE, deadQueueUrl: aws.deadQueueUrl },
    async stop(): Promise<void> {
      await Promise.all([ops.close(), aws.stop(), scripted?.stop()]);
    },
  };
}

/** A sentence instead of a stack: what stands in the way here is almost always the port or a variable. */
export async function startOrExplain<T>(start: () => Promise<T>): Promise<T> {
  try {
    return await start();
  } catch (error) {
    console.error(`Countersign cannot start: ${explained(error)}`);
    process.exit(1);
  }
}

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTaken = "code" in error && error.code === "EADDRINUSE" && "port" in error;
  return isTaken
    ? `the port ${String(error.port)} is taken. PORT=8080 npm start takes another one.`
    : error.message;
}

/** Ctrl-C stops it in peace, and a second one at once. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stopping) process.exit(1);
      stopping = true;
      void stop().then(() => process.exit(0));
    });
  }
}

export function secondsSinceStart(): string {
  return (performance.now() / 1_000).toFixed(1);
}
