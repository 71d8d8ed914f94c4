// Says that App Homes may be out of date: at most one of all workers does, every few seconds, and has them looked at once.
import { StorageUnavailable } from "./errors.ts";
import type { Homes } from "./home-ports.ts";
import type { Clock, Log, Queue } from "./ports.ts";
import { later } from "../approvals/later.ts";
import { wake } from "./wake.ts";

export interface OutdateDeps {
  readonly homes: Pick<Homes, "mark">;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whoever changes something within this time after a mark need not mark it again. */
const APART_MS = 5_000;
/** A second more: an index shows what was written just before a moment later. */
const LOOK_AFTER_SECONDS = 6;
/** So old, its job was lost, or could not be done. */
const LOST_AFTER_MS = 60_000;

/**
 * One conditional write, and a job from the one who wins it. What is changed until the moment that is returned will be seen.
 *
 * Never in the way of a run: a mark that could not be made is left to the next change.
 */
export async function outdateHomes(deps: OutdateDeps, team: string): Promise<string> {
  const now = deps.clock.now();
  try {
    const { at, isNew } = await deps.homes.mark(team, { now, since: later(now, -APART_MS) });
    if (isNew) await wake(deps, { kind: "homes", team }, LOOK_AFTER_SECONDS);
    return later(at, APART_MS);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    deps.log.warn("App Homes could not be marked as out of date.", { reason: error.message });
    return later(now, APART_MS);
  }
}

/** For the sweeper: looks whether a mark was left behind, and has the homes looked at then. */
export async function wakeForHomes(
  deps: Omit<OutdateDeps, "homes"> & { readonly homes: Pick<Homes, "marked"> },
  team: string,
): Promise<void> {
  const at = await deps.homes.marked(team);
  const isLost = at !== undefined && at < later(deps.clock.now(), -LOST_AFTER_MS);
  if (isLost) await wake(deps, { kind: "homes", team });
}
