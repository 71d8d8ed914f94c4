// Time, chance and the log, as the handlers have them in production; tests bring their own.
import { randomBytes, randomUUID } from "node:crypto";
import type { Clock, Log } from "../runs/ports.ts";
import { SECRET_BYTES } from "../runs/api-keys.ts";
import { createLog } from "./log.ts";

export interface Surroundings {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };

/** What a token is made of; nobody else's chance will do. */
export const newSecret = (): Uint8Array => randomBytes(SECRET_BYTES);

export const surroundings: Surroundings = {
  clock: systemClock,
  newId: randomUUID,
  log: createLog((line) => process.stdout.write(line)),
};
