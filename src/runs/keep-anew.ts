// Has a run that is over looked at anew, for what is set now of how long runs are kept.
import { later } from "../approvals/later.ts";
import type { Clock, Threads } from "./ports.ts";
import { hasEnded, type Retention } from "./retention.ts";
import type { ThreadKey } from "./run.ts";

export interface KeepAnewDeps {
  readonly threads: Pick<Threads, "take" | "write">;
  readonly retention: Pick<Retention, "spare">;
  readonly clock: Clock;
  readonly newId: () => string;
}

export type KeptAnew =
  /** It is on the sweeper's list, and nothing of it is deleted until a worker has looked at it. */
  | "due"
  /** Its details are not kept any more: what its record says of that stands. */
  | "removed"
  /** A worker has it, for a minute or so. */
  | "busy"
  /** It is not there any more, or goes on. */
  | "gone";

/** As long as looking at all of its items may take. */
const LEASE_MS = 60_000;

/**
 * Under the lease, since the worker that takes the details away has it meanwhile: what that one has told to be deleted would else be kept for good.
 *
 * @throws StorageUnavailable
 */
export async function keepAnew(deps: KeepAnewDeps, { team, thread }: ThreadKey): Promise<KeptAnew> {
  const now = deps.clock.now();
  const taker = { by: deps.newId(), now };
  // Taking it puts it on the sweeper's list: should this one die, a worker looks all the same.
  const held = await deps.threads.take({ team, thread }, { lease: later(now, LEASE_MS) }, taker);
  if (held === undefined) return "gone";
  if (held.holds.lease === undefined) return "busy";
  const { status, removed } = held.run;
  const isKept = hasEnded(status) && removed === undefined;
  // An older version, or a restored table, may have told it to be deleted at another time.
  if (isKept) await deps.retention.spare(held);
  await deps.threads.write(held, { due: { at: now }, give: ["lease"], heedless: true });
  if (removed !== undefined) return "removed";
  return isKept ? "due" : "gone";
}
