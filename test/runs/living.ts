// A run lived to its end, as people and the sweeper would have it, with a worker that meets its fault on the way.
import { StorageUnavailable } from "../../src/runs/errors.ts";
import type { Job } from "../../src/runs/ports.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work } from "../../src/runs/worker.ts";
import type { Faulty } from "./faults.ts";
import { type Bench, workTime } from "./support.ts";

async function approveWhatIsShown(test: Bench, shown: ReadonlyMap<string, number>): Promise<void> {
  for (const approval of await test.approvals()) {
    const isShown = shown.has(`ask:${approval.interrupt}`);
    if (isShown && approval.state.kind === "pending") await test.decide(approval, { kind: "approve" });
  }
}

/** Works off jobs, clicks what is shown, and sweeps each minute, until nothing is due any more. */
export async function live(test: Bench, shown: ReadonlyMap<string, number>, first: Faulty): Promise<void> {
  const { run, deps, jobs, putOff } = test;
  // What was put off comes when nothing else is to be done, in its time.
  const nextJob = (): Job | undefined => {
    if (jobs.length === 0 && putOff.length > 0) test.advanceClock(2);
    return jobs.shift() ?? putOff.shift();
  };
  let isFirst = true;
  jobs.push({ kind: "start", team: run.team, thread: run.thread });
  for (let sweeps = 0; sweeps < 12; sweeps++) {
    for (let job = nextJob(); job !== undefined; job = nextJob()) {
      try {
        const worked = work(isFirst ? first.deps : deps, job, workTime(deps.clock.now()));
        // The next one is a new process. The job is not given again: the sweeper alone must find what is left.
        if (isFirst && (await Promise.race([worked, first.died])) === "died") isFirst = false;
        else await worked;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        jobs.push(job);
      }
      await approveWhatIsShown(test, shown);
    }
    // The last sweep that finds anything comes an hour after the end.
    const isDone = (await test.stored())?.status.kind === "done";
    test.advanceClock(isDone ? 3_601 : 61);
    if ((await sweep(deps, run.team)) === 0 && isDone) return;
  }
}
