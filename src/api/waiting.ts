// Long polls: a run that people or a worker are busy with, looked at until it is as its caller waits for, or its time is over.
import * as z from "zod";
import { later } from "../approvals/later.ts";
import { StorageUnavailable } from "../runs/errors.ts";
import type { SeenRun } from "../runs/find.ts";
import type { ThreadRecords } from "../runs/ports.ts";
import type { ThreadKey } from "../runs/run.ts";
import type { ApiContext } from "./context.ts";

/** Below what API Gateway gives a request, with room for the request itself. */
export const MOST_WAIT_SECONDS = 20;

export const Wait = z.coerce
  .number("must be a number of seconds")
  .int("must be a whole number of seconds")
  .min(0, "must not be negative")
  .max(MOST_WAIT_SECONDS, `must be at most ${MOST_WAIT_SECONDS} seconds`)
  .default(0)
  .meta({ description: "how many seconds to wait for it, at most", examples: [20] });

/** Short at first, since most steps are. */
const PAUSES_MS = [100, 200, 400, 800];
const LONGEST_PAUSE_MS = 1_000;

/** As it is once `isThere` says so, or after that many seconds; a look that fails is no reason to say less than is known. */
export async function waitedFor(
  context: ApiContext,
  seen: SeenRun,
  { seconds, isThere }: { readonly seconds: number; readonly isThere: (seen: SeenRun) => boolean },
): Promise<SeenRun> {
  const { deps, cameAt } = context;
  const until = later(cameAt, seconds * 1_000);
  let now = seen;
  for (let tries = 0; !isThere(now) && deps.clock.now() < until; tries++) {
    await deps.pause(PAUSES_MS[tries] ?? LONGEST_PAUSE_MS);
    now = await asStored(context, now);
  }
  return now;
}

/** As it is by now; what is known of it where the store does not answer. */
export async function asStored({ deps, team }: ApiContext, known: SeenRun): Promise<SeenRun> {
  try {
    const { run, approvals } = await deps.records.thread({ team, thread: known.run.thread });
    return run === undefined ? known : { run, approvals };
  } catch (error) {
    if (error instanceof StorageUnavailable) return known;
    throw error;
  }
}

/** After something was done: that nothing was is not to be said of it, when it cannot be read. @throws StorageUnavailable, uncertain */
export async function readAfter({ deps }: ApiContext, key: ThreadKey): Promise<ThreadRecords> {
  try {
    return await deps.records.thread({ team: key.team, thread: key.thread });
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    throw new StorageUnavailable("what came of it could not be read", { cause: error, uncertain: true });
  }
}

/** No worker is to do anything more before somebody else does: it is over, has failed, or waits for people. */
export function isAtRest({ run, approvals }: SeenRun): boolean {
  switch (run.status.kind) {
    case "queued":
      return false;
    case "waiting":
      return isAsking(approvals);
    case "done":
    case "failed":
    case "cancelled":
      return true;
  }
}

/** Somebody is asked, and no answer is on its way: a run is written as waiting until it has ended, also while a worker takes it further. */
function isAsking(approvals: SeenRun["approvals"]): boolean {
  const kinds = approvals.map(({ state }) => state.kind);
  const isAnswered = approvals.some(({ state }) => state.kind === "decided" && !state.resumed);
  return !isAnswered && (kinds.includes("pending") || kinds.includes("expired"));
}

/** Changes whenever anything of the run that callers see does. */
export function tagOf({ run, approvals }: SeenRun): string {
  const version = approvals.reduce((sum, approval) => sum + approval.version, run.version);
  return `"${run.thread}.${version}"`;
}
