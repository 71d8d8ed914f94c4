// A run's history on DynamoDB: its contracts, and what DynamoDB does to batches when it is busy.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { refusedClick } from "../../src/approvals/noted.ts";
import { createAuditTrail, createNotedEntries } from "../../src/aws/audit.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createRecords } from "../../src/aws/records.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { logOf } from "../../src/runs/run.ts";
import { auditTrailContract, notedEntriesContract } from "../contract/audit.ts";
import { EARLY, freshKey, NOON, runOf } from "../contract/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";

auditTrailContract("DynamoDB", async () => {
  const { dynamo, table } = await freshDynamo();
  return createAuditTrail(dynamo, table);
});

notedEntriesContract("DynamoDB", async () => {
  const { dynamo, table } = await freshDynamo();
  return { noted: createNotedEntries(dynamo, table), records: createRecords(dynamo, table, UNCOUNTED) };
});

const click = (by: string) =>
  refusedClick({ at: EARLY, by, tried: "reject", because: "changed", interrupt: "i", digest: "d" });

/** Hands every item of a batch but the first `done` back unprocessed, as a busy DynamoDB does. */
function handBack(dynamo: DynamoDBClient, done: number): void {
  dynamo.middlewareStack.add(
    (next, context) => async (args) => {
      const { RequestItems } = args.input as { RequestItems?: Record<string, unknown[]> };
      if (context["commandName"] !== "BatchWriteItemCommand" || RequestItems === undefined) return next(args);
      const [[table, requests] = ["", []]] = Object.entries(RequestItems);
      const [now, later] = [requests.slice(0, done), requests.slice(done)];
      const answer =
        now.length === 0
          ? { output: { $metadata: {} }, response: {} }
          : await next({ ...args, input: { ...args.input, RequestItems: { [table]: now } } });
      Object.assign(answer.output, { UnprocessedItems: later.length === 0 ? {} : { [table]: later } });
      return answer;
    },
    { step: "initialize" },
  );
}

test("what DynamoDB hands back of a batch is sent again until it is done", async () => {
  const { dynamo, table } = await freshDynamo();
  const noted = createNotedEntries(dynamo, table);
  const key = freshKey();
  const clicks = Array.from({ length: 30 }, (_, n) => click(`U${n}`));
  await Promise.all(clicks.map((one) => noted.note(key, one)));
  handBack(dynamo, 9);
  await noted.forget(key, clicks);
  expect((await createRecords(dynamo, table, UNCOUNTED).thread(key)).noted).toEqual([]);
});

test("a batch of which nothing gets done is an outage, and what it did is not known", async () => {
  const { dynamo, table } = await freshDynamo();
  handBack(dynamo, 0);
  const lost = createNotedEntries(dynamo, table).forget(freshKey(), [click("UANA")]);
  await expect(lost).rejects.toThrow(StorageUnavailable);
  await expect(lost).rejects.toMatchObject({ uncertain: true });
});

test("the log has nothing of a thread's history, nor it of the log", async () => {
  const { dynamo, table } = await freshDynamo();
  const [records, noted] = [createRecords(dynamo, table, UNCOUNTED), createNotedEntries(dynamo, table)];
  const key = freshKey();
  await records.saveRun(runOf(key), NOON);
  await noted.note(key, click("UANA"));
  const log = createCheckpointLog(dynamo, table);
  expect(await log.load(logOf(key))).toMatchObject({ slots: [] });
  await log.delete(logOf(key));
  expect((await records.thread(key)).noted).toEqual([click("UANA")]);
});
