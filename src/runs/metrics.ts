// What is counted and measured while it runs: the names of all of it, their units, and the interface that takes them. Alarms go by these names.

/** Each with CloudWatch's word for its unit. */
export const METRICS = {
  /** From a request of Slack's to its answer; Slack waits for three seconds. */
  SlackAnswer: "Milliseconds",
  /** From a recorded decision to the step that goes on with it. */
  DecisionToResume: "Milliseconds",
  /** From a question's card to its decision, by workflow. */
  TimeToDecision: "Milliseconds",
  /** What the sweeper found that should have been dealt with long ago. */
  Overdue: "Count",
  /** How long the oldest of it has been due. */
  OldestDue: "Milliseconds",
  /** A part of a thread's log is not there. */
  LogGap: "Count",
  /** A commit came second to another worker's. */
  CommitLost: "Count",
  /** A thread was taken over from a worker whose lease had run out. */
  Takeover: "Count",
  /** A thread was worked on once more, since somebody had asked for it meanwhile. */
  Nudged: "Count",
  /** A thread was recovered so often that it will not get further by itself. */
  Stuck: "Count",
  /** A card was looked for before it was posted. */
  LookUp: "Count",
  /** It was there: a second one was prevented. */
  LookUpFound: "Count",
  /** A write whose answer was lost turned out to have been carried out. */
  OwnWriteFound: "Count",
  /** What DynamoDB counted for an invocation. */
  ReadUnits: "Count",
  WriteUnits: "Count",
} as const;

export type MetricName = keyof typeof METRICS;

export interface Metrics {
  /** Adds one value, in the unit of its name; `workflow` where it is told by workflow. */
  readonly add: (name: MetricName, value: number, of?: { readonly workflow: string }) => void;
}

/** Never less than nothing, where two clocks differ. */
export function msBetween(from: string, until: string): number {
  return Math.max(Date.parse(until) - Date.parse(from), 0);
}

/** For tools and tests, where nobody counts. */
export const UNCOUNTED: Metrics = { add: () => undefined };
