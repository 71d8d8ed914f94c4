// What becomes of a job that failed each time it was delivered: its run is failed and shown, so that somebody hears of it and can retry.
import type { AuditTrail } from "./audit-ports.ts";
import { changedRun } from "./change.ts";
import type { Job } from "./ports.ts";
import { cardsBehind } from "./redraw.ts";
import { later } from "../approvals/later.ts";
import { amongRivals } from "./rivals.ts";
import type { Run, ThreadKey } from "./run.ts";
import { type ShowDeps, showThread } from "./show.ts";
import { SWEEP_AFTER_MS } from "./wake.ts";
import { restDecisions } from "./worker.ts";

export interface BuryDeps extends ShowDeps {
  readonly trail: AuditTrail;
}

/**
 * May be repeated: a run that is over, or that only waits for people, stays as it is.
 *
 * @throws StorageUnavailable, and whatever makes the run's records unreadable
 */
export async function buryJob(deps: BuryDeps, job: Job): Promise<void> {
  // Nothing is lost with it: the next change, or the sweeper, has the homes looked at.
  if (job.kind === "homes") return;
  const { team, thread } = job;
  const key = { team, thread };
  await failRun(deps, key);
  const shown = await showThread(deps, key);
  if (shown === undefined) deps.log.warn("A dead job names a thread that has no run.", { thread });
  // What could not be drawn now is drawn when the sweeper finds the run.
  if (shown?.run.status.kind !== "failed" || cardsBehind(shown)) return;
  await restDecisions(deps, shown.approvals);
  await deps.records.reschedule(shown.run, undefined);
}

/** Needs no lease: a worker that has the thread all the same finds that its own write names an older version. */
async function failRun(deps: BuryDeps, key: ThreadKey): Promise<void> {
  const { records, trail, clock, log, metrics } = deps;
  await amongRivals<"done">(`The run ${key.thread}`, async () => {
    const run = await records.run(key);
    if (run === undefined || !(await isToBeDriven(deps, run))) return "done";
    const now = clock.now();
    const status = { kind: "failed" as const, error: wordsFor(run) };
    const failed = await changedRun(trail, run, { status, now });
    if (!(await records.saveRun(failed, later(now, SWEEP_AFTER_MS)))) return undefined;
    metrics.add("Stuck", 1);
    log.error("A job failed each time it was delivered, so its run was marked failed.", {
      thread: run.thread,
      workflow: run.workflow,
    });
    return "done";
  });
}

/** Whether anybody but people has something to do in it. */
async function isToBeDriven({ records }: ShowDeps, run: Run): Promise<boolean> {
  switch (run.status.kind) {
    case "queued":
      return true;
    case "waiting": {
      const { approvals } = await records.thread(run);
      return approvals.some(({ state }) => state.kind === "decided" && !state.resumed);
    }
    case "done":
    case "failed":
    case "cancelled":
      return false;
  }
}

/** Whether a run failed because its job did each time it was delivered, and in no step of its own. */
export function isBuried(run: Run): boolean {
  return run.status.kind === "failed" && run.status.error === wordsFor(run);
}

function wordsFor({ thread }: Run): string {
  return `This run could not go on: it was tried several times, and each time something broke outside of its steps. The worker's log says what, under thread ${thread}. Once that is mended, press Retry.`;
}
