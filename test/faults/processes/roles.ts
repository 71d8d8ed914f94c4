// The parts that processes play.

export const ROLES = [
  "dynamo",
  "queue",
  "slack",
  "ops",
  "worker",
  "slack handler",
  "sweeper",
  "dead-letter",
] as const;
export type Role = (typeof ROLES)[number];
