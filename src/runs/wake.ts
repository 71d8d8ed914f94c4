// Wakes the worker. A queue that does not answer loses nothing: what is due is found by the sweeper.
import { QueueUnavailable } from "./errors.ts";
import type { Job, Log, Queue } from "./ports.ts";

/** How long the worker has before the sweeper looks whether it was ever woken. */
export const SWEEP_AFTER_MS = 30_000;
/** What has been due for longer should have been dealt with: longer than the sweeper and the queue take on an ordinary day. */
export const OVERDUE_MS = 3 * 60_000;

/** False when the queue did not take the job. */
export async function wake(
  { queue, log }: { readonly queue: Queue; readonly log: Log },
  job: Job,
  delaySeconds = 0,
): Promise<boolean> {
  try {
    await queue.send(job, delaySeconds);
    return true;
  } catch (error) {
    if (!(error instanceof QueueUnavailable)) throw error;
    log.warn("The queue did not take a job; the sweeper will find the work.", {
      ...(job.kind !== "homes" && { thread: job.thread }),
      kind: job.kind,
      reason: error.message,
    });
    return false;
  }
}
