// What AWS's refusals mean for whoever runs Countersign: what is wrong, and what to look at. Said in the log, never in Slack.
import { OutOfPatience } from "./patience.ts";

export interface Advice {
  readonly sentence: string;
  /** Trying again is of no use until somebody has mended something. */
  readonly needsRepair: boolean;
}

const NO_TABLE = "There is no such table: check TABLE_NAME and the region, or deploy the table.";
const NO_QUEUE = "There is no such queue: check QUEUE_URL and the region, or deploy the queue.";
const OTHER_KEYS =
  "The table has other keys or indexes than Countersign's: check that TABLE_NAME names the table of infra/table.yml.";
const NOT_ALLOWED = "The function's role may not do this: compare it with infra/roles.yml.";
const NO_CREDENTIALS =
  "There are no valid AWS credentials: on Lambda, check the function's role; elsewhere AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.";
const THROTTLED =
  "It takes no more requests for now, and they are tried again. If this lasts, look at its throttling metrics.";

const SENTENCES: Readonly<Record<string, string>> = {
  ResourceNotFoundException: NO_TABLE,
  QueueDoesNotExist: NO_QUEUE,
  AccessDeniedException: NOT_ALLOWED,
  AccessDenied: NOT_ALLOWED,
  CredentialsProviderError: NO_CREDENTIALS,
  UnrecognizedClientException: NO_CREDENTIALS,
  InvalidSignatureException: NO_CREDENTIALS,
  ExpiredTokenException: NO_CREDENTIALS,
  MissingAuthenticationTokenException: NO_CREDENTIALS,
  InvalidClientTokenId: NO_CREDENTIALS,
};

const THROTTLES = [
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "RequestLimitExceeded",
  "RequestThrottled",
];

/** DynamoDB has no name of its own for this; these are its words, for each kind of request. */
const ABOUT_KEYS =
  /key element does not match the schema|missing the key|missed key schema element|query key condition not supported|type mismatch for key|does not have the specified index/i;

/** Undefined for what has no known remedy, a lost connection for one. */
export function adviceOn(error: unknown): Advice | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof OutOfPatience) return adviceOn(error.cause);
  if (THROTTLES.includes(error.name)) return { sentence: THROTTLED, needsRepair: false };
  if (error.name === "ValidationException" && ABOUT_KEYS.test(error.message))
    return { sentence: OTHER_KEYS, needsRepair: true };
  const sentence = error.message === "Region is missing" ? NO_CREDENTIALS : SENTENCES[error.name];
  return sentence === undefined ? undefined : { sentence, needsRepair: true };
}
