// Runs and requests as callers see them: what a card in Slack shows, secrets masked, as data.
import { keyOfGroup } from "../approvals/actor.ts";
import { type Approval, votesOn } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import { maskedApproval } from "../approvals/masked-approval.ts";
import { maskedArgs, maskedText } from "../approvals/redaction.ts";
import type { Request } from "../approvals/request.ts";
import { mayApproveAll } from "../approvals/review.ts";
import type { SeenRun } from "../runs/find.ts";
import { type Removed, type Run, runName } from "../runs/run.ts";
import type { Listing } from "../runs/workflow.ts";
import type { RequestView, RunView, Way } from "./schemas.ts";

/** `listing` says which of its input is secret, where its workflow is still there. */
export function runView({ run, approvals }: SeenRun, listing: Listing | undefined): RunView {
  const { thread, status, requester, channel, createdAt, workflow, workflowVersion, key, usage } = run;
  const requests = [...approvals].sort((a, b) => (a.askedAt < b.askedAt ? -1 : 1)).map(requestView);
  return {
    ...{ id: thread, name: runName(thread), workflow, workflowVersion, status: status.kind },
    requester,
    ...(key !== undefined && { apiKey: key }),
    ...{ channel, input: maskedArgs(run.input, listing?.inputSchema).value, createdAt },
    ...endOf(status),
    ...(run.alertResolvedAt !== undefined && { alertResolvedAt: run.alertResolvedAt }),
    next: [...(run.progress?.next ?? [])],
    requests,
    ...(usage && { usage }),
    ...(run.removed && { removed: removedView(run.removed) }),
  };
}

function removedView({ kind, at, ...more }: Removed): NonNullable<RunView["removed"]> {
  const why = "reason" in more ? { by: more.by, reason: maskedText(more.reason) } : {};
  return { kind, at, ...why };
}

function endOf(status: Run["status"]): Pick<RunView, "outcome" | "error" | "cancelled"> {
  switch (status.kind) {
    case "queued":
    case "waiting":
      return {};
    case "done":
      return { outcome: { ...status.outcome, text: maskedText(status.outcome.text) } };
    case "failed":
      return { error: maskedText(status.error) };
    case "cancelled": {
      const { by, at, reason } = status;
      return { cancelled: { by, at, ...(reason !== undefined && { reason: maskedText(reason) }) } };
    }
  }
}

export function requestView(approval: Approval): RequestView {
  const { value, count } = maskedApproval(approval);
  const { request, state, interrupt, thread, workflow, digest, revision, requester, askedAt, expiresAt } =
    value;
  const { kind, title, summary, said, target, risk, facts, details, action } = request;
  const { approvers, quorum = 1 } = standingPolicy(value);
  return {
    ...{ id: interrupt, run: thread, workflow, kind, state: state.kind, digest, revision, title, summary },
    ...(said !== undefined && { said }),
    ...{ target, risk, facts },
    ...(details && { details }),
    action: { name: action.name, args: action.args },
    ...specificsOf(request),
    ways: [...waysOf(request)],
    approvers: {
      users: approvers.users,
      groups: approvers.groups.filter((group) => keyOfGroup(group) === undefined),
      apiKeys: approvers.groups.flatMap((group) => keyOfGroup(group) ?? []),
    },
    quorum,
    votes: votesOn(value).map(({ by, at, vote }) => ({ by, at, kind: vote.kind })),
    ...{ requester, askedAt },
    ...(expiresAt !== undefined && { expiresAt }),
    ...(state.kind === "decided" && { decision: decisionView(state.decision) }),
    masked: count,
  };
}

function specificsOf(request: Request): Pick<RequestView, "schema" | "options" | "items"> {
  switch (request.kind) {
    case "approve":
      return request.schema === undefined ? {} : { schema: request.schema };
    case "choose":
      return { options: request.options.map(({ id, label, effect }) => ({ id, label, effect })) };
    case "ask":
      return {};
    case "review":
      return {
        items: request.items.map(({ name, description, args, allowed, schema }) => ({
          ...{ name, description, args, ways: allowed },
          ...(schema && { schema }),
        })),
      };
  }
}

function waysOf(request: Request): readonly Way[] {
  switch (request.kind) {
    case "approve":
      return request.allowed;
    case "choose":
    case "ask":
      return ["respond"];
    case "review":
      return mayApproveAll(request.items) ? ["approve", "respond"] : ["respond"];
  }
}

type Decided = Extract<Approval["state"], { kind: "decided" }>["decision"];

function decisionView({ votes = [], ...decision }: Decided): NonNullable<RequestView["decision"]> {
  const { basis: _, ...said } = { basis: undefined, ...decision };
  return {
    ...said,
    ...(votes.length > 0 && { votes: votes.map(({ by, at }) => ({ by, at })) }),
  };
}
