// Purges a run that has ended: its record says so first, so that nothing of it comes back, then all else of it is deleted at once.
import { later } from "../approvals/later.ts";
import type { Clock, Held, Log, Records, Threads } from "./ports.ts";
import { tombstoneOf } from "./removed.ts";
import { hasEnded, type Retention } from "./retention.ts";
import type { Removed, Run, ThreadKey } from "./run.ts";

export interface PurgeDeps {
  readonly records: Pick<Records, "run">;
  readonly threads: Pick<Threads, "take" | "write">;
  readonly retention: Pick<Retention, "erase">;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

export interface PurgeRequest {
  /** Whoever does it, as they call themselves. */
  readonly by: string;
  readonly reason: string;
}

type Tombstone = Extract<Removed, { kind: "purged" }>;

export type Purged =
  /** `tombstone` is the first one's, when it was purged before; `items` are those that were there still. */
  | { readonly kind: "purged"; readonly items: number; readonly tombstone: Tombstone }
  /** It goes on, or may be continued: it must be cancelled first. */
  | { readonly kind: "live"; readonly status: Run["status"]["kind"] }
  /** A worker has it, for a minute or so. */
  | { readonly kind: "busy" }
  | { readonly kind: "unknown" };

/** As long as the two writes may take. */
const LEASE_MS = 60_000;

/** May be repeated, and is to be after a crash. @throws StorageUnavailable */
export async function purgeRun(deps: PurgeDeps, key: ThreadKey, request: PurgeRequest): Promise<Purged> {
  const run = await deps.records.run(key);
  if (run === undefined) return { kind: "unknown" };
  if (!hasEnded(run.status)) return { kind: "live", status: run.status.kind };
  const tombstone = run.removed?.kind === "purged" ? run.removed : await buried(deps, key, request);
  if (tombstone === undefined) return { kind: "busy" };
  const erased = await deps.retention.erase(key);
  const items = erased.kind === "erased" ? erased.items : 0;
  deps.log.info("A run was purged.", { thread: key.thread, by: request.by, reason: request.reason, items });
  return { kind: "purged", items, tombstone };
}

/** Under the lease: a worker that has the thread could write behind it what nobody would delete any more. Undefined while one has. */
async function buried(
  deps: PurgeDeps,
  { team, thread }: ThreadKey,
  request: PurgeRequest,
): Promise<Tombstone | undefined> {
  const now = deps.clock.now();
  const held = await deps.threads.take(
    { team, thread },
    { lease: later(now, LEASE_MS) },
    { by: deps.newId(), now },
  );
  if (held?.holds.lease === undefined) return undefined;
  const { removed } = held.run;
  const isAnothers = removed?.kind === "purged";
  const tombstone: Tombstone = isAnothers ? removed : { kind: "purged", at: now, ...request };
  if (!isAnothers && (await isWritten(deps, held, tombstone))) return tombstone;
  await deps.threads.write(held, { give: ["lease"], heedless: true });
  return isAnothers ? tombstone : undefined;
}

/** Due at once: the sweeper finds it, and its cards are drawn without anything on them. */
async function isWritten({ threads, clock }: PurgeDeps, held: Held, tombstone: Tombstone): Promise<boolean> {
  const run = tombstoneOf(held.run, tombstone);
  const due = { at: clock.now() };
  if (!hasEnded(held.run.status)) return false;
  const written = await threads.write(held, { run, due, give: ["lease"], heedless: true });
  return written.kind === "written";
}
