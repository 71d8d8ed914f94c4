// Several requests of one run, decided with one click: each with a vote, a check and a write of its own, so that one that does not count takes no other with it.
import { personIn } from "../approvals/actor.ts";
import { type Approval, refusalOf, votesOn } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { type DecideDeps, decideRequest, type Decided, type DecideRequest } from "./decide.ts";
import type { Run, ThreadKey } from "./run.ts";

export type RunOpened =
  | {
      readonly kind: "open";
      readonly run: Run;
      readonly pending: readonly Approval[];
      /** What of it this person may approve now, and has not yet. It promises nothing: each decision is checked again. */
      readonly approvable: readonly Approval[];
      /** What this person has approved, and others have to agree to. */
      readonly agreed: readonly Approval[];
    }
  | { readonly kind: "unknown" };

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function openRun(deps: DecideDeps, key: ThreadKey, by: string): Promise<RunOpened> {
  const { run, approvals } = await deps.records.thread(key);
  if (run === undefined) return { kind: "unknown" };
  const pending = approvals.filter(({ state }) => state.kind === "pending");
  // Asked once for all of them: Slack lets nobody ask often.
  const groups = new Set(pending.flatMap((approval) => standingPolicy(approval).approvers.groups));
  const person = await deps.directory.person(by, [...groups]);
  const offered = { offer: "approve", person, now: deps.clock.now() } as const;
  const mayApprove = pending.filter(
    (approval) => refusalOf(approval, { ...offered, digest: approval.digest }) === undefined,
  );
  const agreed = mayApprove.filter((approval) => hasApproved(approval, by));
  const approvable = mayApprove.filter((approval) => !agreed.includes(approval));
  return { kind: "open", run, pending, approvable, agreed };
}

function hasApproved(approval: Approval, by: string): boolean {
  return votesOn(approval).some((counted) => personIn(counted.by) === by && counted.vote.kind === "approve");
}

export type Attempt =
  | { readonly kind: "answered"; readonly decided: Decided }
  /** It may or may not have been recorded; the error says. */
  | { readonly kind: "failed"; readonly error: unknown };

/** All at once, in the order given: Slack waits for three seconds, however many there are. */
export function decideSeveral(
  deps: DecideDeps,
  requests: readonly DecideRequest[],
): Promise<readonly Attempt[]> {
  return Promise.all(
    requests.map(async (request): Promise<Attempt> => {
      try {
        return { kind: "answered", decided: await decideRequest(deps, request) };
      } catch (error) {
        return { kind: "failed", error };
      }
    }),
  );
}
