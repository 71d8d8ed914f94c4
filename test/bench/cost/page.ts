// What docs/cost.md says between its two marks: the tables, from what was measured.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dollarsOf, totalOf } from "../../../src/aws/dollars.ts";
import { ASSUMED, PRICES } from "../../../src/aws/prices.ts";
import { sumOf } from "../../../src/aws/tally.ts";
import { fixedOf, MOST_METRICS } from "./dollars.ts";
import type { Measured } from "./stories.ts";

const PAGE = new URL("../../../docs/cost.md", import.meta.url);
const INFRA = new URL("../../../infra/", import.meta.url);
const MARKED = /(<!-- measured: npm run cost -->\n)[^]*(\n<!-- end -->)/;

/** What the page says now. */
export function writtenTables(): string {
  const page = readFileSync(PAGE, "utf8");
  return MARKED.exec(page)?.[0].split("\n").slice(1, -1).join("\n").trim() ?? "";
}

export function writeTables(tables: string): void {
  const page = readFileSync(PAGE, "utf8");
  if (!MARKED.test(page)) throw new Error("docs/cost.md has lost the marks that its tables stand between.");
  writeFileSync(
    PAGE,
    page.replace(MARKED, (_, begin: string, end: string) => `${begin}\n${tables}\n${end}`),
  );
}

export function tablesOf(measured: Measured): string {
  return [unitsOf(measured), pricedOf(measured), fixedTable(measured), inUse(), basis()].join("\n\n");
}

function unitsOf({ stories }: Measured): string {
  const rows = stories.map(({ title, tally, stored }) => {
    const { writeUnits, readUnits, dynamoRequests, sends, slackCalls, logBytes } = sumOf(tally);
    const [doors, worker] = [tally.slack.invocations, tally.worker.invocations];
    return [
      title,
      doors,
      worker,
      dynamoRequests,
      writeUnits,
      readUnits,
      sends,
      slackCalls,
      kilobytes(logBytes),
      kilobytes(stored),
    ];
  });
  const head = [
    ...["what people do", "requests of Slack's", "worker invocations", "DynamoDB requests", "write units"],
    ...["read units", "jobs", "calls of Slack", "KB of log", "KB kept"],
  ];
  return table("Measured, from the command to the end of the run:", head, rows);
}

function pricedOf({ stories }: Measured): string {
  const rows = stories.map(({ title, tally }) => {
    const dollars = dollarsOf(tally);
    const { lambda, dynamo, sqs, api, logs } = dollars;
    return [title, ...[lambda, dynamo, sqs, api, logs, totalOf(dollars)].map((one) => money(one * 1_000, 3))];
  });
  const head = ["a thousand of them", "Lambda", "DynamoDB", "SQS", "API Gateway", "logs", "together"];
  return table("In dollars:", head, rows);
}

function fixedTable({ sweep, sweepMetrics }: Measured): string {
  const fixed = fixedOf(sweep, sweepMetrics, alarmsInTemplate());
  const rows = fixed.map(({ what, dollars }) => [what, money(dollars)]);
  const sum = fixed.reduce((all, { dollars }) => all + dollars, 0);
  return table(
    "What a month costs when nobody asks anything:",
    ["", "a month"],
    [...rows, ["together", money(sum)]],
  );
}

function inUse(): string {
  return [
    `A deployment that is used tells of more metrics of our own: ${MOST_METRICS} at most, with one for each of the workflows that are here,`,
    `${money(MOST_METRICS * PRICES.metricMonth)} a month if every one were told of in every hour. CloudWatch charges for one only in the hours in which it is.`,
  ].join(" ");
}

/** An alarm that reckons with several metrics is charged for each of them. */
function alarmsInTemplate(): number {
  const templates = readdirSync(INFRA).filter((name) => /^alarms.*\.yml$/.test(name));
  const resources = templates.flatMap((name) =>
    readFileSync(new URL(name, INFRA), "utf8").split(/^ {2}(?=\w+:$)/m),
  );
  return resources
    .filter((text) => text.includes("AWS::CloudWatch::Alarm"))
    .reduce((sum, text) => sum + Math.max(1, text.split("MetricStat:").length - 1), 0);
}

function basis(): string {
  const { coldStartMs, computeMs, dynamoMs, sqsMs, slackMs, otherMs, platformLogBytes } = ASSUMED;
  return [
    `Prices: list prices of us-east-1 as of ${PRICES.asOf}, on demand, without the free tiers: Lambda on arm64 $${PRICES.lambdaGbSecond} for a GB-second`,
    `and $${perMillion(PRICES.lambdaRequest)} for a million requests, DynamoDB $${perMillion(PRICES.dynamoWriteUnit)} for a million write units and`,
    `$${perMillion(PRICES.dynamoReadUnit)} for a million read units, SQS $${perMillion(PRICES.sqsRequest)} and the HTTP API $${perMillion(PRICES.apiRequest)} for a million`,
    `requests, KMS $${perMillion(PRICES.keyRequest)} for a million, logs $${PRICES.logGb} for a GB, a metric $${PRICES.metricMonth}, an alarm $${PRICES.alarmMonth} and a secret $${PRICES.secretMonth} a month.`,
    "Deployments go to eu-west-1 unless they are told otherwise, where some of these are higher.",
    `Assumed, since one machine cannot tell: every invocation is a cold start of ${coldStartMs} ms and computes for ${computeMs} ms; a call takes ${dynamoMs} ms for`,
    `DynamoDB, ${sqsMs} ms for SQS, ${slackMs} ms for Slack and ${otherMs / 1_000} s for a model or the target, one after the other; Lambda writes`,
    `${platformLogBytes} bytes of its own for each invocation.`,
  ].join(" ");
}

function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, at) => Math.max(3, ...cells.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const [first = [], ...others] = cells;
  const rule = `| ${widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [title, "", line(first), rule, ...others.map(line)].join("\n");
}

const kilobytes = (bytes: number): string => (bytes / 1_024).toFixed(1);
const money = (dollars: number, digits = 2): string => `$${dollars.toFixed(digits)}`;
const perMillion = (dollars: number): string => (dollars * 1e6).toFixed(3).replace(/0$/, "");
