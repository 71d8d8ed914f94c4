// What operators see of an ordinary day, through both doors: numbers in the form of CloudWatch's, and lines that lead from one function to the other.
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { logPrefixOf, partitionKey, sortKey } from "../../src/aws/keys.ts";
import { logOf } from "../../src/runs/run.ts";
import { METRICS } from "../../src/runs/metrics.ts";
import { traceOf } from "../../src/runs/trace.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { messageLike, startSystem } from "../support/system.ts";

type Document = Readonly<Record<string, unknown>>;

test("a deployment that is approved in Slack is counted from the command to its end, and has one trace where it is asked for, decided and carried out", async () => {
  const { ana, rita, askToDeploy, untilIdle, sweepAfter, metricLines, logLines } = await startSystem();
  const card = await askToDeploy();
  await ana.click(card, "Approve");
  await messageLike(rita, /^✅ Deployed/);
  await untilIdle();
  await sweepAfter(1);
  const documents = metricLines.map((line) => JSON.parse(line) as Document);
  const valuesOf = (name: string): readonly unknown[] => documents.flatMap((one) => one[name] ?? []);
  // The command and the click.
  expect(valuesOf("SlackAnswer")).toHaveLength(2);
  expect(valuesOf("DecisionToResume")).toHaveLength(1);
  expect(documents.filter((one) => "TimeToDecision" in one)).toMatchObject([{ workflow: "deploy" }]);
  expect(new Set([...valuesOf("Overdue"), ...valuesOf("OldestDue")])).toEqual(new Set([0]));
  for (const name of ["ReadUnits", "WriteUnits"]) expect(valuesOf(name).length).toBeGreaterThan(0);
  const troubles = Object.keys(METRICS).filter((name) => !ORDINARY.includes(name));
  expect(troubles.filter((name) => valuesOf(name).length > 0)).toEqual([]);
  const lines = logLines
    .map((line) => JSON.parse(line) as Document)
    .filter(({ thread }) => thread !== undefined);
  const [{ thread } = {}] = lines;
  const trace = traceOf({ team: SEED.teamId, thread: String(thread) });
  expect(lines.map(({ message }) => message)).toEqual(
    expect.arrayContaining(["A run was recorded.", "A decision was recorded.", "A run is over."]),
  );
  for (const line of lines) expect(line).toMatchObject({ thread, trace });
});

/** How often something was counted in all that was written. */
function countOf(metricLines: readonly string[], name: string): number {
  return metricLines.filter((line) => name in (JSON.parse(line) as Document)).length;
}

test("a card that was posted without an answer is looked for and found, and both are counted", async () => {
  const { administrator, askToDeploy, untilIdle, metricLines } = await startSystem();
  await administrator.faults({ kind: "lose-reply", method: "chat.postMessage", times: 1 });
  await askToDeploy();
  await untilIdle();
  expect([countOf(metricLines, "LookUp"), countOf(metricLines, "LookUpFound")]).toEqual([1, 1]);
});

test("a gap in a thread's log is counted where the worker comes upon it", async () => {
  const { ana, askToDeploy, config, logLines, metricLines, rita, untilIdle } = await startSystem();
  const card = await askToDeploy();
  await untilIdle();
  const thread = logLines.map((line) => (JSON.parse(line) as Document)["thread"]).find(Boolean);
  const log = logOf({ team: SEED.teamId, thread: String(thread) });
  const dynamo = createDynamo({ endpoint: config.endpoints.dynamodb, timeoutMs: 5_000, maxAttempts: 3 });
  const Key = { pk: { S: partitionKey.ofLog(log) }, sk: { S: logPrefixOf(log) + sortKey.slot(0) } };
  await dynamo.send(new DeleteItemCommand({ TableName: config.table, Key }));
  dynamo.destroy();
  await ana.click(card, "Approve");
  await messageLike(rita, /^deploy r-.*Failed/);
  await untilIdle();
  expect(countOf(metricLines, "LogGap")).toBeGreaterThan(0);
});

/** What an ordinary run has, besides being asked for while it is worked on. */
const ORDINARY = [
  ...["SlackAnswer", "DecisionToResume", "TimeToDecision", "Overdue", "OldestDue", "Nudged"],
  ...["ReadUnits", "WriteUnits"],
];
