// Records as the storage contracts write them.
import { randomBytes } from "node:crypto";
import { EMPTY_AUDIT } from "../../src/approvals/audit-log.ts";
import type { Approval } from "../../src/approvals/approval.ts";
import type { Run, ThreadKey } from "../../src/runs/run.ts";
import { pending } from "../approvals/fixtures.ts";

export const TEAM = "T1";
export const EARLY = "2026-03-01T03:00:00.000Z";
export const NOON = "2026-03-01T12:00:00.000Z";
export const LATE = "2026-03-01T21:00:00.000Z";

export function freshKey(team: string = TEAM): ThreadKey {
  return { team, thread: randomBytes(16).toString("hex") };
}

export function runOf(key: ThreadKey, version = 1): Run {
  return {
    ...key,
    workflow: "deploy",
    workflowVersion: "1",
    input: { version: "v1" },
    requester: "URITA",
    channel: "C1",
    createdAt: EARLY,
    status: { kind: "queued" },
    audit: EMPTY_AUDIT,
    version,
  };
}

export function approvalOf({ team, thread }: ThreadKey, version = 1, interrupt = "a".repeat(32)): Approval {
  return { ...pending, team, thread, interrupt, version };
}
