// From what was counted to what it costs.
import { METRICS } from "../../../src/runs/metrics.ts";
import manifest from "../../../src/workflows/manifest.json" with { type: "json" };
import { ASSUMED, INVENTORY, MEMORY_MB, PRICES } from "./prices.ts";
import { type Counts, FUNCTIONS, type FunctionName, nothing, sumOf, type Tally } from "./tally.ts";

/** Sent, received and deleted. */
const REQUESTS_PER_JOB = 3;
const GB = 1e9;

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

function lambdaOf(name: FunctionName, counts: Counts, coldStartMs: number = ASSUMED.coldStartMs): number {
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

export interface Fixed {
  readonly what: string;
  readonly dollars: number;
}

/** Time to decision is one for each workflow. */
export const MOST_METRICS = Object.keys(METRICS).length - 1 + manifest.length;

/** By the month, when nobody asks anything; a metric costs in the hours in which it is told of, and a sweep tells of some. */
export function fixedOf(sweep: Counts, told: number, alarms: number): readonly Fixed[] {
  const { minutesPerMonth, secretReadMinutes, tableKeyMinutes, idlePollsPerMinute } = ASSUMED;
  const sweeps = { ...nothing(), ...scaled(sweep, minutesPerMonth) };
  const reads = (minutesPerMonth / secretReadMinutes) * PRICES.secretRead;
  const polls = INVENTORY.queues * idlePollsPerMinute * minutesPerMonth;
  const logs = sweeps.logBytes + minutesPerMonth * ASSUMED.platformLogBytes;
  return [
    {
      what: "the sweeper, once a minute and always warm: Lambda",
      dollars: lambdaOf("sweeper", sweeps, 0),
    },
    {
      what: `the sweeper: DynamoDB, ${sweep.readUnits} read units a sweep`,
      dollars: sweeps.readUnits * PRICES.dynamoReadUnit + sweeps.writeUnits * PRICES.dynamoWriteUnit,
    },
    { what: "the sweeper: logs", dollars: (logs / GB) * PRICES.logGb },
    {
      what: `${INVENTORY.queues} queues that Lambda polls`,
      dollars: polls * PRICES.sqsRequest,
    },
    {
      what: `${INVENTORY.secrets} secrets, and reading one every ${secretReadMinutes} minutes`,
      dollars: INVENTORY.secrets * PRICES.secretMonth + reads,
    },
    {
      what: `KMS, asked for the table's key every ${tableKeyMinutes} minutes`,
      dollars: (minutesPerMonth / tableKeyMinutes) * PRICES.keyRequest,
    },
    { what: `the alarms, on ${alarms} metrics`, dollars: alarms * PRICES.alarmMonth },
    {
      what: `${told} metrics of our own, of which every sweep tells`,
      dollars: told * PRICES.metricMonth,
    },
  ];
}

function scaled({ dynamoRequests, writeUnits, readUnits, sends, logBytes }: Counts, by: number) {
  return {
    invocations: by,
    dynamoRequests: dynamoRequests * by,
    writeUnits: writeUnits * by,
    readUnits: readUnits * by,
    sends: sends * by,
    logBytes: logBytes * by,
  };
}
