// What a deployment costs by the month, when nobody asks anything.
import { GB, lambdaOf } from "../../../src/aws/dollars.ts";
import { ASSUMED, INVENTORY, PRICES } from "../../../src/aws/prices.ts";
import { type Counts, nothing } from "../../../src/aws/tally.ts";
import { METRICS } from "../../../src/runs/metrics.ts";
import manifest from "../../../src/workflows/manifest.json" with { type: "json" };

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
