// Mistakes in functions and in what they may do.
import type { Fault } from "./fault.ts";

const STATEMENT = "WorkerRole.Properties.Policies.0.PolicyDocument.Statement.0";

export const FUNCTIONS: readonly Fault[] = [
  {
    what: "a function with another one's role, and the role that is left over",
    at: "SweeperLambdaFunction.Properties.Role",
    to: { "Fn::GetAtt": ["SlackRole", "Arn"] },
    findings: [
      "SweeperLambdaFunction has the same role as SlackLambdaFunction, SlackRole.",
      "SweeperRole is a role that no function has.",
    ],
  },
  {
    what: "a function with a role from elsewhere",
    at: "ApiLambdaFunction.Properties.Role",
    to: "arn:aws:iam::123456789012:role/admin",
    findings: [
      "ApiLambdaFunction.Role is not one of the roles in the template.",
      "ApiRole is a role that no function has.",
    ],
  },
  {
    what: "a handler's file that is not built, and the one that nobody runs",
    at: "ApiLambdaFunction.Properties.Handler",
    to: "dist/rest.handler",
    findings: [
      "ApiLambdaFunction.Handler is dist/rest.handler, and there is no such file among those that are built.",
      "dist/api is built, and no function runs it.",
    ],
  },
  {
    what: "a handler that is not exported",
    at: "ApiLambdaFunction.Properties.Handler",
    to: "dist/api.handle",
    findings: ["ApiLambdaFunction.Handler is dist/api.handle, and that file exports nothing of this name."],
  },
  {
    what: "an old runtime",
    at: "WorkerLambdaFunction.Properties.Runtime",
    to: "nodejs20.x",
    findings: ["WorkerLambdaFunction.Runtime is not nodejs24.x."],
  },
  {
    what: "another processor",
    at: "WorkerLambdaFunction.Properties.Architectures",
    to: ["x86_64"],
    findings: ["WorkerLambdaFunction.Architectures is not arm64."],
  },
  {
    what: "concurrency that is kept for, and so limits, clicks",
    at: "SlackLambdaFunction.Properties.ReservedConcurrentExecutions",
    to: 5,
    findings: [
      "SlackLambdaFunction.ReservedConcurrentExecutions limits how many requests are answered at once.",
    ],
  },
  {
    what: "a log that is kept for ever",
    at: "WorkerLogGroup.Properties.RetentionInDays",
    findings: ["WorkerLogGroup.RetentionInDays is missing, so it keeps everything."],
  },
  {
    what: "a log that is another function's",
    at: "WorkerLogGroup.Properties.LogGroupName",
    to: "/aws/lambda/countersign-test-work",
    findings: [
      "WorkerLambdaFunction has no log group /aws/lambda/countersign-test-worker, so Lambda makes one that keeps everything.",
    ],
  },
  {
    what: "a function that any API may call",
    at: "SlackLambdaPermissionHttpApi.Properties.SourceArn",
    findings: [
      "SlackLambdaPermissionHttpApi.SourceArn is missing, so others could have apigateway.amazonaws.com call the function.",
    ],
  },
  {
    what: "a function that anybody may call",
    at: "SlackLambdaPermissionHttpApi.Properties.Principal",
    to: "*",
    findings: ["SlackLambdaPermissionHttpApi lets anybody call the function."],
  },
  {
    what: "a schedule that is switched off",
    at: "SweeperEventsRuleSchedule1.Properties.State",
    to: "DISABLED",
    findings: ['SweeperEventsRuleSchedule1.State is "DISABLED", so it is there and does nothing.'],
  },
  {
    what: "an API that takes whatever comes",
    at: "HttpApiStage.Properties.DefaultRouteSettings.ThrottlingRateLimit",
    findings: [
      "HttpApiStage.DefaultRouteSettings.ThrottlingRateLimit is missing, so a flood goes through to the functions.",
    ],
  },
  {
    what: "limits for a route that is not there",
    at: "HttpApiStage.Properties.RouteSettings",
    to: { "POST /slack": { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 } },
    findings: ["HttpApiStage.RouteSettings names POST /slack, which is no route."],
  },
  {
    what: "limits for a route that may not be there yet",
    at: "HttpApiStage.DependsOn",
    findings: ["HttpApiStage does not wait for HttpApiRoutePostSlackEvents, of which it has settings."],
  },
];

export const PERMISSIONS: readonly Fault[] = [
  {
    what: "every action of a service",
    at: `${STATEMENT}.Action.0`,
    to: "dynamodb:*",
    findings: ["WorkerRole allows dynamodb:*, which is more than one action."],
  },
  ...["dynamodb:Scan", "dynamodb:DeleteItem", "dynamodb:DeleteTable"].map((action) => ({
    what: action,
    at: `${STATEMENT}.Action.0`,
    to: action,
    findings: [`WorkerRole allows ${action}, which no function needs.`],
  })),
  {
    what: "what is allowed by what is not",
    at: `${STATEMENT}.NotAction`,
    to: ["dynamodb:DeleteTable"],
    findings: ["WorkerRole says with NotAction what it may not do, and so allows all the rest."],
  },
  {
    what: "every resource",
    at: `${STATEMENT}.Resource`,
    to: "*",
    findings: ["WorkerRole allows something on *, which is not one of our own resources."],
  },
  {
    what: "every index",
    at: `${STATEMENT}.Resource`,
    to: { "Fn::Sub": "${Table.Arn}/index/*" },
    findings: ["WorkerRole allows something on ${Table.Arn}/index/*, which is not one of our own resources."],
  },
  {
    what: "an index that the table does not have",
    at: `${STATEMENT}.Resource`,
    to: [{ "Fn::Sub": "${Table.Arn}/index/overdue" }],
    findings: [
      "WorkerRole allows something on ${Table.Arn}/index/overdue, which is not one of our own resources.",
    ],
  },
  {
    what: "every secret of the account",
    at: `${STATEMENT}.Resource`,
    to: { "Fn::Sub": "arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*" },
    findings: [
      "WorkerRole allows something on arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*, which is not one of our own resources.",
    ],
  },
  {
    what: "a resource that is put together where nobody can see it",
    at: `${STATEMENT}.Resource`,
    to: { "Fn::Join": ["", ["arn:aws:s3:::", "*"]] },
    findings: ['WorkerRole allows something on {"Fn::Join":["",["arn:aws:s3:::","*"]]}, whatever that is.'],
  },
  {
    what: "a policy of AWS's own",
    at: "WorkerRole.Properties.ManagedPolicyArns",
    to: ["arn:aws:iam::aws:policy/AdministratorAccess"],
    findings: ["WorkerRole has policies of AWS's own; what may be done stands in the role itself."],
  },
  {
    what: "a role that others may take on",
    at: "WorkerRole.Properties.AssumeRolePolicyDocument.Statement.0.Principal",
    to: { AWS: "*" },
    findings: ["WorkerRole may be taken on by somebody else than Lambda."],
  },
  {
    what: "permissions beside the roles",
    at: "Extra",
    to: { Type: "AWS::IAM::Policy", Properties: { PolicyName: "extra", PolicyDocument: {} } },
    findings: ["Extra is an AWS::IAM::Policy; what may be done stands in the functions' roles."],
  },
  {
    what: "a topic to which anybody may write",
    at: "AlarmTopicPolicy.Properties.PolicyDocument.Statement.0.Principal",
    to: { AWS: "*" },
    findings: [
      "AlarmTopicPolicy lets anybody in.",
      "No policy lets cloudwatch.amazonaws.com publish to AlarmTopic, so alarms are lost.",
    ],
  },
];
