// Takes jobs off the queue that is in a file.
import type { WorkerHandler } from "../../lambda/app.ts";
import type { Jobs, Line } from "../../sqlite/jobs.ts";
import { pause, poll, type Polling, type PollingOptions, type Source } from "./polling.ts";

export interface JobPollerOptions extends PollingOptions {
  readonly jobs: Jobs;
  readonly line: Line;
  readonly nowMs: () => number;
  /** Longer than an invocation may take: a job whose worker died comes again this soon. */
  readonly hideMs: number;
}

/** Looking is a read of one row; a person who has clicked does not notice this much. */
const LOOK_EVERY_MS = 100;

/** Polls until it is closed; closing waits for the job in hand. */
export function pollJobs(options: JobPollerOptions, handler: WorkerHandler): Polling {
  return poll(queueIn(options), options, handler);
}

function queueIn({ jobs, line, nowMs, hideMs }: JobPollerOptions): Source {
  return {
    async receive(signal) {
      signal.throwIfAborted();
      const received = jobs.receive(line, { nowMs: nowMs(), hideMs });
      if (received === undefined) await pause(LOOK_EVERY_MS, signal);
      return received;
    },

    async delete(message) {
      await Promise.resolve();
      jobs.delete(message);
    },

    close: () => undefined,
  };
}
