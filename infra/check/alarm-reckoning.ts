// How an alarm reckons: it looks at one thing, which is put together from what it has, and compares it with a limit that can be passed.
import { at, listOf, type Resource } from "./template.ts";

/** An alarm takes exactly one of these. */
const LOOKED_AT = ["Statistic", "ExtendedStatistic", "Metrics"] as const;

export function reckoningFindings([name, { Properties }]: readonly [string, Resource]): readonly string[] {
  const given = LOOKED_AT.filter((key) => at(Properties, key) !== undefined);
  const findings = [...limitFindings(name, Properties), ...metricsFindings(name, Properties)];
  if (given.length !== 1)
    findings.push(`${name} has ${given.join(" and ") || "none"} of ${LOOKED_AT.join(", ")}, and needs one.`);
  return findings;
}

/** Nothing at all is at least nothing: such an alarm never ends. */
function limitFindings(name: string, properties: unknown): readonly string[] {
  const isAlways =
    at(properties, "ComparisonOperator") === "GreaterThanOrEqualToThreshold" &&
    Number(at(properties, "Threshold")) <= 0;
  return isAlways ? [`${name} goes off at ${String(at(properties, "Threshold"))}, which is always so.`] : [];
}

function metricsFindings(name: string, properties: unknown): readonly string[] {
  const metrics = listOf(at(properties, "Metrics"));
  if (metrics.length === 0) return [];
  const findings: string[] = [];
  // Where it does not say so, a metric's data are returned.
  const returned = metrics.filter((metric) => at(metric, "ReturnData") !== false).length;
  if (returned !== 1) findings.push(`${name} returns ${returned} of its metrics, and needs one to look at.`);
  const ids = metrics.map((metric) => String(at(metric, "Id")));
  for (const id of ids.filter((each, index) => ids.indexOf(each) !== index))
    findings.push(`${name} has two metrics with the id ${id}.`);
  for (const metric of metrics)
    for (const id of idsIn(at(metric, "Expression")))
      if (!ids.includes(id)) findings.push(`${name} reckons with ${id}, which is no id of its metrics.`);
  return findings;
}

/** Ids begin with a small letter, and functions are written in capitals. @example idsIn("SUM(METRICS()) + late"); // ["late"] */
function idsIn(expression: unknown): readonly string[] {
  if (typeof expression !== "string") return [];
  return expression.replace(/"[^"]*"|'[^']*'/g, "").match(/\b[a-z]\w*/g) ?? [];
}
