// The values of the channels: how writes become the next state, and what of it a slot has to store.
import type { Channels } from "./annotation.ts";
import type { Change } from "./checkpointer.ts";
import { InvalidUpdateError } from "./errors.ts";
import { isOverwrite, overwritten } from "./overwrite.ts";
import { picked } from "./record.ts";

export type Values = Readonly<Record<string, unknown>>;

/** The state before anything was written. */
export function initialValues(channels: Channels): Values {
  const values: Record<string, unknown> = {};
  for (const [name, channel] of Object.entries(channels)) {
    if (channel.initial !== undefined) values[name] = channel.initial();
  }
  return values;
}

/** Throws for a key that is no channel: a misspelt update would otherwise be lost without a word. */
export function checkUpdate(channels: Channels, update: Values, writer: string): void {
  for (const name of Object.keys(update)) {
    if (Object.hasOwn(channels, name)) continue;
    const known = Object.keys(channels).join(", ");
    throw new InvalidUpdateError(
      `${writer} wrote to "${name}", which is no channel of the state. Its channels are: ${known}.`,
    );
  }
}

/** The state after all writes of a superstep, applied in order. */
export function applyUpdates(channels: Channels, values: Values, updates: readonly Values[]): Values {
  const next: Record<string, unknown> = { ...values };
  /** As a whole: nothing more may be. One update writes each channel once. */
  const written = updates.length > 1 ? new Set<string>() : undefined;
  for (const update of updates) {
    for (const [name, value] of Object.entries(update)) {
      const channel = channels[name];
      const isTaken = written?.has(name) === true;
      if (channel?.reduce === undefined || isOverwrite(value)) {
        if (isTaken) throw twoWriters(channels, name);
        written?.add(name);
        next[name] = overwritten(value);
      } else if (!isTaken) next[name] = Object.hasOwn(next, name) ? channel.reduce(next[name], value) : value;
    }
  }
  return next;
}

/** Throws if a channel that takes one write in a step would get a second one from `updates`. */
export function checkWriters(
  channels: Channels,
  written: ReadonlySet<string>,
  updates: readonly Values[],
): void {
  const single = updates.flatMap((update) => singleIn(channels, update));
  const twice = single.find((name, index) => single.indexOf(name) < index || written.has(name));
  if (twice !== undefined) throw twoWriters(channels, twice);
}

export function untrackedIn(channels: Channels): readonly string[] {
  return Object.keys(channels).filter((name) => channels[name]?.isUntracked === true);
}

/** What of values or of an update is stored. */
export function trackedIn(values: Values, untracked: readonly string[]): Values {
  if (untracked.length === 0) return values;
  return picked(values, (name) => !untracked.includes(name));
}

/** Values as they were stored. Nodes may change arrays in place, so their lengths are kept apart. */
export interface StoredValues {
  readonly values: Values;
  readonly lengths: ReadonlyMap<string, number>;
}

export function storedValues(values: Values): StoredValues {
  const lengths = new Map<string, number>();
  for (const [name, value] of Object.entries(values)) if (isList(value)) lengths.set(name, value.length);
  return { values, lengths };
}

/**
 * What changed since it was stored. An array that only grew, by identity of its items, is stored as its tail.
 * `overwritten` are the channels that were written as a whole: the same object may have been changed in place.
 */
export function changesBetween(
  stored: StoredValues,
  after: Values,
  overwritten: ReadonlySet<string>,
): Readonly<Record<string, Change>> {
  const changes: Record<string, Change> = {};
  for (const [name, value] of Object.entries(after)) {
    const before = stored.values[name];
    const hasGrown = isList(value) && value.length > (stored.lengths.get(name) ?? value.length);
    const isSame = value === before && Object.hasOwn(stored.values, name) && !hasGrown;
    const isUntouched = isSame && (typeof value !== "object" || !overwritten.has(name));
    if (!isUntouched)
      changes[name] = isSame ? { kind: "set", value } : changeOf(before, stored.lengths.get(name), value);
  }
  return changes;
}

/** The channels that the updates write as a whole: those without a reducer, and those written past it. */
export function overwrittenBy(channels: Channels, updates: readonly Values[]): ReadonlySet<string> {
  return new Set(updates.flatMap((update) => singleIn(channels, update)));
}

function singleIn(channels: Channels, update: Values): readonly string[] {
  return Object.keys(update).filter(
    (name) => channels[name]?.reduce === undefined || isOverwrite(update[name]),
  );
}

/** The inverse of `changesBetween`: the values after a slot. */
export function applyChanges(values: Values, changes: Readonly<Record<string, Change>>): Values {
  const next: Record<string, unknown> = { ...values };
  for (const [name, change] of Object.entries(changes)) {
    const before: unknown = next[name];
    next[name] = change.kind === "set" ? change.value : [...(isList(before) ? before : []), ...change.items];
  }
  return next;
}

function changeOf(before: unknown, length: number | undefined, after: unknown): Change {
  const mayHaveGrown =
    isList(before) && isList(after) && length !== undefined && length > 0 && after.length >= length;
  const hasSamePrefix = mayHaveGrown && before.slice(0, length).every((item, index) => item === after[index]);
  return hasSamePrefix ? { kind: "append", items: after.slice(length) } : { kind: "set", value: after };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function twoWriters(channels: Channels, name: string): InvalidUpdateError {
  if (channels[name]?.reduce !== undefined)
    return new InvalidUpdateError(
      `Invalid update for channel "${name}": Can receive only one Overwrite value per step. Let only one of the parallel nodes overwrite it.`,
    );
  return new InvalidUpdateError(
    `Invalid update for channel "${name}": LastValue can only receive one value per step. ` +
      "Give the channel a reducer, or let only one of the parallel nodes write it.",
    "INVALID_CONCURRENT_GRAPH_UPDATE",
  );
}
