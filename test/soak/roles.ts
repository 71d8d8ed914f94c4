// The parts that the processes of a soak play.
export type Role =
  | "slack"
  | "model"
  | "ops"
  | "queue"
  | "slack handler"
  | "api handler"
  | "worker"
  | "dead-letter"
  | "sweeper";
