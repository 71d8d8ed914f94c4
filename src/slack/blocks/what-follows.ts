// What a decided card says of its run: whether it has heard of the decision, and what it does now.
import type { Approval } from "../../approvals/approval.ts";
import { type Decision, endsRun } from "../../approvals/decision.ts";
import { rejectingEnds } from "../../approvals/reply.ts";
import type { Request } from "../../approvals/request.ts";
import type { Run } from "../../runs/run.ts";

export type DecidedState = Extract<Approval["state"], { kind: "decided" }>;

/** Of a run that is over: whatever it had begun to do with the answer. */
export function left({ decision }: DecidedState, request: Request, { status }: Run): string {
  if (status.kind !== "cancelled") return "the run had ended by then";
  return endsRun(request, decision) ? "the run was stopped" : "the run was cancelled and does not continue";
}

export function whatFollows({ decision, resumed, stalled }: DecidedState, request: Request): string {
  if (endsRun(request, decision)) return "the run is about to be stopped";
  if (stalled === true) return "the run waits for Retry";
  // Where it leads, the run says: an answer may be to stop.
  if (decision.kind === "chosen" || decision.kind === "responded")
    return resumed ? "the run was told" : "the run is about to be told";
  return decision.kind === "rejected" ? afterRejection(decision, resumed, request) : hasContinued(resumed);
}

function hasContinued(resumed: boolean): string {
  return resumed ? "the run has continued" : "the run is about to continue";
}

function afterRejection(
  { stop }: Extract<Decision, { kind: "rejected" }>,
  resumed: boolean,
  request: Request,
): string {
  const isLast = request.kind === "approve" && rejectingEnds(request.reply);
  const isTriedAgain = request.kind === "approve" && request.again;
  if (!isLast && !isTriedAgain) return hasContinued(resumed);
  if (isLast || stop === true) return resumed ? "the run was told to stop" : "the run is about to stop";
  return resumed ? "the run was told, and tries again" : "the run is about to try again";
}
