// What a run does to the world while it may be cancelled: looked at once more before each request that acts.
import { RunCancelled } from "./errors.ts";

/** Requests that only read are not worth a look of their own. */
const READS = ["GET", "HEAD", "OPTIONS"];

/** @throws RunCancelled from a request that would act for a run that was cancelled */
export function unlessCancelled(http: typeof fetch, isCancelled: () => Promise<boolean>): typeof fetch {
  return async (input, init) => {
    const method = init?.method ?? (input instanceof Request ? input.method : "GET");
    if (!READS.includes(method.toUpperCase()) && (await isCancelled())) throw new RunCancelled();
    return http(input, init);
  };
}
