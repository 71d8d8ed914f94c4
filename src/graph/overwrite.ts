// A write that is the new value, whatever the channel's reducer would make of it.
import { isObject } from "./record.ts";

/** The same in JSON, as LangGraph has it. */
export interface OverwriteValue<Value = unknown> {
  readonly __overwrite__: Value;
}

/**
 * Writes past the reducer of a channel: the value becomes the state as it is, and what others write to the channel in the same
 * superstep is dropped. A channel takes one in a superstep. Mirrors LangGraph's `Overwrite`.
 *
 * @example
 * return { messages: new Overwrite([summary]) };
 */
export class Overwrite<Value = unknown> implements OverwriteValue<Value> {
  /** In JSON, what this is; LangGraph's name for it. */
  readonly lg_name = "Overwrite";
  readonly __overwrite__: Value;

  constructor(value: Value) {
    this.__overwrite__ = value;
  }

  get value(): Value {
    return this.__overwrite__;
  }
}

export function isOverwrite(written: unknown): written is OverwriteValue {
  return isObject(written) && "__overwrite__" in written;
}

/** What is to be the value: of any other write, the write itself. */
export function overwritten(written: unknown): unknown {
  return isOverwrite(written) ? written.__overwrite__ : written;
}
