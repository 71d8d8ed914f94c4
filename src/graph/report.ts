// What a superstep came to, for invoke and every stream mode.
import type { Report, StepDone } from "./live.ts";
import type { Plan } from "./plan.ts";
import type { Run } from "./run.ts";
import { pendingInterrupts, provisionalValues, type Thread, toldInterrupts } from "./thread.ts";
import type { Values } from "./values.ts";

/** A thread as it stands, with nothing to tell of. */
export function reportOf({ plan }: Pick<Run, "plan">, thread: Thread, values = thread.values): Report {
  const nothing = { done: undefined, interrupts: [], isAtBreakpoint: false };
  return { thread, plan, values, hasWritten: true, isCheckpoint: true, ...nothing };
}

/** The thread waits for answers, or to be continued. */
export function pauseReport(run: Run, thread: Thread, done: StepDone | undefined): Report {
  const interrupts = toldInterrupts(pendingInterrupts(thread));
  const values = provisionalValues(run.plan.channels, thread);
  const isAtBreakpoint = interrupts.length === 0;
  return { ...reportOf(run, thread, values), done, interrupts, isAtBreakpoint, isCheckpoint: false };
}

/** Whether an update changes what the state is shown as. */
export function isShown({ shown }: Plan, update: Values): boolean {
  const names = Object.keys(update);
  return shown === undefined ? names.length > 0 : names.some((name) => shown.outputs.includes(name));
}
