// Lists of runs and of what waits: as programs get them, and as tables that fit a terminal.
import { type Approval, votesOn } from "../../approvals/approval.ts";
import { standingPolicy } from "../../approvals/attention.ts";
import { maskedApproval } from "../../approvals/masked-approval.ts";
import { type Run, runName } from "../../runs/run.ts";
import { decidersOf, requesterOf } from "../../slack/words.ts";
import { plain, table } from "../plain.ts";
import { ago, span, utc } from "../times.ts";

interface ShownRun {
  readonly id: string;
  readonly name: string;
  readonly workflow: string;
  readonly status: Run["status"]["kind"];
  readonly requester: string;
  readonly channel: string;
  readonly createdAt: string;
}

export function shownRun({ thread, workflow, status, requester, channel, createdAt }: Run): ShownRun {
  const name = runName(thread);
  return { id: thread, name, workflow, status: status.kind, requester, channel, createdAt };
}

/** Undefined when there are none. */
export function runsText(runs: readonly ShownRun[], now: string): string | undefined {
  if (runs.length === 0) return undefined;
  return table(
    [
      { title: "RUN", most: 8 },
      { title: "STATUS", most: 9 },
      { title: "WORKFLOW", most: 18 },
      { title: "REQUESTER", most: 13 },
      { title: "CHANNEL", most: 12 },
      { title: "STARTED (UTC)", most: 28 },
    ],
    runs.map(({ name, status, workflow, requester, channel, createdAt }) => [
      ...[name, status, workflow, plain(requesterOf({ requester })), channel],
      `${utc(createdAt)}, ${ago(createdAt, now)}`,
    ]),
  );
}

interface ShownWaiting {
  /** Of its run. */
  readonly run: string;
  readonly name: string;
  readonly interrupt: string;
  readonly workflow: string;
  readonly channel: string;
  readonly requester: string;
  /** Secrets are masked. */
  readonly title: string;
  readonly askedAt: string;
  readonly expiresAt?: string;
  readonly quorum: number;
  readonly votes: number;
  readonly approvers: { readonly users: readonly string[]; readonly groups: readonly string[] };
}

export function shownWaiting(approval: Approval): ShownWaiting {
  const { value } = maskedApproval(approval);
  const { thread, interrupt, workflow, channel, requester, request, askedAt, expiresAt } = value;
  const { approvers, quorum = 1 } = standingPolicy(value);
  return {
    ...{ run: thread, name: runName(thread), interrupt, workflow, channel, requester },
    ...{ title: request.title, askedAt, ...(expiresAt !== undefined && { expiresAt }) },
    ...{ quorum, votes: votesOn(value).length, approvers },
  };
}

/** Undefined when there are none. */
export function waitingText(waiting: readonly ShownWaiting[], now: string): string | undefined {
  if (waiting.length === 0) return undefined;
  return table(
    [
      { title: "RUN", most: 8 },
      { title: "WAITS", most: 6 },
      { title: "EXPIRES", most: 8 },
      { title: "WORKFLOW", most: 14 },
      { title: "QUESTION", most: 28 },
      { title: "WHO MAY DECIDE", most: 26 },
    ],
    waiting.map(({ name, askedAt, expiresAt, workflow, title, quorum, votes, approvers }) => [
      ...[name, span(askedAt, now), expiryOf(expiresAt, now), workflow, title],
      `${quorum === 1 ? "" : `${votes} of ${quorum}: `}${whoOf(approvers)}`,
    ]),
  );
}

function expiryOf(expiresAt: string | undefined, now: string): string {
  if (expiresAt === undefined) return "never";
  return expiresAt > now ? `in ${span(now, expiresAt)}` : "is over";
}

function whoOf({ users, groups }: ShownWaiting["approvers"]): string {
  const approvers = { users: [...users], groups: [...groups] };
  return plain(decidersOf({ policy: { approvers, requesterMayApprove: false } }));
}
