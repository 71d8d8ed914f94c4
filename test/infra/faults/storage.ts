// Mistakes in the table and the queues.
import type { Fault } from "./fault.ts";

export const TABLE_AND_QUEUES: readonly Fault[] = [
  {
    what: "a table that goes with its stack",
    at: "Table.DeletionPolicy",
    findings: ["Table.DeletionPolicy must be Retain: otherwise deleting the stack deletes it."],
  },
  {
    what: "a table that goes when it is replaced",
    at: "Table.UpdateReplacePolicy",
    to: "Delete",
    findings: [
      "Table.UpdateReplacePolicy must be Retain: otherwise a deployment that replaces it deletes it.",
    ],
  },
  {
    what: "a table that can be deleted by hand",
    at: "Table.Properties.DeletionProtectionEnabled",
    to: false,
    findings: [
      "Table.DeletionProtectionEnabled must be true: otherwise anybody who may can delete it by mistake.",
    ],
  },
  {
    what: "a table that cannot be restored",
    at: "Table.Properties.PointInTimeRecoverySpecification",
    findings: [
      "Table.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled must be true: otherwise it cannot be brought back as it was.",
    ],
  },
  {
    what: "a table without encryption of its own",
    at: "Table.Properties.SSESpecification.SSEEnabled",
    to: false,
    findings: [
      "Table.SSESpecification.SSEEnabled must be true: otherwise it is not encrypted with a key that can be looked after.",
    ],
  },
  {
    what: "another attribute for the time until which an item stays",
    at: "Table.Properties.TimeToLiveSpecification.AttributeName",
    to: "expires",
    findings: [
      "Table.TimeToLiveSpecification.AttributeName must be ttl: otherwise what is past its time stays.",
    ],
  },
  {
    what: "a table that is paid by the hour",
    at: "Table.Properties.BillingMode",
    to: "PROVISIONED",
    findings: ["Table.BillingMode must be PAY_PER_REQUEST: otherwise it costs money while nobody decides."],
  },
  {
    what: "a second table",
    at: "Extra",
    to: { Type: "AWS::DynamoDB::Table", Properties: { KeySchema: [] } },
    findings: ["There is to be one table, and there are 2."],
  },
  {
    what: "jobs that come again while they are still worked on",
    at: "JobQueue.Properties.VisibilityTimeout",
    to: 359,
    findings: [
      "JobQueue.VisibilityTimeout is 359 s, and must be at least 6 times the 60 s of WorkerLambdaFunction.",
    ],
  },
  {
    what: "a queue without dead letters",
    at: "JobQueue.Properties.RedrivePolicy",
    findings: [
      "JobQueue.RedrivePolicy names no queue for what fails again and again.",
      "DeadJobQueue.RedrivePolicy names no queue for what fails again and again.",
    ],
  },
  {
    what: "dead letters that go somewhere else than to a queue",
    at: "JobQueue.Properties.RedrivePolicy.deadLetterTargetArn",
    to: { "Fn::GetAtt": ["Table", "Arn"] },
    findings: [
      "JobQueue.RedrivePolicy names Table, which is no queue.",
      "DeadJobQueue.RedrivePolicy names no queue for what fails again and again.",
      "No alarm tells of what stays in Table.",
    ],
  },
  {
    what: "dead letters that are dropped early",
    at: "DeadJobQueue.Properties.MessageRetentionPeriod",
    to: 345_600,
    findings: ["DeadJobQueue.MessageRetentionPeriod is not 14 days, the longest that SQS keeps a message."],
  },
  {
    what: "a queue in the clear",
    at: "JobQueue.Properties.SqsManagedSseEnabled",
    findings: ["JobQueue is not encrypted."],
  },
  {
    what: "batches that fail as a whole",
    at: "WorkerEventSourceMappingSQSJobQueue.Properties.FunctionResponseTypes",
    findings: [
      "WorkerEventSourceMappingSQSJobQueue does not say which messages of a batch failed, so that all of them come again.",
    ],
  },
  {
    what: "a message that is hidden for longer than SQS can",
    at: "JobQueue.Properties.VisibilityTimeout",
    to: 43_201,
    findings: ["JobQueue.VisibilityTimeout is 43201 s, and SQS hides no message for longer than 43200 s."],
  },
  {
    what: "a queue that nobody looks into",
    at: "WorkerEventSourceMappingSQSJobQueue.Properties.Enabled",
    to: false,
    findings: ["WorkerEventSourceMappingSQSJobQueue.Enabled is false, so it is there and does nothing."],
  },
  {
    what: "a queue that two stages would have",
    at: "JobQueue.Properties.QueueName",
    to: "countersign-jobs",
    findings: ['JobQueue.QueueName is "countersign-jobs", which another stage would have, too.'],
  },
];
