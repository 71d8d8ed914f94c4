// Takes back what was allowed for the rest of a run: one conditional write. What has run stays as it is.
import { type Allowance, allowanceOf, revokedAllowance } from "../approvals/allowance.ts";
import type { Approval } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { later } from "../approvals/later.ts";
import { type Approvers, isAmong, mayDecide, type Person } from "../approvals/policy.ts";
import { operatorsOf } from "./catalog.ts";
import type { ChangeDeps } from "./change.ts";
import { hasEnded } from "./retention.ts";
import { amongRivals } from "./rivals.ts";
import type { ThreadKey } from "./run.ts";
import type { UnknownRequest } from "./unknown-request.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export type Revoked =
  /** From now on such actions are asked about. `woken` is false when the queue did not take the job: the sweeper will have the cards drawn. */
  | { readonly kind: "revoked"; readonly allowance: Allowance; readonly woken: boolean }
  | { readonly kind: "not-allowed"; readonly approval: Approval }
  /** It allows nothing: somebody was faster, or it is asked again. */
  | { readonly kind: "not-standing"; readonly approval: Approval }
  /** With the run everything ended that was allowed for it. */
  | { readonly kind: "over" }
  | UnknownRequest;

export interface RevokeRequest extends ThreadKey {
  readonly interrupt: string;
  readonly by: string;
}

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function revokeAllowance(
  deps: Omit<ChangeDeps, "trail">,
  { team, thread, interrupt, by }: RevokeRequest,
): Promise<Revoked> {
  const key = { team, thread };
  return amongRivals<Revoked>(`The approval ${interrupt}`, async () => {
    const [run, approval] = await Promise.all([deps.records.run(key), deps.records.approval(key, interrupt)]);
    if (run === undefined || approval === undefined) return { kind: "unknown", run };
    if (hasEnded(run.status)) return { kind: "over" };
    const operators = operatorsOf(deps, run.workflow);
    const groups = [...standingPolicy(approval).approvers.groups, ...operators.groups];
    const person = await deps.directory.person(by, [...new Set(groups)]);
    if (!mayRevoke(person, approval, operators)) return { kind: "not-allowed", approval };
    const allowance = allowanceOf(approval);
    if (allowance === undefined) return { kind: "not-standing", approval };
    const now = deps.clock.now();
    const revoked = revokedAllowance(approval, { by, at: now });
    if (!(await deps.records.saveApproval(revoked, later(now, SWEEP_AFTER_MS)))) return undefined;
    deps.log.info("What was allowed for a run was taken back.", { thread, interrupt, by });
    return { kind: "revoked", allowance, woken: await wake(deps, { kind: "resume", ...key }) };
  });
}

/** Whoever may decide such a question now, the requester, and the operators. */
function mayRevoke(person: Person, approval: Approval, operators: Approvers): boolean {
  if (person.kind !== "member") return false;
  if (person.id === approval.requester || isAmong(person, operators)) return true;
  return mayDecide(person, approval.requester, standingPolicy(approval)).allowed;
}
