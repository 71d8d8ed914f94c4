// One run and one question with fixed ids and times; each test says what differs.
import { EMPTY_AUDIT } from "../../src/approvals/audit-log.ts";
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import type { Decision } from "../../src/approvals/decision.ts";
import { ApproveRequest, ChooseRequest } from "../../src/approvals/request.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Run } from "../../src/runs/run.ts";
import type * as z from "zod";

export const THREAD = "7f3a21".padEnd(32, "0");
export const INTERRUPT = "9c21".padEnd(32, "0");
export const ASKED_AT = "2026-05-04T15:00:00.000Z";
export const DECIDED_AT = "2026-05-04T15:06:00.000Z";

export function someRun(change: Partial<Run> = {}): Run {
  return {
    team: SEED.teamId,
    thread: THREAD,
    workflow: "deploy",
    workflowVersion: "1",
    input: { service: "checkout", version: "v2.4.1" },
    requester: SEED.users.rita,
    channel: SEED.channels.deploys,
    createdAt: ASKED_AT,
    status: { kind: "waiting" },
    audit: EMPTY_AUDIT,
    version: 3,
    ...change,
  };
}

/** A question with an action to approve. */
type ToApprove = Approval & { readonly request: ApproveRequest };

/** Deploys checkout; `change` is laid over the request. */
export function someRequest(change: Partial<z.input<typeof ApproveRequest>> = {}): ApproveRequest {
  return ApproveRequest.parse({
    kind: "approve",
    title: "Deploy checkout v2.4.1 to prod",
    summary: "checkout in prod runs v2.4.0.",
    target: "checkout in prod",
    facts: [{ label: "Running now", value: "v2.4.0" }],
    risk: "high",
    action: { name: "deploy", args: { service: "checkout", version: "v2.4.1" } },
    schema: {
      type: "object",
      properties: { service: { type: "string" }, version: { type: "string" } },
      required: ["service", "version"],
    },
    allowed: ["approve", "edit", "reject"],
    ...change,
  });
}

export function someApproval(
  request: Partial<z.input<typeof ApproveRequest>> = {},
  change: Partial<ToApprove> = {},
): ToApprove {
  const asked = someRequest(request);
  const approval = askedApproval({
    team: SEED.teamId,
    thread: THREAD,
    interrupt: INTERRUPT,
    slot: 2,
    workflow: "deploy",
    workflowVersion: "1",
    request: asked,
    policy: { approvers: { users: [], groups: [SEED.groups.oncall] }, requesterMayApprove: false },
    requester: SEED.users.rita,
    channel: SEED.channels.deploys,
    askedAt: ASKED_AT,
  });
  return { ...approval, request: asked, ...change };
}

/** Restarts a service, and offers to allow that for the rest of the run in the same environment. */
export const RESTART: Partial<z.input<typeof ApproveRequest>> = {
  title: "Restart web in staging",
  summary: "",
  target: "web in staging",
  facts: [],
  action: { name: "restart_service", args: { service: "web", environment: "staging" } },
  schema: { type: "object", properties: { service: { type: "string" }, environment: { type: "string" } } },
  forRun: ["environment"],
};

export const allowedByAna: Decision = {
  ...{ kind: "approved", by: SEED.users.ana, at: DECIDED_AT },
  forRun: true,
};

/** Asks what became of a task; `change` is laid over the request. */
export function someChoice(change: Partial<z.input<typeof ChooseRequest>> = {}): Approval {
  const question = {
    kind: "outcome-unknown",
    ...{ task: "charge", call: 1, question: "It is not known.", options: ["retry", "done", "abort"] },
  };
  const request = ChooseRequest.parse({ ...requestOf(question, "pay"), ...change });
  const { digest, state, version, revision, ...asked } = someApproval();
  return askedApproval({ ...asked, request });
}

export function decided(approval: Approval, decision: Decision, resumed = false): Approval {
  return { ...approval, version: 2, state: { kind: "decided", decision, resumed } };
}

export const approvedByAna: Decision = { kind: "approved", by: SEED.users.ana, at: DECIDED_AT };

export function rejectedByBo(reason: string): Decision {
  return { kind: "rejected", by: SEED.users.bo, at: DECIDED_AT, reason };
}
