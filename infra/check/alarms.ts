// The alarms: each measures something that is measured, tells somebody, and has its section in the docs; and each function and dead queue has one.
import { METRICS } from "../../src/runs/metrics.ts";
import { alarmMetricsIn, type AlarmMetric } from "./alarm-metrics.ts";
import { serviceOf } from "./functions.ts";
import { deadQueues } from "./queues.ts";
import { reckoningFindings } from "./alarm-reckoning.ts";
import { isMetric } from "./spec.ts";
import { at, listOf, ofType, type Resource, targetOf, type Template } from "./template.ts";

/** By which dimensions AWS counts what we look at: with one more or less, there is nothing to see. */
const COUNTED_BY = new Map([
  ["AWS/Lambda", ["FunctionName"]],
  ["AWS/SQS", ["QueueName"]],
  ["AWS/DynamoDB", ["TableName", "Operation"]],
  ["AWS/ApiGateway", ["ApiId"]],
]);

/** REST APIs have others in the same place. */
const OF_HTTP_APIS = new Set(["4xx", "5xx"]);

/** What the values of these dimensions name. */
const NAMED_BY = new Map([
  ["FunctionName", "AWS::Lambda::Function"],
  ["QueueName", "AWS::SQS::Queue"],
  ["TableName", "AWS::DynamoDB::Table"],
  ["ApiId", "AWS::ApiGatewayV2::Api"],
]);

type Alarm = readonly [name: string, alarm: Resource];

export function alarmFindings(template: Template): readonly string[] {
  const alarms = ofType(template, "AWS::CloudWatch::Alarm");
  const metrics = alarms.flatMap(([, { Properties }]) => alarmMetricsIn(Properties));
  return [
    ...alarms.flatMap((alarm) => [
      ...tellingFindings(alarm, template),
      ...timingFindings(alarm),
      ...reckoningFindings(alarm),
    ]),
    ...alarms.flatMap(([name, { Properties }]) => {
      const measured = alarmMetricsIn(Properties);
      if (measured.length === 0) return [`${name} measures nothing.`];
      return measured.flatMap((metric) => metricFindings(name, metric, template));
    }),
    ...coverFindings(template, metrics),
  ];
}

/** @example slugOf("countersign-prod-log-gap", "countersign-prod"); // "log-gap" */
function slugOf(alarmName: string, service: string): string | undefined {
  return alarmName.startsWith(`${service}-`) ? alarmName.slice(service.length + 1) : undefined;
}

function tellingFindings([name, { Properties }]: Alarm, template: Template): readonly string[] {
  const findings: string[] = [];
  for (const key of ["AlarmActions", "OKActions"])
    if (!listOf(at(Properties, key)).some((action) => isTopic(action, template)))
      findings.push(`${name}.${key} names no topic, so nobody hears of it.`);
  if (at(Properties, "TreatMissingData") === undefined)
    findings.push(`${name}.TreatMissingData does not say what it means that nothing is measured.`);
  const slug = slugOf(String(at(Properties, "AlarmName")), serviceOf(template));
  if (slug === undefined) findings.push(`${name}.AlarmName does not begin with ${serviceOf(template)}-.`);
  else if (!String(at(Properties, "AlarmDescription")).endsWith(` See docs/operations.md#${slug}.`))
    findings.push(`${name}.AlarmDescription does not end in "See docs/operations.md#${slug}."`);
  return findings;
}

function isTopic(action: unknown, { Resources }: Template): boolean {
  return Resources[targetOf(action) ?? ""]?.Type === "AWS::SNS::Topic";
}

function timingFindings([name, { Properties }]: Alarm): readonly string[] {
  const periods = Number(at(Properties, "EvaluationPeriods"));
  const datapoints = Number(at(Properties, "DatapointsToAlarm") ?? periods);
  const findings: string[] = [];
  if (!(datapoints <= periods))
    findings.push(`${name}.DatapointsToAlarm is ${datapoints}, more than the ${periods} that are looked at.`);
  for (const key of ["Threshold", "ComparisonOperator"])
    if (at(Properties, key) === undefined) findings.push(`${name}.${key} is missing.`);
  const seconds = alarmMetricsIn(Properties).map(({ period }) => period);
  if (seconds.some((period) => !(period > 0 && period % 60 === 0)))
    findings.push(`${name} has a period that is no number of minutes.`);
  if (seconds.some((period) => period * periods > 86_400))
    findings.push(`${name} looks back for more than a day, which CloudWatch does not.`);
  return findings;
}

function metricFindings(name: string, metric: AlarmMetric, template: Template): readonly string[] {
  const { namespace, metricName, dimensions } = metric;
  if (namespace === "Countersign") return ownMetricFindings(name, metric, template);
  const findings = [...unknownFindings(name, metric)];
  for (const [dimension, value] of dimensions) {
    const type = NAMED_BY.get(dimension);
    if (type !== undefined && template.Resources[targetOf(value) ?? ""]?.Type !== type)
      findings.push(`${name} measures ${metricName} of a ${dimension} that is no ${type} of ours.`);
  }
  return findings;
}

function unknownFindings(
  name: string,
  { namespace, metricName, dimensions }: AlarmMetric,
): readonly string[] {
  const isKnown =
    namespace === "AWS/ApiGateway" ? OF_HTTP_APIS.has(metricName) : isMetric(namespace, metricName);
  if (!isKnown)
    return [`${name} measures ${metricName} in ${namespace}, and AWS measures no such thing there.`];
  const names = dimensions.map(([dimension]) => dimension);
  const wanted = COUNTED_BY.get(namespace) ?? [];
  if (names.toSorted().join() === wanted.toSorted().join()) return [];
  return [`${name} measures ${metricName} by ${names.join(" and ")}, and AWS by ${wanted.join(" and ")}.`];
}

function ownMetricFindings(
  name: string,
  { metricName, dimensions, statistic }: AlarmMetric,
  template: Template,
): readonly string[] {
  const unit = Object.entries(METRICS).find(([known]) => known === metricName)?.[1];
  if (unit === undefined)
    return [`${name} measures ${metricName}, and nothing of this name is counted or measured.`];
  const findings: string[] = [];
  if (dimensions.length !== 1 || dimensions[0]?.[0] !== "service" || dimensions[0][1] !== serviceOf(template))
    findings.push(`${name} measures ${metricName} of another service than ${serviceOf(template)}.`);
  // Adding up how long things took says nothing, and neither does the slowest hundredth of a count.
  const isSenseless = unit === "Milliseconds" ? statistic === "Sum" : /^(tm|p)\d/.test(statistic);
  if (isSenseless)
    findings.push(`${name} takes the ${statistic} of ${metricName}, which is measured in ${unit}.`);
  return findings;
}

function coverFindings(template: Template, metrics: readonly AlarmMetric[]): readonly string[] {
  const isWatched = (metricName: string, dimension: string, resource: string): boolean =>
    metrics.some(
      (metric) =>
        metric.metricName === metricName &&
        metric.dimensions.some(([key, value]) => key === dimension && targetOf(value) === resource),
    );
  const unwatched = ofType(template, "AWS::Lambda::Function").flatMap(([name]) =>
    ["Errors", "Throttles"]
      .filter((metric) => !isWatched(metric, "FunctionName", name))
      .map((metric) => `No alarm tells of the ${metric} of ${name}.`),
  );
  const unheard = [...deadQueues(template)].filter(
    (queue) => !isWatched("ApproximateNumberOfMessagesVisible", "QueueName", queue),
  );
  return [...unwatched, ...unheard.map((queue) => `No alarm tells of what stays in ${queue}.`)];
}
