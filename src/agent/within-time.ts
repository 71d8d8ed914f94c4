// Work that must not hang: told by its signal to stop, and no longer waited for when it does not.

/** It may have been carried out all the same. */
export class TookTooLong extends Error {
  override readonly name = "TookTooLong";
}

interface Limit {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Begins the sentence. */
  readonly what: string;
}

/** @throws TookTooLong, the reason of `signal` once that aborts, and whatever `work` throws. */
export async function withinTime<Result>(
  { timeoutMs, signal, what }: Limit,
  work: (signal: AbortSignal) => Result | Promise<Result>,
): Promise<Result> {
  const ended = new AbortController();
  const tooLong = new TookTooLong(
    `${what} did not answer within ${timeoutMs / 1_000} s. It is not known whether it was carried out.`,
  );
  const timer = setTimeout(() => ended.abort(tooLong), timeoutMs);
  const both = AbortSignal.any([signal, ended.signal]);
  try {
    const over = new Promise<never>((_, reject) => {
      const give = (): void => reject(both.reason as Error);
      if (both.aborted) give();
      else both.addEventListener("abort", give, { once: true });
    });
    // What the work says of its own end once its time is over nobody hears.
    over.catch(() => undefined);
    return await Promise.race([over, Promise.resolve(work(both))]);
  } finally {
    clearTimeout(timer);
    // Lets go of the listeners above.
    ended.abort();
  }
}
