// Several requests of one run, decided with one click: each with a vote, a check and a write of its own, so that one that does not count takes no other with it.
import { type Approval, refusalOf } from "../approvals/approval.ts";
import { type DecideDeps, decideRequest, type Decided, type DecideRequest } from "./decide.ts";
import type { Run, ThreadKey } from "./run.ts";

export type RunOpened =
  | {
      readonly kind: "open";
      readonly run: Run;
      readonly pending: readonly Approval[];
      /** What of it this person may approve now. It promises nothing: each decision is checked again. */
      readonly approvable: readonly Approval[];
    }
  | { readonly kind: "unknown" };

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function openRun(deps: DecideDeps, key: ThreadKey, by: string): Promise<RunOpened> {
  const { run, approvals } = await deps.records.thread(key);
  if (run === undefined) return { kind: "unknown" };
  const pending = approvals.filter(({ state }) => state.kind === "pending");
  // Asked once for all of them: Slack lets nobody ask often.
  const groups = new Set(pending.flatMap(({ policy }) => policy.approvers.groups));
  const person = await deps.directory.person(by, [...groups]);
  const approvable = pending.filter(
    (approval) =>
      refusalOf(approval, { offer: "approve", digest: approval.digest, person, now: deps.clock.now() }) ===
      undefined,
  );
  return { kind: "open", run, pending, approvable };
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
