// What people have allowed for the rest of a run by approving one action of it, and whether another action is such a one.
import type { Approval } from "./approval.ts";
import type { Decision } from "./decision.ts";
import { forRunOf } from "./for-run.ts";
import { type JsonObject, sameJson } from "./json.ts";

/** Holds for one run, until it ends or somebody takes it back. */
export interface Allowance {
  /** The action's name. */
  readonly action: string;
  /** Arguments that must have these values; the others may have any. */
  readonly same: JsonObject;
  /** The question with which it was allowed. */
  readonly interrupt: string;
  /** Everybody whose agreement it took, in the order in which they agreed. */
  readonly by: readonly string[];
  readonly at: string;
}

/**
 * What this approval allows now; undefined when it allows nothing beyond itself.
 *
 * @example
 * const standing = approvals.flatMap((approval) => allowanceOf(approval) ?? []);
 */
export function allowanceOf(approval: Approval): Allowance | undefined {
  const { request, state, revoked, interrupt } = approval;
  if (revoked !== undefined || state.kind !== "decided" || !isForRun(state.decision)) return undefined;
  const same = forRunOf(request);
  if (same === undefined) return undefined;
  const { by, at, votes = [] } = state.decision;
  return { action: request.action.name, same, interrupt, by: [...votes.map((vote) => vote.by), by], at };
}

/** Everybody whose vote counted has said so. */
export function isForRun(decision: Decision): boolean {
  return (decision.kind === "approved" || decision.kind === "edited") && decision.forRun === true;
}

/**
 * Whether an action needs no question of its own.
 *
 * @example
 * isAllowed(allowance, { name: "restart_service", args: { environment: "staging", service: "web" } });
 */
export function isAllowed(
  { action, same }: Pick<Allowance, "action" | "same">,
  { name, args }: { readonly name: string; readonly args: JsonObject },
): boolean {
  if (name !== action) return false;
  return Object.entries(same).every(([key, value]) => {
    const given = Object.hasOwn(args, key) ? args[key] : undefined;
    return given !== undefined && sameJson(given, value);
  });
}

/** Taken back: from then on such actions are asked about again. What has run stays as it is. */
export function revokedAllowance(
  approval: Approval,
  { by, at }: { readonly by: string; readonly at: string },
): Approval {
  return { ...approval, version: approval.version + 1, revoked: { by, at } };
}
