// Mistakes in what the functions are told, and in where their secrets are.
import type { Fault } from "./fault.ts";

const VARIABLES = "WorkerLambdaFunction.Properties.Environment.Variables";

export const ENVIRONMENT: readonly Fault[] = [
  {
    what: "a variable that nothing reads",
    at: `${VARIABLES}.LOGLEVEL`,
    to: "DEBUG",
    findings: [
      "WorkerLambdaFunction has LOGLEVEL in its environment, which the configuration does not read.",
    ],
  },
  {
    what: "a variable that is meant for one machine",
    at: `${VARIABLES}.AWS_ENDPOINT_URL_SQS`,
    to: "http://localhost:4566",
    findings: [
      "WorkerLambdaFunction has AWS_ENDPOINT_URL_SQS in its environment, which is only for one machine.",
    ],
  },
  {
    what: "a variable without which nothing starts",
    at: `${VARIABLES}.TABLE_NAME`,
    findings: ["WorkerLambdaFunction has no TABLE_NAME, without which the configuration is refused."],
  },
  {
    what: "a secret that no function names, though the configuration reads it and a role allows it",
    at: `${VARIABLES}.MODEL_SECRET`,
    findings: [
      "The configuration reads MODEL_SECRET, which no function has; if only one machine needs it, LOCAL_ONLY must say so.",
      "WorkerRole may read the secret countersign/test/model, which WorkerLambdaFunction does not name.",
    ],
  },
  {
    what: "what is counted under a name that no alarm looks for",
    at: `${VARIABLES}.SERVICE_NAME`,
    to: "countersign",
    findings: ['WorkerLambdaFunction counts as "countersign", and alarms look for countersign-test.'],
  },
  {
    what: "a history that is to be kept for less than what it is about",
    at: `${VARIABLES}.AUDIT_RETENTION_DAYS`,
    to: "30",
    findings: [
      "WorkerLambdaFunction: Error: The configuration is not usable: AUDIT_RETENTION_DAYS is less than RETENTION_DAYS (90, where that is not set): a history is kept for as long as what it is about, or longer. See .env.example for what each variable means.",
    ],
  },
  {
    what: "a secret in the environment, looked up while deploying",
    at: `${VARIABLES}.SLACK_BOT_TOKEN`,
    to: "{{resolve:secretsmanager:countersign/test/app:SecretString:SLACK_BOT_TOKEN}}",
    findings: [
      'WorkerLambdaFunction has SLACK_BOT_TOKEN in its environment, which belongs in the secret "app".',
      "WorkerLambdaFunction holds something secret, or has it looked up while deploying; functions read secrets themselves.",
    ],
  },
  {
    what: "a token in the template",
    at: "HttpApi.Properties.Description",
    to: "Answers for xoxb-1234.",
    findings: [
      "HttpApi holds something secret, or has it looked up while deploying; functions read secrets themselves.",
    ],
  },
  {
    what: "another stage's secret",
    at: `${VARIABLES}.APP_SECRET`,
    to: "countersign/prod/app",
    findings: [
      'WorkerLambdaFunction has "countersign/prod/app" as APP_SECRET, and the secret is countersign/test/app.',
    ],
  },
  {
    what: "a secret that the function's role may not read",
    at: "WorkerRole.Properties.Policies.0.PolicyDocument.Statement.3.Resource.1",
    to: { "Fn::GetAtt": ["Table", "Arn"] },
    findings: [
      "WorkerLambdaFunction names the secret countersign/test/model, which WorkerRole may not read.",
    ],
  },
  {
    what: "a function that may read another stage's secret, too",
    at: "WorkerRole.Properties.Policies.0.PolicyDocument.Statement.3.Resource.2",
    to: {
      "Fn::Sub":
        "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:countersign/prod/app-??????",
    },
    findings: [
      "WorkerRole may read the secret countersign/prod/app, which WorkerLambdaFunction does not name.",
    ],
  },
  {
    what: "a level of the log that nobody knows",
    at: `${VARIABLES}.LOG_LEVEL`,
    to: "debug",
    findings: ["WorkerLambdaFunction: LOG_LEVEL is none of DEBUG, INFO, WARN, ERROR, so it is INFO."],
  },
];
