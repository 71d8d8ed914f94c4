// The log of one worker's turn: read once, and kept up to date with what the turn itself appends. Only for the holder of the lease: what others append is not seen,
// but for the conflict that it makes of the next append.
import { type Checkpointer, decodeValue, encodeValue, type ThreadLog } from "../graph/index.ts";

export interface TurnLog extends Checkpointer {
  /** The thread's own log as far as it is known without reading; its parts are not to be changed. */
  readonly known: () => Pick<ThreadLog, "slots" | "memos">;
}

/** `isNew`: nobody has ever held the thread, so that its log is known to be empty. */
export function turnLog(
  log: Checkpointer,
  { threadId, isNew }: { readonly threadId: string; readonly isNew: boolean },
): TurnLog {
  const known = new Map<string, ThreadLog>(isNew ? [[threadId, { slots: [], memos: [] }]] : []);

  async function noted(id: string, write: () => Promise<void>, note: (before: ThreadLog) => ThreadLog) {
    try {
      await write();
    } catch (error) {
      // Whether it was written, or what was there instead, the next one to look has to read.
      known.delete(id);
      throw error;
    }
    const before = known.get(id);
    if (before !== undefined) known.set(id, note(before));
  }

  /** Lost, the log has what somebody else wrote. */
  const claimed =
    (claim: NonNullable<Checkpointer["claim"]>): typeof claim =>
    async (id, memo) => {
      let stands = false;
      try {
        stands = await claim(id, memo);
      } finally {
        if (!stands) known.delete(id);
      }
      const before = known.get(id);
      if (stands && before !== undefined)
        known.set(id, { ...before, memos: [...before.memos, copyOf(memo)] });
      return stands;
    };

  return {
    known: () => known.get(threadId) ?? { slots: [], memos: [] },
    async load(id): Promise<ThreadLog> {
      const read = known.get(id) ?? (await log.load(id));
      known.set(id, read);
      return copyOf(read);
    },
    history: (id) => log.history(id),
    append: (id, slot) =>
      noted(
        id,
        () => log.append(id, slot),
        (before) => ({ ...before, slots: [...before.slots, copyOf(slot)], memos: [] }),
      ),
    saveTask: (id, memo) =>
      noted(
        id,
        () => log.saveTask(id, memo),
        (before) => ({ ...before, memos: [...before.memos, copyOf(memo)] }),
      ),
    ...(log.claim && { claim: claimed(log.claim.bind(log)) }),
    async delete(id): Promise<void> {
      known.clear();
      await log.delete(id);
    },
  };
}

/** Nodes may change the values they are given in place; what was stored must not change with them. */
function copyOf<Part>(part: Part): Part {
  // The codec gives back what it was given.
  return decodeValue(encodeValue(part, "A thread's log")) as Part;
}
