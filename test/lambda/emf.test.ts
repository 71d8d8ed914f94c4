// What is counted reaches CloudWatch as documents in the log, once for each invocation.
import { expect, test } from "vitest";
import { createMetrics, type InvocationMetrics } from "../../src/lambda/emf.ts";
import { createLog } from "../../src/lambda/log.ts";
import { watched } from "../../src/lambda/watched.ts";

interface Document {
  readonly _aws: { readonly Timestamp: number; readonly CloudWatchMetrics: unknown };
}

function listening(): { readonly metrics: InvocationMetrics; readonly documents: Document[] } {
  const documents: Document[] = [];
  const metrics = createMetrics((line) => documents.push(JSON.parse(line) as Document), "countersign-dev");
  return { metrics, documents };
}

test("values of one invocation are one document with the service as its dimension, and those of a workflow one with both", () => {
  const { metrics, documents } = listening();
  metrics.add("SlackAnswer", 12);
  metrics.add("LookUp", 1);
  metrics.add("LookUp", 1);
  metrics.add("TimeToDecision", 90_000, { workflow: "deploy" });
  metrics.add("TimeToDecision", 1_000, { workflow: "email" });
  expect(documents).toEqual([]);
  metrics.flush();
  const time = { Name: "TimeToDecision", Unit: "Milliseconds" };
  const byWorkflow = { Namespace: "Countersign", Dimensions: [["service", "workflow"]], Metrics: [time] };
  const Metrics = [
    { Name: "SlackAnswer", Unit: "Milliseconds" },
    { Name: "LookUp", Unit: "Count" },
  ];
  const service = "countersign-dev";
  const withTime = (metric: unknown) => ({
    Timestamp: expect.any(Number) as number,
    CloudWatchMetrics: [metric],
  });
  expect(documents).toEqual([
    {
      _aws: withTime({ Namespace: "Countersign", Dimensions: [["service"]], Metrics }),
      ...{ service, SlackAnswer: 12, LookUp: [1, 1] },
    },
    { _aws: withTime(byWorkflow), service, workflow: "deploy", TimeToDecision: 90_000 },
    { _aws: withTime(byWorkflow), service, workflow: "email", TimeToDecision: 1_000 },
  ]);
  expect(Math.abs(Date.now() - (documents[0]?._aws.Timestamp ?? 0))).toBeLessThan(60_000);
});

test("what was written is not written again, and nothing is written of nothing", () => {
  const { metrics, documents } = listening();
  metrics.flush();
  metrics.add("Stuck", 1);
  metrics.flush();
  metrics.flush();
  expect(documents).toHaveLength(1);
});

test("more values than one document may have are in several, each where it was told to be written", () => {
  const { metrics, documents } = listening();
  for (let n = 0; n < 250; n++) metrics.add("LookUp", n);
  metrics.flush();
  const values = documents.flatMap((one) => ("LookUp" in one ? one.LookUp : []));
  expect(values).toEqual(Array.from({ length: 250 }, (_, n) => n));
});

test("an invocation that fails has its numbers written all the same, with what it consumed", async () => {
  const { metrics, documents } = listening();
  const lines: string[] = [];
  const log = createLog((line) => lines.push(line));
  const consumed = { take: () => ({ reads: 2.5, writes: 0 }) };
  const handle = watched({ log, metrics }, consumed, () => {
    log.error("It fails.");
    metrics.add("LogGap", 1);
    return Promise.reject(new Error("It fails."));
  });
  await expect(handle({}, { awsRequestId: "one", functionName: "worker" })).rejects.toThrow("It fails.");
  expect(documents).toMatchObject([{ LogGap: 1, ReadUnits: 2.5 }]);
  expect(documents[0]).not.toHaveProperty("WriteUnits");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ function_request_id: "one", function_name: "worker" });
});
