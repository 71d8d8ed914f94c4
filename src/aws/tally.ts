// What each function of a deployment is charged for, counted.
export const FUNCTIONS = ["slack", "api", "worker", "sweeper", "dead-letter"] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

export interface Counts {
  invocations: number;
  dynamoRequests: number;
  writeUnits: number;
  readUnits: number;
  /** Messages put into the queue. */
  sends: number;
  slackCalls: number;
  /** Of the model and of the target. */
  otherCalls: number;
  logBytes: number;
}

export type Tally = Readonly<Record<FunctionName, Readonly<Counts>>>;

export const nothing = (): Counts => ({
  ...{ invocations: 0, dynamoRequests: 0, writeUnits: 0, readUnits: 0 },
  ...{ sends: 0, slackCalls: 0, otherCalls: 0, logBytes: 0 },
});

export function tallyOf(of: (name: FunctionName) => Counts): Record<FunctionName, Counts> {
  const [slack, api, worker] = [of("slack"), of("api"), of("worker")];
  return { slack, api, worker, sweeper: of("sweeper"), "dead-letter": of("dead-letter") };
}

export function sumOf(tally: Tally): Counts {
  return Object.values(tally).reduce<Counts>((sum, one) => joined(sum, one, (a, b) => a + b), nothing());
}

/** The same without what one of its functions does anyway, once. */
export function without(tally: Tally, name: FunctionName, anyway: Counts): Tally {
  return { ...tally, [name]: joined(tally[name], anyway, (a, b) => Math.max(0, a - b)) };
}

function joined(
  one: Readonly<Counts>,
  other: Readonly<Counts>,
  by: (a: number, b: number) => number,
): Counts {
  return {
    invocations: by(one.invocations, other.invocations),
    dynamoRequests: by(one.dynamoRequests, other.dynamoRequests),
    writeUnits: by(one.writeUnits, other.writeUnits),
    readUnits: by(one.readUnits, other.readUnits),
    sends: by(one.sends, other.sends),
    slackCalls: by(one.slackCalls, other.slackCalls),
    otherCalls: by(one.otherCalls, other.otherCalls),
    logBytes: by(one.logBytes, other.logBytes),
  };
}
