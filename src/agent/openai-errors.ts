// The errors of OpenAI's client in our words.
import { APIConnectionError, APIError, APIUserAbortError } from "openai";
import { ModelAnswerUnusable, ModelRefused, ModelUnavailable } from "./model-errors.ts";

/** Who was asked, for sentences people read. */
export interface Named {
  readonly host: string;
  readonly model: string;
}

/** An answer that did not begin, or did not go on. */
export class BrokenOff extends Error {
  override readonly name = "BrokenOff";
  readonly hasBegun: boolean;

  constructor(hasBegun: boolean, options?: ErrorOptions) {
    super(hasBegun ? "Nothing more came." : "Nothing came.", options);
    this.hasBegun = hasBegun;
  }
}

/** Never quotes the service: what it says of a request can hold parts of the key or of the conversation. */
export function inOurWords(error: unknown, { host, model }: Named): unknown {
  if (error instanceof SyntaxError)
    return new ModelAnswerUnusable(
      `The model at ${host} answered with something that is not JSON. Check OPENAI_BASE_URL.`,
    );
  if (error instanceof BrokenOff && error.hasBegun)
    return new ModelUnavailable(
      `The model at ${host} stopped in the middle of its answer. Try again in a minute.`,
      { cause: quiet(error.cause ?? error) },
    );
  if (isWithoutAnswer(error))
    return new ModelUnavailable(
      `The model at ${host} could not be reached or did not answer in time. Try again in a minute; if it stays so, check OPENAI_BASE_URL.`,
      { cause: error },
    );
  if (!(error instanceof APIError)) return error;
  const { status = 0, code } = error as APIError;
  return errorOf({ status, code }, { host, model }, { cause: quiet(error) });
}

/** The client's own error repeats what the service said, and a log may print causes. */
function quiet(error: unknown): unknown {
  if (!(error instanceof APIError)) return error;
  const { name, status, requestID } = error as APIError;
  return new Error(`${name} ${status ?? ""}, request ${requestID ?? "without an id"}`);
}

function isWithoutAnswer(error: unknown): boolean {
  const isTimeOver = error instanceof DOMException && error.name === "TimeoutError";
  const isSilent = error instanceof BrokenOff;
  // A TypeError is what fetch throws when the connection breaks in the middle of an answer.
  const isCut = error instanceof APIConnectionError || error instanceof TypeError;
  return isTimeOver || isSilent || isCut || error instanceof APIUserAbortError;
}

interface Refusal {
  readonly status: number;
  readonly code: string | null | undefined;
}

function errorOf({ status, code }: Refusal, { host, model }: Named, options: ErrorOptions): Error {
  if (status === 429 && code === "insufficient_quota")
    return new ModelRefused(
      `The account at ${host} has no credit left (429). Check its plan and billing.`,
      options,
    );
  const mayPass = status >= 500 || status === 408 || status === 409 || status === 429;
  if (mayPass)
    return new ModelUnavailable(
      `The model at ${host} cannot answer right now (${status}). Try again in a minute.`,
      options,
    );
  return new ModelRefused(`The model at ${host} ${refusal(status, model)}`, options);
}

function refusal(status: number, model: string): string {
  switch (status) {
    case 401:
      return "does not accept the key (401). Check OPENAI_API_KEY.";
    case 403:
      return "does not allow this (403). Check what the key in OPENAI_API_KEY may do.";
    case 404:
      return `does not know the model "${model}" (404). Check OPENAI_MODEL and OPENAI_BASE_URL.`;
    default:
      return `refused the request (${status}). Check that "${model}" takes what is asked of it.`;
  }
}
