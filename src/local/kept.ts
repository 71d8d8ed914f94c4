// Where npm run start:slack keeps things: with what stands in for AWS, or in one file and without any of that.
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { WORKER_TIMEOUT_MS } from "../lambda/time-outs.ts";
import { fileOfStore, lockFile } from "../sqlite/file.ts";
import { createSqliteStores, type SqliteStores } from "../sqlite/stores.ts";
import type { AppOptions } from "./app.ts";
import type { LocalClock } from "./clock.ts";
import { type Machine, type Settings, startBareMachine, startMachine } from "./machine.ts";

export interface Kept {
  readonly machine: Machine;
  readonly pace: AppOptions;
  /** What the configuration says of it. */
  readonly variables: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * The file that the words behind the command name; undefined when they name none.
 *
 * @throws an error that says which word is wrong.
 * @example
 * fileIn(["--store", "sqlite:./data.db"]); // "./data.db"
 */
export function fileIn(words: readonly string[]): string | undefined {
  const options = { store: { type: "string" } } as const;
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  const strange = tokens.find((token) => token.kind !== "option" || token.name !== "store");
  if (strange !== undefined) throw new Error(`"${words[strange.index] ?? ""}" is not understood. ${USAGE}`);
  const stores = tokens.flatMap((token) => (token.kind === "option" ? [token.value] : []));
  const [store] = stores;
  if (stores.length === 0) return undefined;
  if (stores.length > 1 || store === undefined)
    throw new Error(`--store takes one store, and is given once. ${USAGE}`);
  return fileOfStore(store);
}

const USAGE =
  "npm run start:slack keeps its data with what stands in for AWS, and npm run start:slack -- --store sqlite:./data.db in that file.";

export async function keptIn(file: string | undefined, settings: Settings, clock: LocalClock): Promise<Kept> {
  return file === undefined ? onStandIns(settings, clock) : inFile(file, settings, clock);
}

async function onStandIns(settings: Settings, clock: LocalClock): Promise<Kept> {
  const machine = await startMachine(settings, clock);
  const { aws, table, pace } = machine;
  const addresses = { AWS_ENDPOINT_URL_DYNAMODB: aws.dynamoUrl, AWS_ENDPOINT_URL_SQS: aws.sqsUrl };
  const variables = { TABLE_NAME: table, QUEUE_URL: aws.queueUrl, ...addresses };
  return { machine, pace, variables, stop: () => machine.stop() };
}

/** As on AWS: a step may wait for a model that thinks for half a minute, and those who click meanwhile wait for nobody's model. */
const IN_FILE = { workerTimeoutMs: WORKER_TIMEOUT_MS, workers: 10 };

async function inFile(file: string, settings: Settings, clock: LocalClock): Promise<Kept> {
  const lock = lockFile(file);
  const machine = await startBareMachine(settings, clock);
  const { metrics } = machine.around;
  const stores: SqliteStores = createSqliteStores(file, { metrics, nowMs: clock.nowMs });
  stores.freeLeftBehind(clock.now());
  return {
    machine,
    pace: { ...machine.pace, ...IN_FILE, stores },
    // Nothing asks for either: what has the stores needs no address.
    variables: { TABLE_NAME: file, QUEUE_URL: pathToFileURL(file).href },
    async stop(): Promise<void> {
      await machine.stop();
      stores.close();
      lock.release();
    },
  };
}
