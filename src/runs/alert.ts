// An alert that started a run is over by itself: the run says so, and what it asks waits for people all the same.
import type { ChangeDeps } from "./change.ts";
import { changedRun } from "./change.ts";
import { later } from "../approvals/later.ts";
import { hasEnded } from "./retention.ts";
import { amongRivals } from "./rivals.ts";
import type { Run, ThreadKey } from "./run.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export type Resolved =
  | { readonly kind: "marked"; readonly run: Run }
  /** It says so already, or is over. */
  | { readonly kind: "unchanged"; readonly run: Run }
  | { readonly kind: "unknown" };

/**
 * Nothing is approved, rejected or cancelled by it.
 *
 * @throws StorageUnavailable
 */
export async function alertResolved(
  deps: Pick<ChangeDeps, "records" | "trail" | "queue" | "clock" | "log">,
  key: ThreadKey,
): Promise<Resolved> {
  return amongRivals<Resolved>(`The run ${key.thread}`, async () => {
    const run = await deps.records.run(key);
    if (run === undefined) return { kind: "unknown" };
    if (run.alertResolvedAt !== undefined || hasEnded(run.status)) return { kind: "unchanged", run };
    const now = deps.clock.now();
    const marked = await changedRun(deps.trail, run, { alertResolvedAt: now, now });
    if (!(await deps.records.saveRun(marked, later(now, SWEEP_AFTER_MS)))) return undefined;
    deps.log.info("The alert of a run is over.", { thread: key.thread });
    await wake(deps, { kind: "resume", ...key });
    return { kind: "marked", run: marked };
  });
}
