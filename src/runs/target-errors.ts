// What can go wrong with a target, one class for each thing a caller does differently.

/**
 * The target does not do this: what was asked for is not there, not allowed or malformed, or it is no address of this target. Trying
 * again changes nothing; asking for something else may.
 *
 * @example
 * if (error instanceof TargetRefused) return { problem: error.message };
 */
export class TargetRefused extends Error {
  override readonly name = "TargetRefused";
  /** What it answered with, such as 409 for "not as you believe it to be"; undefined where nothing was asked. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/**
 * The target did not answer this time: too much to do, an outage, a lost connection, no answer in time. The same request with the same
 * key may succeed later; of one that acts it is not known whether it did.
 *
 * @example
 * .addNode("look", look, { retryPolicy: { retryOn: (error) => error instanceof TargetUnavailable } })
 */
export class TargetUnavailable extends Error {
  override readonly name = "TargetUnavailable";
  /** For whoever tells of a call that acts. */
  readonly mayHaveActed = true;
}

/**
 * The target has done what it was asked for, and said nothing of it that can be read: no JSON, or far too much.
 *
 * @example
 * if (error instanceof TargetAnswerUnusable) log.warn("The target acted, and its answer is lost.", { reason: error.message });
 */
export class TargetAnswerUnusable extends Error {
  override readonly name = "TargetAnswerUnusable";
  readonly mayHaveActed = true;
}
