// Tries a node again after an error that may pass.
import { setTimeout as sleep } from "node:timers/promises";
import {
  AnswerRefused,
  GraphInterrupt,
  GraphValueError,
  InvalidUpdateError,
  NodeInterrupt,
  ParentCommand,
} from "./errors.ts";
import { isObject } from "./record.ts";

/** How often and when a node is tried again; times in milliseconds. Mirrors LangGraph's `RetryPolicy`. */
export interface RetryPolicy {
  /** With the first; 3 by default. */
  readonly maxAttempts?: number;
  readonly initialInterval?: number;
  readonly backoffFactor?: number;
  readonly maxInterval?: number;
  readonly jitter?: boolean;
  readonly retryOn?: (error: unknown) => boolean;
  /** LangGraph prints each try; this runtime prints nothing, and takes the option so that policies need no change. */
  readonly logWarning?: boolean;
}

/** Calls `attempt` until it succeeds or the policy gives up; a question is never an error to retry. */
export async function retrying<Result>(
  policy: RetryPolicy | undefined,
  { signal, random }: { readonly signal: AbortSignal; readonly random: () => number },
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (policy === undefined || !mayRetry(policy, error, tries)) throw error;
      await sleep(pauseBefore(policy, tries, random), undefined, { signal });
    }
  }
}

function mayRetry(
  { maxAttempts = 3, retryOn = mayPass }: RetryPolicy,
  error: unknown,
  tries: number,
): boolean {
  return tries < maxAttempts && !(error instanceof GraphInterrupt) && retryOn(error);
}

function pauseBefore(policy: RetryPolicy, tries: number, random: () => number): number {
  const { initialInterval = 500, backoffFactor = 2, maxInterval = 128_000, jitter = true } = policy;
  const pause = Math.min(maxInterval, initialInterval * backoffFactor ** (tries - 1));
  return jitter ? pause * (0.75 + random() / 2) : pause;
}

const FINAL_STATUSES: readonly unknown[] = [400, 401, 402, 403, 404, 405, 406, 407, 409];

/** LangGraph's default: not when somebody cancelled, not when the graph is wrong, not when a server said that it is our fault. */
function mayPass(error: unknown): boolean {
  const isFinal = [GraphValueError, InvalidUpdateError, AnswerRefused, NodeInterrupt, ParentCommand].some(
    (kind) => error instanceof kind,
  );
  if (isFinal) return false;
  if (!(error instanceof Error)) return true;
  const isCancelled = error.name === "AbortError" || /^(Cancel|AbortError)/.test(error.message);
  if (isCancelled || ("code" in error && error.code === "ECONNABORTED")) return false;
  return !FINAL_STATUSES.includes(statusOf(error));
}

function statusOf(error: object): unknown {
  if ("status" in error) return error.status;
  return "response" in error && isObject(error.response) ? statusOf(error.response) : undefined;
}
