// How long a client of AWS waits. The SDK bounds each attempt; all of them together, with the waits in between, are bounded here.

export interface Patience {
  /** Set for a server that is not AWS. */
  readonly endpoint: string | undefined;
  /** Where it is; without it, where the environment says. */
  readonly region?: string;
  /** To be connected, for each attempt. */
  readonly connectMs?: number;
  /** To be answered, for each attempt. The SDK's own default is forever. */
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  /** All attempts with the waits between them; by default as long as all of them may take. */
  readonly totalMs?: number;
}

const CONNECT_MS = 500;

/** A call took longer than all its attempts together may. */
export class OutOfPatience extends Error {
  override readonly name = "OutOfPatience";

  /** `cause` is how the last attempt failed, if any did. */
  constructor(totalMs: number, cause?: unknown) {
    super(`There was no answer within ${totalMs} ms, with all attempts.`, { cause });
  }
}

export function clientSettings({
  endpoint,
  region,
  connectMs = CONNECT_MS,
  timeoutMs,
  maxAttempts,
}: Patience): {
  readonly endpoint?: string;
  readonly region?: string;
  readonly maxAttempts: number;
  readonly retryMode: "standard";
  readonly requestHandler: object;
} {
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    maxAttempts,
    // Waits longer from attempt to attempt, by chance, so that many callers do not come back at once.
    retryMode: "standard",
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: timeoutMs,
      // An answer that stops in its middle.
      socketTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}

type Handler<In, Out> = (args: In) => Promise<Out>;
type Middleware = <In, Out>(next: Handler<In, Out>, context: object) => Handler<In, Out>;

/**
 * Two middlewares of one client: `whole` goes around the SDK's retries and `attempt` below them. A call that was given up sends nothing more: what is said
 * of it would not stay true.
 */
export function patience({ timeoutMs, maxAttempts, totalMs = timeoutMs * maxAttempts }: Patience): {
  readonly whole: Middleware;
  readonly attempt: Middleware;
} {
  const givenUp = new WeakSet();
  const lastFailure = new WeakMap<object, unknown>();
  return {
    whole: (next, context) => async (args) => {
      let timer: NodeJS.Timeout | undefined;
      const over = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
          givenUp.add(context);
          reject(new OutOfPatience(totalMs, lastFailure.get(context)));
        }, totalMs);
      });
      try {
        return await Promise.race([next(args), over]);
      } finally {
        clearTimeout(timer);
      }
    },
    attempt: (next, context) => async (args) => {
      if (givenUp.has(context)) throw new OutOfPatience(totalMs);
      try {
        return await next(args);
      } catch (error) {
        lastFailure.set(context, error);
        throw error;
      }
    },
  };
}
