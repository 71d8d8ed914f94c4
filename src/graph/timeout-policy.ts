// How long one attempt of a node may take, as whoever builds the graph says it.
import { GraphValueError } from "./errors.ts";

/** Times in milliseconds, for each attempt of a node. Mirrors LangGraph's `TimeoutPolicy`. */
export interface TimeoutPolicy {
  /** How long an attempt may take. */
  readonly runTimeout?: number;
  /** How long an attempt may go without progress: a call of `config.writer`, `task()` or `config.heartbeat`. */
  readonly idleTimeout?: number;
  /** "heartbeat": only `config.heartbeat()` is progress. */
  readonly refreshOn?: "auto" | "heartbeat";
}

/** @throws GraphValueError for a time that is not above 0. */
export function timeoutPolicyOf(given: number | TimeoutPolicy): TimeoutPolicy {
  const policy = typeof given === "number" ? { runTimeout: given } : given;
  for (const name of ["runTimeout", "idleTimeout"] as const) {
    const time = policy[name];
    // Not `time <= 0`: that lets NaN through.
    if (time !== undefined && !(time > 0))
      throw new GraphValueError(`${name} must be greater than 0, not ${time}.`);
  }
  // Callers without types pass anything.
  const refreshOn: string = policy.refreshOn ?? "auto";
  if (refreshOn !== "auto" && refreshOn !== "heartbeat")
    throw new GraphValueError(`refreshOn must be "auto" or "heartbeat", not "${refreshOn}".`);
  return policy;
}
