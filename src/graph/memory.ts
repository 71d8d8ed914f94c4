// A checkpointer in memory, for tests and for graphs that need not outlive their process.
import type { Checkpointer, Memo, Slot, ThreadLog } from "./checkpointer.ts";
import { CheckpointConflict } from "./errors.ts";
import { decodeMemo, decodeSlot, encodeMemo, encodeSlot } from "./slot-codec.ts";

interface StoredThread {
  readonly slots: { readonly writer: string; readonly text: string }[];
  readonly memos: Map<string, { readonly slot: number; readonly text: string }>;
}

/**
 * Keeps threads in this process. It stores text, so that what it refuses or changes is what durable storage would.
 * Mirrors LangGraph's `MemorySaver`.
 *
 * @example
 * const graph = builder.compile({ checkpointer: new MemorySaver() });
 */
export class MemorySaver implements Checkpointer {
  readonly isVolatile = true;
  readonly #threads = new Map<string, StoredThread>();

  async load(threadId: string): Promise<ThreadLog> {
    await Promise.resolve();
    const { slots, memos } = this.#threads.get(threadId) ?? newThread();
    const current = [...memos.values()].filter(({ slot }) => slot === slots.length);
    return {
      slots: slots.map(({ text }) => decodeSlot(text)),
      memos: current.map(({ text }) => decodeMemo(text)),
    };
  }

  history(threadId: string): Promise<ThreadLog> {
    return this.load(threadId);
  }

  async append(threadId: string, slot: Slot): Promise<void> {
    const text = encodeSlot(slot);
    await Promise.resolve();
    const { slots } = this.#open(threadId);
    const taken = slots[slot.number];
    if (taken?.writer === slot.writer) return;
    if (slot.number !== slots.length) throw new CheckpointConflict(threadId, slot.number);
    slots.push({ writer: slot.writer, text });
  }

  async saveTask(threadId: string, memo: Memo): Promise<void> {
    const text = encodeMemo(memo);
    await Promise.resolve();
    const { memos } = this.#open(threadId);
    const key = `${memo.slot}:${memo.task}`;
    if (!memos.has(key)) memos.set(key, { slot: memo.slot, text });
  }

  async claim(threadId: string, memo: Memo): Promise<boolean> {
    await this.saveTask(threadId, memo);
    const { slots, memos } = this.#open(threadId);
    const stands = memos.get(`${memo.slot}:${memo.task}`)?.text === encodeMemo(memo);
    return stands && slots.length === memo.slot;
  }

  async keptWithin(threadId: string): Promise<readonly string[]> {
    await Promise.resolve();
    return [...this.#threads.keys()].filter((id) => id.startsWith(`${threadId}|`) && id.endsWith("@"));
  }

  async delete(threadId: string): Promise<void> {
    await Promise.resolve();
    for (const id of this.#threads.keys())
      if (id === threadId || id.startsWith(`${threadId}|`)) this.#threads.delete(id);
  }

  #open(threadId: string): StoredThread {
    const thread = this.#threads.get(threadId) ?? newThread();
    this.#threads.set(threadId, thread);
    return thread;
  }
}

/** LangGraph's other name for `MemorySaver`. */
export const InMemorySaver: typeof MemorySaver = MemorySaver;

function newThread(): StoredThread {
  return { slots: [], memos: new Map() };
}
