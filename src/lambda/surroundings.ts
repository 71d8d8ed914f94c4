// Time, chance, the log and what is counted, as the handlers have them in production; tests bring their own.
import { randomBytes, randomUUID } from "node:crypto";
import type { Clock } from "../runs/ports.ts";
import { SECRET_BYTES } from "../runs/api-keys.ts";
import type { Logging } from "./config.ts";
import { createMetrics, type InvocationMetrics } from "./emf.ts";
import { createLog, type InvocationLog } from "./log.ts";

export interface Surroundings {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: InvocationLog;
  readonly metrics: InvocationMetrics;
  /** Called when Slack does not take the app's token: there may be another one by now. */
  readonly onTokenRefused?: (() => void) | undefined;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };

/** What a token is made of; nobody else's chance will do. */
export const newSecret = (): Uint8Array => randomBytes(SECRET_BYTES);

/** Lambda makes a log of what is written to the process's output. */
export function surroundingsOf(
  logging: Logging,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Surroundings {
  const log = createLog(write, logging);
  if (logging.problem !== undefined) log.warn(logging.problem);
  return {
    clock: systemClock,
    newId: randomUUID,
    log,
    metrics: createMetrics(write, logging.service),
  };
}
