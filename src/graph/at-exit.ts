// Stores a thread once for a whole call, on the way out; only for savers that forget everything in a crash anyway.
import type { Change, Checkpointer, CheckpointSlot, Memo } from "./checkpointer.ts";
import { GraphValueError } from "./errors.ts";
import { decodeSlot, encodeSlot } from "./slot-codec.ts";

/** A saver for one call. */
export interface CallSaver {
  readonly saver: Checkpointer | undefined;
  /** Stores what is still kept back; to be called however the call ends, with what it failed with. */
  readonly flush: (failure?: unknown) => Promise<void>;
}

/** @throws GraphValueError for both options at once, or a mode that does not exist. */
export function chosenSaver(
  saver: Checkpointer | undefined,
  options: { readonly durability?: string; readonly checkpointDuring?: boolean },
): CallSaver {
  const { durability, checkpointDuring } = options;
  if (durability !== undefined && checkpointDuring !== undefined)
    throw new GraphValueError("Cannot use both `durability` and `checkpointDuring` at the same time.");
  // Callers without types pass anything.
  const mode: string = durability ?? (checkpointDuring === false ? "exit" : "sync");
  if (!["async", "sync", "exit"].includes(mode))
    throw new GraphValueError(`Unknown durability "${mode}". It is one of async, sync and exit.`);
  if (saver?.isVolatile !== true || mode !== "exit") return { saver, flush: () => Promise.resolve() };
  return savingAtExit(saver);
}

/** What is kept back of one log. */
interface Kept {
  /** Of the slots since the last store, all in one. */
  slot: CheckpointSlot | undefined;
  memos: Memo[];
  /** How many slots fewer are stored than the run believes. */
  skipped: number;
}

function savingAtExit(inner: Checkpointer): CallSaver {
  const logs = new Map<string, Kept>();
  const open = (id: string): Kept => {
    const kept = logs.get(id) ?? { slot: undefined, memos: [], skipped: 0 };
    logs.set(id, kept);
    return kept;
  };
  const flushLog = async (id: string, kept: Kept): Promise<void> => {
    const { slot, memos, skipped } = kept;
    logs.set(id, { slot: undefined, memos: [], skipped });
    if (slot !== undefined) await inner.append(id, slot);
    for (const memo of memos) await inner.saveTask(id, { ...memo, slot: memo.slot - skipped });
  };
  const settle = async (id: string): Promise<void> => {
    await flushLog(id, open(id));
    // Whoever reads the log counts its slots anew.
    logs.delete(id);
  };
  const saver: Checkpointer = {
    load: (id) => settle(id).then(() => inner.load(id)),
    history: (id) => settle(id).then(() => inner.history(id)),
    append: async (id, slot) => {
      const kept = open(id);
      if (slot.kind === "checkpoint") keepBack(kept, slot);
      // A pause is durable before anyone hears of it, and so is the end.
      const isEnd = slot.kind === "pause" || slot.next.length === 0 || slot.breakpoint !== undefined;
      if (isEnd) await flushLog(id, { ...kept, memos: [] });
      if (slot.kind === "pause") await inner.append(id, { ...slot, number: slot.number - kept.skipped });
    },
    saveTask: async (id, memo) => {
      open(id).memos.push(memo);
      return Promise.resolve();
    },
    delete: async (id) => {
      logs.delete(id);
      await inner.delete(id);
    },
  };
  const flush = async (failure?: unknown): Promise<void> => {
    try {
      for (const [id, kept] of logs) await flushLog(id, kept);
    } catch (error) {
      if (failure === undefined) throw error;
      // What failed first is what its caller knows how to handle; this is told with it where there is a place.
      if (failure instanceof Error && failure.cause === undefined) Reflect.set(failure, "cause", error);
    }
  };
  return { saver, flush };
}

/** Memos belong to the superstep that the slot ends. */
function keepBack(kept: Kept, slot: CheckpointSlot): void {
  // A copy: nodes may change in place what they have written.
  const { changes, next } = decodeSlot(encodeSlot(slot));
  const copy = { ...slot, changes, next };
  kept.memos = [];
  if (kept.slot === undefined) {
    kept.slot = { ...copy, number: slot.number - kept.skipped };
    return;
  }
  kept.skipped++;
  const { number, base, changes: before, begunFrom, source, hasInput } = kept.slot;
  kept.slot = {
    ...copy,
    ...{ number, changes: together(before, changes) },
    ...(base !== undefined && { base }),
    ...(begunFrom !== undefined && { begunFrom }),
    ...((source === "input" || hasInput) && { hasInput: true }),
  };
}

type Changes = Readonly<Record<string, Change>>;

/** The changes of one slot after those of another. */
function together(before: Changes, after: Changes): Changes {
  const joined = Object.entries(after).map(([name, change]) => [name, changeAfter(before[name], change)]);
  return { ...before, ...(Object.fromEntries(joined) as Changes) };
}

function changeAfter(before: Change | undefined, after: Change): Change {
  if (before === undefined || after.kind === "set") return after;
  if (before.kind === "append") return { kind: "append", items: [...before.items, ...after.items] };
  const list: readonly unknown[] = Array.isArray(before.value) ? before.value : [];
  return { kind: "set", value: [...list, ...after.items] };
}
