// Why AWS tells nothing to whoever sits at a terminal, in one sentence that is the same for every service: then it need be said once.
import { adviceOn } from "./advice.ts";
import { OutOfPatience } from "./patience.ts";

/** It was asked in vain: what was to be looked at is not known. */
export class AwsAway extends Error {
  override readonly name = "AwsAway";
  readonly mend: string;

  constructor({ says, mend }: { readonly says: string; readonly mend: string }) {
    super(says);
    this.mend = mend;
  }
}

const CREDENTIALS = [
  "CredentialsProviderError",
  "UnrecognizedClientException",
  "InvalidSignatureException",
  "SignatureDoesNotMatch",
  "ExpiredTokenException",
  "ExpiredToken",
  "MissingAuthenticationTokenException",
  "InvalidClientTokenId",
];
const DENIED = ["AccessDeniedException", "AccessDenied"];

/**
 * Runs a question. What AWS refuses for a reason of its own is thrown as it is.
 *
 * @throws AwsAway
 * @example
 * const { Table } = await asked("dynamodb:DescribeTable", () => dynamo.send(new DescribeTableCommand({ TableName })));
 */
export async function asked<T>(action: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw awayOf(error, action) ?? error;
  }
}

/** Undefined for what is about the thing that was asked for. */
export function awayOf(error: unknown, action = "this"): AwsAway | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof OutOfPatience) return awayOf(error.cause, action) ?? silent("no answer in time");
  if (CREDENTIALS.includes(error.name) || error.message === "Region is missing") return new AwsAway(NOBODY);
  if (DENIED.includes(error.name)) return denied(action);
  if (error instanceof SyntaxError) return new AwsAway(NO_AWS);
  if (adviceOn(error)?.needsRepair === false) return new AwsAway(THROTTLED);
  const code = codeOf(error);
  return code === undefined ? undefined : silent(code);
}

const NOBODY = {
  says: "AWS takes none of the credentials that are here, or there are none.",
  mend: "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and AWS_REGION; aws sts get-caller-identity says who you are.",
};
const NO_AWS = {
  says: "What answers in AWS's place is not AWS: it cannot be read.",
  mend: "Look whether a proxy stands in between, and at the variables AWS_ENDPOINT_URL_….",
};
const THROTTLED = { says: "AWS takes no more requests for now.", mend: "Try again in a minute." };

function denied(action: string): AwsAway {
  return new AwsAway({
    says: `Your AWS credentials do not allow ${action}.`,
    mend: "Use credentials of somebody who may look at the deployment.",
  });
}

/** Of a connection that failed, as Node writes it; no service writes its codes so. */
function codeOf(error: Error): string | undefined {
  if ("code" in error && typeof error.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(error.code))
    return error.code;
  return error.name === "TimeoutError" ? "no answer in time" : undefined;
}

function silent(why: string): AwsAway {
  return new AwsAway({
    says: `AWS could not be reached from here (${why}).`,
    mend: "Check the network, a proxy if there is one, the region, and the variables AWS_ENDPOINT_URL_….",
  });
}
