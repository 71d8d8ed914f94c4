// A worker that is struck while it resumes a run, and the minutes after, in which the sweeper has it done by others.
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work } from "../../src/runs/worker.ts";
import { type Fault, faulty } from "./faults.ts";
import { type Bench, workTime } from "./support.ts";

interface Strike {
  /** The call at which it strikes. */
  readonly nth: number;
  readonly fault: Fault;
  /** After so many, everything has been done. */
  readonly minutes: number;
}

/** False when the run was over before the fault could strike. */
export async function struck(
  run: Pick<Bench, "deps" | "run" | "jobs" | "advanceClock" | "work">,
  { nth, fault, minutes }: Strike,
): Promise<boolean> {
  run.jobs.length = 0;
  const first = faulty(run.deps, (call) => call.nth === nth, fault);
  const job = { kind: "resume", team: run.run.team, thread: run.run.thread } as const;
  try {
    await Promise.race([work(first.deps, job, workTime(run.deps.clock.now())), first.died]);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
  }
  for (let minute = 0; minute < minutes; minute++) {
    run.advanceClock(61);
    await sweep(run.deps, run.run.team);
    for (let next = run.jobs.shift(); next !== undefined; next = run.jobs.shift()) await run.work();
  }
  return first.hasStruck();
}
