// What an alarm measures: one metric, or several that it reckons with.
import { at, listOf } from "./template.ts";

export interface AlarmMetric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: readonly (readonly [name: string, value: unknown])[];
  /** As "Sum" or "p99". */
  readonly statistic: string;
  /** In seconds. */
  readonly period: number;
}

export function alarmMetricsIn(properties: unknown): readonly AlarmMetric[] {
  const statistics = listOf(at(properties, "Metrics"))
    .map((metric) => at(metric, "MetricStat"))
    .filter((statistic) => statistic !== undefined);
  const single = at(properties, "MetricName") === undefined ? [] : [alarmMetric(properties, properties)];
  return [...single, ...statistics.map((statistic) => alarmMetric(at(statistic, "Metric"), statistic))];
}

function alarmMetric(metric: unknown, measured: unknown): AlarmMetric {
  return {
    namespace: String(at(metric, "Namespace")),
    metricName: String(at(metric, "MetricName")),
    dimensions: listOf(at(metric, "Dimensions")).map((each) => [String(at(each, "Name")), at(each, "Value")]),
    statistic: String(at(measured, "Stat") ?? at(measured, "Statistic") ?? at(measured, "ExtendedStatistic")),
    period: Number(at(measured, "Period")),
  };
}
