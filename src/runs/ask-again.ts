// Ask again on a question that has expired: the same question at its next revision, with its time begun anew.
import { askedAgain } from "../approvals/course.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { isAmong, mayDecide } from "../approvals/policy.ts";
import { operatorsOf } from "./catalog.ts";
import type { ChangeDeps } from "./change.ts";
import { later } from "../approvals/later.ts";
import type { ThreadKey } from "./run.ts";
import { type UnknownRequest, unknownRequest } from "./unknown-request.ts";
import { SWEEP_AFTER_MS, wake } from "./wake.ts";

export type AskedAgainResult =
  | { readonly kind: "asked"; readonly woken: boolean }
  | { readonly kind: "not-allowed" }
  /** It waits already, or is over. */
  | { readonly kind: "not-expired" }
  | UnknownRequest;

/**
 * The requester, the operators, and whoever may decide it. Nobody's decision is made by it.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function askAgain(
  deps: ChangeDeps,
  key: ThreadKey & { readonly interrupt: string },
  by: string,
): Promise<AskedAgainResult> {
  const approval = await deps.records.approval(key, key.interrupt);
  if (approval === undefined) return unknownRequest(deps.records, key);
  const operators = operatorsOf(deps, approval.workflow);
  const policy = standingPolicy(approval);
  const { requester } = approval;
  const groups = [...new Set([...policy.approvers.groups, ...operators.groups])];
  const person = await deps.directory.person(by, groups);
  const isRequester = person.kind === "member" && person.id === requester;
  const mayAsk = isRequester || isAmong(person, operators) || mayDecide(person, requester, policy).allowed;
  if (!mayAsk) return { kind: "not-allowed" };
  if (approval.state.kind !== "expired") return { kind: "not-expired" };
  const now = deps.clock.now();
  const again = askedAgain(approval, { because: "expired", by, now, notes: [] });
  // Whoever was faster has asked again, or cancelled.
  if (!(await deps.records.saveApproval(again, later(now, SWEEP_AFTER_MS)))) return { kind: "not-expired" };
  deps.log.info("A question was asked again.", { thread: key.thread, interrupt: key.interrupt, by });
  return {
    kind: "asked",
    woken: await wake(deps, { kind: "resume", team: key.team, thread: key.thread }),
  };
}
