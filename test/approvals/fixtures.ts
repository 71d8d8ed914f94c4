// One pending approval, as the tests of this folder start from it.
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import type { ApproveRequest } from "../../src/approvals/request.ts";
import type { Person } from "../../src/approvals/policy.ts";

export const NOW = "2026-03-01T03:00:00.000Z";

export const member = (id: string, ...groups: string[]): Person => ({ kind: "member", id, groups });

export const ONCALL = "S1";
export const ANA = member("UANA", ONCALL);

const request: ApproveRequest = {
  kind: "approve",
  title: "Deploy",
  summary: "",
  target: "",
  facts: [],
  risk: "high",
  action: { name: "deploy", args: { version: "v1", replicas: 2 } },
  schema: {
    type: "object",
    properties: {
      version: { type: "string", pattern: "^v\\d+$", description: "a version like v1" },
      replicas: { type: "integer", maximum: 5 },
    },
    required: ["version"],
  },
  allowed: ["approve", "edit", "reject"],
  again: false,
};

const asked = askedApproval({
  team: "T1",
  thread: "0123456789abcdef0123456789abcdef",
  interrupt: "f".repeat(32),
  slot: 2,
  workflow: "deploy",
  workflowVersion: "1",
  requester: "URITA",
  channel: "C1",
  askedAt: NOW,
  policy: { approvers: { users: ["UNAMED"], groups: [ONCALL] }, requesterMayApprove: false },
  request,
});

export const pending = { ...asked, request } satisfies Approval;
