// Mistakes in what CloudFormation itself understands: types, properties, and what points at what.
import type { Fault } from "./fault.ts";

export const TYPES: readonly Fault[] = [
  {
    what: "a type that does not exist",
    at: "AlarmMail.Type",
    to: "AWS::SNS::Subscribtion",
    findings: ["AlarmMail has the type AWS::SNS::Subscribtion, which CloudFormation does not know."],
  },
  {
    what: "a misspelt property",
    at: "Table.Properties.BilingMode",
    to: "PAY_PER_REQUEST",
    findings: ["Table.BilingMode is no property of AWS::DynamoDB::Table."],
  },
  {
    what: "a misspelt property within a list",
    at: "Table.Properties.GlobalSecondaryIndexes.0.Projection.ProjectonType",
    to: "ALL",
    findings: ["Table.GlobalSecondaryIndexes[0].Projection.ProjectonType is no property of Projection."],
  },
  {
    what: "a misspelt word beside the properties",
    at: "Table.DeletePolicy",
    to: "Retain",
    findings: ["Table has DeletePolicy beside its properties, where CloudFormation knows no such thing."],
  },
  {
    what: "a required property that is missing",
    at: "HttpApiStage.Properties.StageName",
    findings: ["HttpApiStage.StageName is missing, and AWS::ApiGatewayV2::Stage requires it."],
  },
  {
    what: "a required property that is missing within a list",
    at: "WorkerRole.Properties.Policies.0.PolicyName",
    findings: ["WorkerRole.Policies[0].PolicyName is missing, and Policy requires it."],
  },
  {
    what: "text in place of a number",
    at: "WorkerLambdaFunction.Properties.MemorySize",
    to: "512",
    findings: ['WorkerLambdaFunction.MemorySize is "512", and it must be a whole number.'],
  },
  {
    what: "text in place of yes or no",
    at: "JobQueue.Properties.FifoQueue",
    to: "no",
    findings: ['JobQueue.FifoQueue is "no", and it must be true or false.'],
  },
  {
    what: "a list in place of text",
    at: "AlarmTopic.Properties.TopicName",
    to: ["alarms"],
    findings: ['AlarmTopic.TopicName is ["alarms"], and it must be a string.'],
  },
  {
    what: "a word that is not one of those allowed",
    at: "WorkerLambdaFunction.Properties.RecursiveLoop",
    to: "Always",
    findings: ['WorkerLambdaFunction.RecursiveLoop is "Always", and it must be "Allow" or "Terminate".'],
  },
];

export const REFERENCES: readonly Fault[] = [
  {
    what: "a Ref to what is not there",
    at: "SlackLambdaFunction.Properties.Environment.Variables.TABLE_NAME",
    to: { Ref: "Tabel" },
    findings: ["SlackLambdaFunction.Environment.Variables.TABLE_NAME points at Tabel, which is not there."],
  },
  {
    what: "an attribute of what is not there",
    at: "SweeperEventsRuleSchedule1.Properties.Targets.0.Arn",
    to: { "Fn::GetAtt": ["Sweeper", "Arn"] },
    findings: ["SweeperEventsRuleSchedule1.Targets[0].Arn points at Sweeper, which is not there."],
  },
  {
    what: "an attribute that does not exist",
    at: "WorkerEventSourceMappingSQSJobQueue.Properties.EventSourceArn",
    to: { "Fn::GetAtt": ["JobQueue", "ARN"] },
    findings: [
      "WorkerEventSourceMappingSQSJobQueue.EventSourceArn asks JobQueue for ARN, and AWS::SQS::Queue has no such attribute.",
    ],
  },
  {
    what: "a name within a text that is not there",
    at: "HttpApi.Properties.Name",
    to: { "Fn::Sub": "${AWS::StackName}-${Stage}-${!Literal}" },
    findings: ["HttpApi.Name points at Stage, which is not there."],
  },
  {
    what: "a function that CloudFormation does not have",
    at: "HttpApi.Properties.Name",
    to: { "Fn::Substitute": "countersign" },
    findings: ["HttpApi.Name calls Fn::Substitute, which CloudFormation does not know."],
  },
  {
    what: "something that waits for what is not there",
    at: "HttpApiRouteGetDocs.DependsOn",
    to: ["HttpApiIntegrationDocs"],
    findings: ["HttpApiRouteGetDocs points at HttpApiIntegrationDocs, which is not there."],
  },
  {
    what: "a condition that is not there",
    at: "AlarmMail.Condition",
    to: "AlarmsAreSent",
    findings: ["AlarmMail depends on the condition AlarmsAreSent, which is not there."],
  },
  {
    what: "two that wait for each other",
    at: "DeadJobQueue.Properties.RedriveAllowPolicy",
    to: { redrivePermission: "byQueue", sourceQueueArns: [{ "Fn::GetAtt": ["JobQueue", "Arn"] }] },
    findings: ["JobQueue, DeadJobQueue wait for each other in a circle."],
  },
];
