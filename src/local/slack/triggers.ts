// Trigger ids: the right to open one modal for one person, for three seconds, once.
import { LIMITS } from "./limits.ts";
import type { Workspace } from "./workspace.ts";

export type Exchange =
  { readonly ok: true; readonly user: string } | { readonly ok: false; readonly error: string };

export function issueTrigger(workspace: Workspace, user: string): string {
  forgetOld(workspace);
  const id = `${workspace.nextId("")}.${workspace.team.id}.${workspace.secret()}`;
  workspace.triggers.put({ id, user, expiresAt: workspace.now() + LIMITS.trigger.ttlMs, exchanged: false });
  return id;
}

/** Looks without using it up, so that a view refused for its content can be corrected. */
export function inspectTrigger(workspace: Workspace, id: string): Exchange {
  const trigger = workspace.triggers.get(id);
  if (trigger === undefined) return { ok: false, error: "invalid_trigger_id" };
  if (trigger.exchanged) return { ok: false, error: "exchanged_trigger_id" };
  if (workspace.now() > trigger.expiresAt) return { ok: false, error: "expired_trigger_id" };
  return { ok: true, user: trigger.user };
}

export function exchangeTrigger(workspace: Workspace, id: string): void {
  const trigger = workspace.triggers.get(id);
  if (trigger !== undefined) workspace.triggers.put({ ...trigger, exchanged: true });
}

/** As if its three seconds were over. */
export function expireTrigger(workspace: Workspace, id: string): void {
  const trigger = workspace.triggers.get(id);
  if (trigger !== undefined) workspace.triggers.put({ ...trigger, expiresAt: workspace.now() - 1 });
}

/** Kept for an hour, so that a late use is told "expired" and not "invalid". */
function forgetOld(workspace: Workspace): void {
  for (const trigger of workspace.triggers.all()) {
    if (trigger.expiresAt + 60 * 60_000 < workspace.now()) workspace.triggers.remove(trigger.id);
  }
}
