// What runs on one machine behind any Slack: the stand-ins for AWS, the ops target, the model, the log. How it starts, says why it cannot, and stops.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Config, type Logging, parseKeeping, parseLogging, parseModel } from "../lambda/config.ts";
import { type Surroundings, surroundingsOf } from "../lambda/surroundings.ts";
import { WORKER_TIMEOUT_MS } from "../lambda/time-outs.ts";
import type { Pace } from "./app.ts";
import type { LocalClock } from "./clock.ts";
import { linesInto } from "./log-file.ts";
import { modelFor, startScriptedModel } from "./model.ts";
import { createOps } from "./ops/server.ts";
import type { ModelNote } from "./panels/protocol.ts";
import { type AwsStandIns, startAwsStandIns } from "./servers.ts";

const NAMES = { table: "countersign", queue: "countersign-jobs" };
const PACE = { sweepEveryMs: 5_000, workers: 2 };
/** The scripted model answers at once, so whoever was killed is soon known to be. */
const SCRIPTED_MS = 10_000;

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
  /** How long runs are kept that have ended. */
  readonly keeping: Config["keeping"];
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
  const keeping = parseKeeping(env);
  return { port, dataDir, model: parseModel(env), logging: parseLogging(env), keeping };
}

/** All but where things are kept. */
export interface Machine {
  readonly opsUrl: string;
  /** Which model answers, for people. */
  readonly note: ModelNote;
  readonly openai: Config["openai"];
  readonly around: Surroundings;
  readonly pace: Omit<Pace, "apiPort">;
  stop(): Promise<void>;
}

export interface MachineWithStandIns extends Machine {
  readonly aws: AwsStandIns;
  readonly table: string;
  readonly pace: Omit<Pace, "apiPort"> & { readonly deadQueueUrl: string };
}

export async function startMachine(settings: Settings, clock: LocalClock): Promise<MachineWithStandIns> {
  mkdirSync(settings.dataDir, { recursive: true });
  // First of all: it says so if the folder is another's.
  const hiddenSeconds = (workerTimeoutFor(settings) / 1_000) * 1.5;
  const aws = await startAwsStandIns(settings.dataDir, { ...NAMES, hiddenSeconds });
  const machine = await startBareMachine(settings, clock);
  return {
    ...machine,
    ...{ aws, table: NAMES.table },
    pace: { ...machine.pace, deadQueueUrl: aws.deadQueueUrl },
    async stop(): Promise<void> {
      await Promise.all([machine.stop(), aws.stop()]);
    },
  };
}

/** A real model may think for half a minute, as on AWS. */
function workerTimeoutFor({ model }: Pick<Settings, "model">): number {
  return modelFor(model).kind === "scripted" ? SCRIPTED_MS : WORKER_TIMEOUT_MS;
}

/** Without anything that stands in for AWS. */
export async function startBareMachine(
  { dataDir, model, logging }: Settings,
  clock: LocalClock,
): Promise<Machine> {
  mkdirSync(dataDir, { recursive: true });
  const around = surroundingsOf(logging, linesInto(join(dataDir, "app.log")));
  const note = modelFor(model);
  const scripted = note.kind === "scripted" ? await startScriptedModel() : undefined;
  const ops = await createOps({ store: join(dataDir, "ops.sqlite"), now: clock.nowMs }).listen(0);
  return {
    ...{ note, opsUrl: ops.url },
    openai: { ...model, ...(scripted && { baseUrl: scripted.url }) },
    around: { ...around, clock },
    pace: { ...PACE, workerTimeoutMs: workerTimeoutFor({ model }) },
    async stop(): Promise<void> {
      await Promise.all([ops.close(), scripted?.stop()]);
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

/** Nobody presses Ctrl-C twice as fast; npm does, which hands on what the terminal, or systemd, has told the app already. */
const ECHO_MS = 200;

/** Ctrl-C stops it in peace, and a second one at once. */
export function stopOnSignals(stop: () => Promise<void>): void {
  let stoppingSince: number | undefined;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (stoppingSince !== undefined && performance.now() - stoppingSince > ECHO_MS) process.exit(1);
      if (stoppingSince !== undefined) return;
      stoppingSince = performance.now();
      void stop().then(() => process.exit(0));
    });
  }
}

export function secondsSinceStart(): string {
  return (performance.now() / 1_000).toFixed(1);
}
