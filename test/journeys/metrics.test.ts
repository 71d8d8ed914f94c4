// What operators see of an ordinary day, through both doors: numbers in the form of CloudWatch's, and lines that lead from one function to the other.
import { expect, test } from "vitest";
import { METRICS } from "../../src/runs/metrics.ts";
import { traceOf } from "../../src/runs/trace.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { messageLike, startSystem } from "../support/system.ts";

type Document = Readonly<Record<string, unknown>>;

test("a deployment that is approved in Slack is counted from the command to its end, and has one trace in every function", async () => {
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

/** What an ordinary run has, besides being asked for while it is worked on. */
const ORDINARY = [
  ...["SlackAnswer", "DecisionToResume", "TimeToDecision", "Overdue", "OldestDue", "Nudged"],
  ...["ReadUnits", "WriteUnits"],
];
