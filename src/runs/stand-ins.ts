// In place of the services of a graph that is only looked at: it is put together and never run, and reaches nothing.
import type { Services } from "./workflow.ts";

export const STAND_INS: Services = {
  ops: { get: () => unreachable("a target"), post: () => unreachable("a target") },
  clock: { now: () => new Date(0).toISOString() },
  model: { complete: () => unreachable("a model") },
};

function unreachable(what: string): Promise<never> {
  return Promise.reject(new Error(`A graph that is only looked at asked for ${what}.`));
}
