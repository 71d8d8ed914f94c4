// Slots and memos as the strings that a checkpointer stores, and back.
import type { Memo, Slot } from "./checkpointer.ts";
import {
  decodeValue,
  type EncodedFields,
  encodeValue,
  type JsonValue,
  taggedFields,
  untaggedFields,
} from "./codec.ts";
import { UndecodableValueError } from "./errors.ts";
import { writtenByNewer } from "./newer.ts";
import { isObject, mapped } from "./record.ts";

const VERSION = 1;

/**
 * The text to store for a slot. Throws `UnencodableValueError` that names the channel or task whose value cannot be stored.
 *
 * @example
 * decodeSlot(encodeSlot(slot)); // equals slot
 */
export function encodeSlot(slot: Slot): string {
  const { changes, ...rest } = slot;
  const encodedChanges = encodeEach(changes, (channel) => `Channel "${channel}"`);
  if (rest.kind === "checkpoint") return envelope({ ...fields(rest), changes: encodedChanges });
  const { results, ...pause } = rest;
  return envelope({ ...fields(pause), changes: encodedChanges, results: encodeEach(results, taskLabel) });
}

/** The inverse of `encodeSlot`. Throws `UndecodableValueError` for text of another version. */
export function decodeSlot(text: string): Slot {
  // Our own writing: the version says that it has this shape.
  return open(text) as Slot;
}

/** A slot's changes in the form in which they are stored, by channel. */
export type EncodedChange =
  | { readonly kind: "set"; readonly value: JsonValue }
  | { readonly kind: "append"; readonly items: readonly JsonValue[] };

/** For savers that fold slots without reading what is in them: the slot with no changes, and these as they are stored. */
export function takenApart(text: string): {
  readonly slot: Slot;
  readonly changes: Readonly<Record<string, EncodedChange>>;
} {
  const { changes, ...rest } = bodyOf(text);
  if (!isObject(changes)) throw unreadable(text);
  return {
    slot: { ...(decodeValue(rest) as Slot), changes: {} },
    // Our own writing: the version says that it has this shape.
    changes: untaggedFields(changes) as unknown as Readonly<Record<string, EncodedChange>>,
  };
}

/** The text to store for a memo; see `encodeSlot`. */
export function encodeMemo(memo: Memo): string {
  const { result, ...rest } = memo;
  return envelope({ ...fields(rest), result: encodeValue(result, taskLabel(memo.task)) });
}

/** The inverse of `encodeMemo`. */
export function decodeMemo(text: string): Memo {
  // Our own writing: the version says that it has this shape.
  return open(text) as Memo;
}

function envelope(body: EncodedFields): string {
  return JSON.stringify({ v: VERSION, body });
}

function open(text: string): unknown {
  return decodeValue(bodyOf(text));
}

// What JSON.parse gives is JSON.
function bodyOf(text: string): EncodedFields {
  const { v, body } = envelopeIn(text);
  if (Number.isInteger(v) && Number(v) > VERSION)
    throw writtenByNewer(`A thread's log, in format ${String(v)},`);
  if (v !== VERSION || !isObject(body) || Array.isArray(body)) throw unreadable(text);
  return body as EncodedFields;
}

function envelopeIn(text: string): { readonly v?: unknown; readonly body?: unknown } {
  try {
    const stored: unknown = JSON.parse(text);
    return isObject(stored) ? stored : {};
  } catch {
    // Whether it was damaged or never ours, it cannot be read.
    return {};
  }
}

function unreadable(text: string): UndecodableValueError {
  return new UndecodableValueError(
    `The stored text "${text.slice(0, 40)}" is not in format ${VERSION}. Read it with the version that wrote it.`,
  );
}

function fields(record: Readonly<Record<string, unknown>>): EncodedFields {
  return encodeEach(record, (field) => `Field "${field}"`);
}

function encodeEach(
  record: Readonly<Record<string, unknown>>,
  label: (key: string) => string,
): EncodedFields {
  return taggedFields(mapped(record, (value, key) => encodeValue(value, label(key))));
}

function taskLabel(path: string): string {
  return `Task "${path}"`;
}
