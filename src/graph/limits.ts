// How long a call and each of its supersteps may take, and how many tasks run beside each other.
import { GraphValueError } from "./errors.ts";

export interface LimitOptions {
  /** How many milliseconds a superstep may take; after that the call is rejected with a TimeoutError, and the superstep runs again with `null`. */
  readonly stepTimeout?: number;
  /** How many supersteps one invocation may take; 25 by default. */
  readonly recursionLimit?: number;
}

export interface CallLimits extends LimitOptions {
  /** How many milliseconds the call may take; after that it is rejected with a TimeoutError, as by an aborted `signal`. */
  readonly timeout?: number;
  /** How many tasks of a superstep run at the same time; they begin in the order of their paths. */
  readonly maxConcurrency?: number;
  readonly signal?: AbortSignal;
}

export interface Limits {
  /** Of the caller, if it set an end to the call. */
  readonly abort: AbortSignal | undefined;
  readonly stepTimeout: number | undefined;
  readonly maxConcurrency: number;
  readonly recursionLimit: number;
}

/** @throws GraphValueError for a limit that is not above 0, or lets nothing run. */
export function limitsOf(compiled: LimitOptions, called: CallLimits): Limits {
  const { signal, timeout, maxConcurrency = Infinity } = called;
  const recursionLimit = called.recursionLimit ?? compiled.recursionLimit ?? 25;
  if (!(recursionLimit >= 1))
    throw new GraphValueError(`Passed "recursionLimit" must be at least 1, not ${recursionLimit}.`);
  const stepTimeout = called.stepTimeout ?? compiled.stepTimeout;
  for (const [name, limit] of Object.entries({ timeout, stepTimeout, maxConcurrency }))
    if (limit !== undefined && !(limit > 0))
      throw new GraphValueError(`Passed "${name}" must be a positive number, not ${limit}.`);
  return { abort: timedSignal(signal, timeout), stepTimeout, maxConcurrency, recursionLimit };
}

/** Aborts with the signal, or after so many milliseconds. */
export function timedSignal(
  signal: AbortSignal | undefined,
  timeout: number | undefined,
): AbortSignal | undefined {
  if (timeout === undefined) return signal;
  return eitherSignal(AbortSignal.timeout(timeout), signal);
}

export function eitherSignal(signal: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  return other === undefined ? signal : AbortSignal.any([signal, other]);
}

/** Begins work in order, so much of it at a time; what has not begun when the signal aborts does not begin. */
export function inTurn<Item>(
  items: readonly Item[],
  { atOnce, signal }: { readonly atOnce: number; readonly signal: AbortSignal },
  begin: (item: Item) => Promise<void>,
): readonly Promise<void>[] {
  if (atOnce >= items.length) return items.map(begin);
  const waiting = items.values();
  const inRow = async (): Promise<void> => {
    for (const item of waiting) {
      if (signal.aborted) return;
      await begin(item);
    }
  };
  return Array.from({ length: Math.max(1, Math.floor(atOnce)) }, inRow);
}
