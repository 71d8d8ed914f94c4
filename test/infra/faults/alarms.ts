// Mistakes in alarms.
import type { Fault } from "./fault.ts";

export const ALARMS: readonly Fault[] = [
  {
    what: "an alarm that tells nobody",
    at: "LogGapAlarm.Properties.AlarmActions",
    to: [],
    findings: ["LogGapAlarm.AlarmActions names no topic, so nobody hears of it."],
  },
  {
    what: "an alarm of which nobody hears that it is over",
    at: "LogGapAlarm.Properties.OKActions",
    findings: ["LogGapAlarm.OKActions names no topic, so nobody hears of it."],
  },
  {
    what: "an alarm for which silence means nothing",
    at: "LogGapAlarm.Properties.TreatMissingData",
    findings: ["LogGapAlarm.TreatMissingData does not say what it means that nothing is measured."],
  },
  {
    what: "an alarm with another stage's name",
    at: "LogGapAlarm.Properties.AlarmName",
    to: "countersign-prod-log-gap",
    findings: ["LogGapAlarm.AlarmName does not begin with countersign-test-."],
  },
  {
    what: "an alarm that leads to another one's section",
    at: "LogGapAlarm.Properties.AlarmDescription",
    to: "A log has a gap. See docs/operations.md#gap.",
    findings: ['LogGapAlarm.AlarmDescription does not end in "See docs/operations.md#log-gap."'],
  },
  {
    what: "an alarm about what nothing measures",
    at: "LogGapAlarm.Properties.MetricName",
    to: "LogGaps",
    findings: ["LogGapAlarm measures LogGaps, and nothing of this name is counted or measured."],
  },
  {
    what: "an alarm about another deployment",
    at: "LogGapAlarm.Properties.Dimensions.0.Value",
    to: "countersign-prod",
    findings: ["LogGapAlarm measures LogGap of another service than countersign-test."],
  },
  {
    what: "times that are added up",
    at: "OverdueAlarm.Properties.Statistic",
    to: "Sum",
    findings: ["OverdueAlarm takes the Sum of OldestDue, which is measured in Milliseconds."],
  },
  {
    what: "an alarm about what AWS does not measure",
    at: "JobsLateAlarm.Properties.MetricName",
    to: "AgeOfOldestMessage",
    findings: ["JobsLateAlarm measures AgeOfOldestMessage in AWS/SQS, and AWS measures no such thing there."],
  },
  {
    what: "an alarm about a queue as if it were a function",
    at: "DeadLettersAlarm.Properties.Dimensions.0.Value",
    to: { Ref: "JobQueue" },
    findings: [
      "DeadLettersAlarm measures Invocations of a FunctionName that is no AWS::Lambda::Function of ours.",
    ],
  },
  {
    what: "more bad minutes than are looked at",
    at: "JobsLateAlarm.Properties.DatapointsToAlarm",
    to: 4,
    findings: ["JobsLateAlarm.DatapointsToAlarm is 4, more than the 3 that are looked at."],
  },
  {
    what: "an alarm without a limit",
    at: "JobsLateAlarm.Properties.Threshold",
    findings: ["JobsLateAlarm.Threshold is missing."],
  },
  {
    what: "half a minute",
    at: "JobsLateAlarm.Properties.Period",
    to: 30,
    findings: ["JobsLateAlarm has a period that is no number of minutes."],
  },
  {
    what: "more than a day",
    at: "JobsLateAlarm.Properties.EvaluationPeriods",
    to: 289,
    findings: ["JobsLateAlarm looks back for more than a day, which CloudWatch does not."],
  },
  {
    what: "an alarm without a metric",
    at: "DeadLettersAlarm.Properties.MetricName",
    findings: ["DeadLettersAlarm measures nothing."],
  },
  {
    what: "a function whose errors nobody hears of",
    at: "SweeperErrorsAlarm",
    findings: ["No alarm tells of the Errors of SweeperLambdaFunction."],
  },
  {
    what: "a function whose throttling nobody hears of",
    at: "ThrottlesAlarm.Properties.Metrics.5.MetricStat.Metric.MetricName",
    to: "Duration",
    findings: ["No alarm tells of the Throttles of DeadDashletterLambdaFunction."],
  },
  {
    what: "a dead queue that nobody hears of",
    at: "DeadLettersStuckAlarm",
    findings: ["No alarm tells of what stays in DeadJobQueue."],
  },
  {
    what: "an alarm that is switched off",
    at: "LogGapAlarm.Properties.ActionsEnabled",
    to: false,
    findings: ["LogGapAlarm.ActionsEnabled is false, so it is there and does nothing."],
  },
  {
    what: "an alarm with two things to look at",
    at: "LogGapAlarm.Properties.ExtendedStatistic",
    to: "p99",
    findings: [
      "LogGapAlarm has Statistic and ExtendedStatistic of Statistic, ExtendedStatistic, Metrics, and needs one.",
    ],
  },
  {
    what: "an alarm with nothing to look at",
    at: "LogGapAlarm.Properties.Statistic",
    findings: ["LogGapAlarm has none of Statistic, ExtendedStatistic, Metrics, and needs one."],
  },
  {
    what: "an alarm about several metrics at once",
    at: "DeadLettersStuckAlarm.Properties.Metrics.1.ReturnData",
    to: true,
    findings: ["DeadLettersStuckAlarm returns 2 of its metrics, and needs one to look at."],
  },
  {
    what: "an alarm that reckons with what it does not have",
    at: "DeadLettersStuckAlarm.Properties.Metrics.0.Expression",
    to: "visible + invisible",
    findings: ["DeadLettersStuckAlarm reckons with invisible, which is no id of its metrics."],
  },
  {
    what: "two metrics of one name",
    at: "DeadLettersStuckAlarm.Properties.Metrics.2.Id",
    to: "visible",
    findings: [
      "DeadLettersStuckAlarm has two metrics with the id visible.",
      "DeadLettersStuckAlarm reckons with hidden, which is no id of its metrics.",
    ],
  },
  {
    what: "an alarm that never ends",
    at: "LogGapAlarm.Properties.Threshold",
    to: 0,
    findings: ["LogGapAlarm goes off at 0, which is always so."],
  },
  {
    what: "a metric of REST APIs",
    at: "HttpApiErrorsAlarm.Properties.MetricName",
    to: "5XXError",
    findings: [
      "HttpApiErrorsAlarm measures 5XXError in AWS/ApiGateway, and AWS measures no such thing there.",
    ],
  },
  {
    what: "a table's errors without the call that failed",
    at: "TableErrorsAlarm.Properties.Metrics.1.MetricStat.Metric.Dimensions",
    to: [{ Name: "TableName", Value: { Ref: "Table" } }],
    findings: ["TableErrorsAlarm measures SystemErrors by TableName, and AWS by TableName and Operation."],
  },
  {
    what: "a dimension by another name",
    at: "HttpApiErrorsAlarm.Properties.Dimensions.0.Name",
    to: "ApiName",
    findings: ["HttpApiErrorsAlarm measures 5xx by ApiName, and AWS by ApiId."],
  },
  {
    what: "a topic to which CloudWatch may not write",
    at: "AlarmTopicPolicy.Properties.PolicyDocument.Statement.0.Principal.Service",
    to: "events.amazonaws.com",
    findings: ["No policy lets cloudwatch.amazonaws.com publish to AlarmTopic, so alarms are lost."],
  },
  {
    what: "a topic with a key that CloudWatch may not use",
    at: "AlarmTopic.Properties.KmsMasterKeyId",
    to: "alias/aws/sns",
    findings: [
      "AlarmTopic.KmsMasterKeyId is alias/aws/sns, which CloudWatch may not use, so alarms are lost.",
    ],
  },
];
