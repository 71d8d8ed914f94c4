// Time, chance and the log, as the handlers have them in production; tests bring their own.
import { randomUUID } from "node:crypto";
import type { Clock, Log } from "../runs/ports.ts";
import { createLog } from "./log.ts";

export interface Surroundings {
  readonly clock: Clock;
  readonly newId: () => string;
  readonly log: Log;
}

export const systemClock: Clock = { now: () => new Date().toISOString() };

export const surroundings: Surroundings = {
  clock: systemClock,
  newId: randomUUID,
  log: createLog((line) => process.stdout.write(line)),
};
