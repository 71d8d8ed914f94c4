// A snapshot of a thread: what its slots lead to, as one text, so that a long thread is read without all of them.
import {
  afterSlot,
  type Change,
  decodeValue,
  emptyThread,
  encodeValue,
  type JsonValue,
  type Slot,
  type ThreadLog,
  type ThreadSnapshot,
} from "../graph/index.ts";
import { UnknownForm } from "../runs/errors.ts";
import { standingOf } from "../runs/standing.ts";

const VERSION = 1;

export function encodeSnapshot(snapshot: ThreadSnapshot): string {
  return JSON.stringify({ v: VERSION, snapshot: encodeValue(snapshot, "The snapshot") });
}

/** The inverse of `encodeSnapshot`. @throws UnknownForm for text of another version. */
export function decodeSnapshot(text: string): ThreadSnapshot {
  // Our own writing: the version says that it has this shape.
  const { v, snapshot } = JSON.parse(text) as { v: number; snapshot: JsonValue };
  if (v !== VERSION) throw new UnknownForm("A snapshot of a thread", new Error(`Its format is ${v}.`));
  return decodeValue(snapshot) as ThreadSnapshot;
}

/** Of a thread as it was read. */
export function snapshotOf(threadId: string, log: ThreadLog): ThreadSnapshot {
  const { slots, begin } = branchOf(log);
  const { changes, ...standing } = begin ?? { changes: {} };
  let thread = { ...emptyThread(threadId, {}), ...standing };
  const folded = new Map<string, Folded>();
  fold(folded, changes);
  for (const slot of slots) {
    fold(folded, slot.changes);
    thread = afterSlot(thread, slot, {});
  }
  const channels = [...folded].map(([name, channel]) => [name, changeFrom(channel)] as const);
  return { ...standingOf(thread), changes: Object.fromEntries(channels) };
}

/** The slots that the last one goes on from, one behind the other, and the snapshot if it is that which the first one goes on from. */
function branchOf({ snapshot, slots }: ThreadLog): {
  readonly slots: readonly Slot[];
  readonly begin: ThreadSnapshot | undefined;
} {
  const first = snapshot?.slot ?? 0;
  const branch: Slot[] = [];
  let number = first + slots.length - 1;
  for (let slot = slots.at(-1); slot !== undefined; slot = slots[number - first]) {
    branch.push(slot);
    number = (slot.kind === "checkpoint" ? slot.base : undefined) ?? slot.number - 1;
    if (number < first) break;
  }
  return { slots: branch.reverse(), begin: number === first - 1 ? snapshot : undefined };
}

/** A list is whole where a slot has set it; else it goes on behind what the channel begins with. It is added to in place. */
type Folded =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "list"; readonly isWhole: boolean; readonly items: unknown[] };

function fold(folded: Map<string, Folded>, changes: ThreadSnapshot["changes"]): void {
  for (const [channel, change] of Object.entries(changes))
    folded.set(channel, foldedAfter(folded.get(channel), change));
}

function foldedAfter(before: Folded | undefined, change: Change): Folded {
  if (change.kind === "set") {
    if (!isList(change.value)) return { kind: "value", value: change.value };
    return { kind: "list", isWhole: true, items: [...change.value] };
  }
  if (before?.kind !== "list")
    return { kind: "list", isWhole: before !== undefined, items: [...change.items] };
  for (const item of change.items) before.items.push(item);
  return before;
}

function changeFrom(folded: Folded): Change {
  if (folded.kind === "value") return { kind: "set", value: folded.value };
  const { isWhole, items } = folded;
  return isWhole ? { kind: "set", value: items } : { kind: "append", items };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
