// Nudges a run that seems to stand still: whoever can do something about it is reminded of it.
import { isAmong } from "../approvals/policy.ts";
import { type AttendDeps, nudgeQuestions } from "./attend.ts";
import { operatorsOf } from "./catalog.ts";
import type { MembersDeps } from "./members.ts";
import { hasEnded } from "./retention.ts";
import type { Run, ThreadKey } from "./run.ts";
import { wake } from "./wake.ts";

export type NudgeDeps = AttendDeps & MembersDeps;

export type Nudged =
  /** `reminded` is how many of its questions remind people now; those that did a moment ago do not. `woken` is false when the queue did not take the job: the sweeper looks at what is due. */
  | { readonly kind: "nudged"; readonly reminded: number; readonly woken: boolean }
  | { readonly kind: "not-allowed" }
  | { readonly kind: "over"; readonly run: Run | undefined };

/**
 * The requester and the operators. Nothing is decided by it, and nothing is done twice: the worker looks at the records.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function nudgeRun(deps: NudgeDeps, key: ThreadKey, by: string): Promise<Nudged> {
  const { run, approvals } = await deps.records.thread(key);
  if (run === undefined || hasEnded(run.status)) return { kind: "over", run };
  const operators = operatorsOf(deps, run.workflow);
  const person = await deps.directory.person(by, operators.groups);
  const isRequester = person.kind === "member" && person.id === run.requester;
  if (!isRequester && !isAmong(person, operators)) return { kind: "not-allowed" };
  const reminded = await nudgeQuestions(deps, approvals, by);
  deps.log.info("A run was nudged.", { thread: key.thread, by, reminded });
  // The worker posts the reminders, and may have been lost on its way to the run itself.
  const woken = await wake(deps, { kind: "resume", ...key });
  return { kind: "nudged", reminded, woken };
}
