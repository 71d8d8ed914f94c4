// From what was counted to what it costs: the same for a measurement and for an estimate.
import { ASSUMED, MEMORY_MB, PRICES } from "./prices.ts";
import { type Counts, FUNCTIONS, type FunctionName, sumOf, type Tally } from "./tally.ts";

/** Sent, received and deleted. */
const REQUESTS_PER_JOB = 3;
export const GB = 1e9;

export interface Dollars {
  readonly lambda: number;
  readonly dynamo: number;
  readonly sqs: number;
  readonly api: number;
  readonly logs: number;
}

export function dollarsOf(tally: Tally): Dollars {
  const all = sumOf(tally);
  return {
    lambda: FUNCTIONS.reduce((sum, name) => sum + lambdaOf(name, tally[name]), 0),
    dynamo: all.writeUnits * PRICES.dynamoWriteUnit + all.readUnits * PRICES.dynamoReadUnit,
    sqs: all.sends * REQUESTS_PER_JOB * PRICES.sqsRequest,
    api: (tally.slack.invocations + tally.api.invocations) * PRICES.apiRequest,
    logs: ((all.logBytes + all.invocations * ASSUMED.platformLogBytes) / GB) * PRICES.logGb,
  };
}

export const totalOf = ({ lambda, dynamo, sqs, api, logs }: Dollars): number =>
  lambda + dynamo + sqs + api + logs;

export function lambdaOf(
  name: FunctionName,
  counts: Counts,
  coldStartMs: number = ASSUMED.coldStartMs,
): number {
  const { invocations, dynamoRequests, sends, slackCalls, otherCalls } = counts;
  const waitedMs =
    dynamoRequests * ASSUMED.dynamoMs +
    sends * ASSUMED.sqsMs +
    slackCalls * ASSUMED.slackMs +
    otherCalls * ASSUMED.otherMs;
  const ms = invocations * (coldStartMs + ASSUMED.computeMs) + waitedMs;
  const gbSeconds = (ms / 1_000) * (MEMORY_MB[name] / 1_024);
  return invocations * PRICES.lambdaRequest + gbSeconds * PRICES.lambdaGbSecond;
}
