// What can go wrong with a model, one class for each thing a caller does differently.
import type { Usage } from "../graph/index.ts";

/**
 * The model did not answer this time: too many requests, an outage, a timeout, no connection. The same request may succeed later.
 *
 * @example
 * .addNode("draft", draft, { retryPolicy: { retryOn: (error) => error instanceof ModelUnavailable } })
 */
export class ModelUnavailable extends Error {
  override readonly name = "ModelUnavailable";
}

/**
 * The model's service refuses to work for us: key, address, name of the model or the request itself is wrong. Trying again changes nothing.
 *
 * @example
 * if (error instanceof ModelRefused) log.error("The model's configuration needs a look.", { reason: error.message });
 */
export class ModelRefused extends Error {
  override readonly name = "ModelRefused";
}

/**
 * The model answered, but not with what was asked for: nothing, half of it, or no chat completion at all. Another try or other messages may help.
 *
 * @example
 * if (error instanceof ModelAnswerUnusable) return askShorter();
 */
export class ModelAnswerUnusable extends Error {
  override readonly name = "ModelAnswerUnusable";
  /** What the answer has cost all the same, where the service says so. */
  readonly usage: Usage | undefined;

  constructor(message: string, { usage }: { readonly usage?: Usage | undefined } = {}) {
    super(message);
    this.usage = usage;
  }
}
