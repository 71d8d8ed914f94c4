// What AWS charges, and what cannot be measured on one machine and is assumed: the only figures of docs/cost.md that are not measured, and those by which "countersign cost" reckons.

/** On demand, in us-east-1, without free tiers, in dollars. */
export const PRICES = {
  asOf: "November 2026",
  lambdaRequest: 0.2 / 1e6,
  /** Of arm64. */
  lambdaGbSecond: 0.0000133334,
  dynamoWriteUnit: 0.625 / 1e6,
  dynamoReadUnit: 0.125 / 1e6,
  sqsRequest: 0.4 / 1e6,
  /** HTTP API. */
  apiRequest: 1 / 1e6,
  logGb: 0.5,
  metricMonth: 0.3,
  alarmMonth: 0.1,
  secretMonth: 0.4,
  secretRead: 0.05 / 1e4,
  /** AWS's own key of the table costs nothing by the month. */
  keyRequest: 0.03 / 1e4,
} as const;

/** On the careful side. */
export const ASSUMED = {
  /** Every invocation is a cold start: questions are rare. */
  coldStartMs: 600,
  computeMs: 50,
  dynamoMs: 8,
  sqsMs: 15,
  slackMs: 300,
  /** A model's answer, or the target's. */
  otherMs: 3_000,
  /** What Lambda itself writes of each invocation. */
  platformLogBytes: 600,
  /** Lambda's five pollers of each queue, with nothing in it: three requests a minute each. */
  idlePollsPerMinute: 15,
  minutesPerMonth: 43_800,
  /** How often a function that stays warm reads its secrets anew. */
  secretReadMinutes: 5,
  /** So long DynamoDB keeps what KMS decrypted for it. */
  tableKeyMinutes: 5,
} as const;

/** As serverless.yml has it; a test compares the two. */
export const MEMORY_MB = { slack: 1_024, api: 512, worker: 512, sweeper: 512, "dead-letter": 512 } as const;

/** What is there by the month, as the template has it; a test compares the two. */
export const INVENTORY = { queues: 2, secrets: 3 } as const;
