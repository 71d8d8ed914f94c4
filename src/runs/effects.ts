// What a run does to the world while it may be cancelled: looked at once more before each request that acts.
import { RunCancelled } from "./errors.ts";
import type { Target } from "./target.ts";

/** Requests that only read are not worth a look of their own. @throws RunCancelled from one that would act for a run that was cancelled */
export function unlessCancelled(target: Target, isCancelled: () => Promise<boolean>): Target {
  return {
    get: (path, options) => target.get(path, options),
    async post(path, act) {
      if (await isCancelled()) throw new RunCancelled();
      return target.post(path, act);
    },
  };
}
