// The four handlers: composed, or as they are deployed, each with what it has logged.
import { randomUUID } from "node:crypto";
import {
  composeApi,
  composeDeadLetter,
  composeSlack,
  composeSweeper,
  composeWorker,
  type DeadLetterHandler,
  type HttpHandler,
  type SweeperHandler,
  type WorkerHandler,
} from "../../src/lambda/app.ts";
import { parseConfig } from "../../src/lambda/config.ts";
import { createMetrics } from "../../src/lambda/emf.ts";
import { createLog } from "../../src/lambda/log.ts";
import { systemClock } from "../../src/lambda/surroundings.ts";
import { createClock } from "../../src/local/clock.ts";
import { type LocalAddresses, localEnvironment } from "../../src/local/config.ts";
import { loadBundle } from "../support/bundles.ts";
import { NOT_WRITTEN } from "../support/counted.ts";
import type { ServedApi } from "./api/stage.ts";

export const MODEL_KEY = "sk-hostile-0123456789abcdef";

export interface Handlers {
  readonly slack: HttpHandler;
  readonly worker: WorkerHandler;
  readonly deadLetter: DeadLetterHandler;
  readonly sweeper: SweeperHandler;
  /** What was logged since the last time. */
  lines(): readonly string[];
}

function environmentOf(addresses: LocalAddresses): Readonly<Record<string, string>> {
  const model = { OPENAI_API_KEY: MODEL_KEY, OPENAI_BASE_URL: "http://127.0.0.1:9/v1" };
  return { ...localEnvironment(addresses), ...model };
}

export function composedHandlers(addresses: LocalAddresses): Handlers {
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const metrics = createMetrics((line) => lines.push(line));
  const around = { clock: systemClock, newId: randomUUID, log, metrics };
  const config = parseConfig(environmentOf(addresses));
  return {
    slack: composeSlack(config, around),
    worker: composeWorker(config, around, { timeoutMs: 10_000 }),
    deadLetter: composeDeadLetter(config, around),
    sweeper: composeSweeper(config, around),
    lines: () => lines.splice(0),
  };
}

/** `written` takes what a handler writes to its output, which is where Lambda reads its log. */
export async function bundledHandlers(
  addresses: LocalAddresses,
  written: () => readonly string[],
): Promise<Handlers> {
  const env = environmentOf(addresses);
  return {
    slack: (await loadBundle("slack", env)).handler,
    worker: (await loadBundle("worker", env)).handler,
    deadLetter: (await loadBundle("dead-letter", env)).handler,
    sweeper: (await loadBundle("sweeper", env)).handler,
    lines: written,
  };
}

/** Nothing sleeps: what a long poll waits goes by on its clock. */
export function composedApi(addresses: LocalAddresses): ServedApi {
  const lines: string[] = [];
  const clock = createClock(Date.now);
  const around = {
    clock,
    newId: randomUUID,
    log: createLog((line) => lines.push(line)),
    metrics: NOT_WRITTEN,
  };
  const api = composeApi(parseConfig(environmentOf(addresses)), around, {
    pause(ms) {
      clock.advance(ms / 1_000);
      return Promise.resolve();
    },
  });
  return { api, lines: () => lines.splice(0) };
}

export async function bundledApi(
  addresses: LocalAddresses,
  written: () => readonly string[],
): Promise<ServedApi> {
  return { api: (await loadBundle("api", environmentOf(addresses))).handler, lines: written };
}
