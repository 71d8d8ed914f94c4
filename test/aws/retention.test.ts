// Retention on DynamoDB: its contract, what crashes and races leave, and what is read while DynamoDB deletes.
import { readdirSync, readFileSync } from "node:fs";
import { DeleteItemCommand, type DynamoDBClient, QueryCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { refusedClick } from "../../src/approvals/noted.ts";
import { appended, EMPTY_AUDIT } from "../../src/approvals/audit-log.ts";
import { createAuditTrail, createNotedEntries } from "../../src/aws/audit.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { partitionKey } from "../../src/aws/keys.ts";
import { createListRows } from "../../src/aws/list-rows.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createRecords } from "../../src/aws/records.ts";
import { createRetention } from "../../src/aws/retention.ts";
import { createThreads } from "../../src/aws/threads.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { logOf, type ThreadKey } from "../../src/runs/run.ts";
import { failures } from "../approvals/entries.ts";
import { approvalOf, EARLY, freshKey, NOON, runOf } from "../contract/fixtures.ts";
import {
  DONE,
  FOR_GOOD,
  type Kept,
  purged,
  type Retained,
  retentionContract,
  TOLD,
  UNTIL,
  untilsOf,
} from "../contract/retention.ts";
import { freshAws } from "../support/system.ts";

interface Fresh extends Retained {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly dynamoUrl: string;
}

async function fresh(): Promise<Fresh> {
  const { dynamoUrl, table } = await freshAws();
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 });
  return {
    dynamo,
    table,
    dynamoUrl,
    records: createRecords(dynamo, table, UNCOUNTED),
    retention: createRetention(dynamo, table),
    kept: async (key) => {
      const items = (await itemsOf(dynamo, table, key)).map(
        ({ sk, ttl }) =>
          [
            sk?.S ?? "",
            { half: halfOf(sk?.S ?? ""), until: ttl?.N === undefined ? undefined : Number(ttl.N) },
          ] as const,
      );
      return new Map(items);
    },
    storeEverything: (key) => storeEverything(dynamo, table, key),
  };
}

function halfOf(sk: string): Kept["half"] {
  return sk === "R" || /^[UN]#/.test(sk) ? "history" : "details";
}

async function itemsOf(dynamo: DynamoDBClient, table: string, key: ThreadKey) {
  const query = new QueryCommand({
    TableName: table,
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": { S: partitionKey.ofThread(key) } },
    ConsistentRead: true,
  });
  return (await dynamo.send(query)).Items ?? [];
}

async function storeEverything(dynamo: DynamoDBClient, table: string, key: ThreadKey): Promise<void> {
  await createThreads(dynamo, table, UNCOUNTED).take(
    key,
    { lease: NOON, claim: NOON },
    { by: "w", now: EARLY },
  );
  await createListRows(dynamo, table).put(approvalOf(key));
  const click = { at: EARLY, by: "UEVE", tried: "approve", because: "decided", interrupt: "i", digest: "d" };
  await createNotedEntries(dynamo, table).note(key, refusedClick(click));
  const { open } = appended(EMPTY_AUDIT, failures(40), { key });
  const { sealed } = appended(open, failures(41), { key });
  if (sealed !== undefined) await createAuditTrail(dynamo, table).keep(key, sealed);
  const log = createCheckpointLog(dynamo, table);
  for (const threadId of [logOf(key), `${logOf(key)}|a`]) {
    await log.append(threadId, {
      ...{ kind: "checkpoint", number: 0, writer: "w", id: "id-0", createdAt: EARLY, changes: {} },
      ...{ next: [], source: "input", step: -1, joins: {} },
    });
    await log.saveTask(threadId, { slot: 1, task: "t", result: { updates: [], goto: [] } });
  }
}

retentionContract("DynamoDB", fresh);

async function ended(): Promise<Fresh & { key: ThreadKey }> {
  const store = await fresh();
  const key = freshKey();
  await store.records.saveRun({ ...runOf(key), status: DONE });
  await store.records.saveApproval(approvalOf(key));
  await store.storeEverything(key);
  return { ...store, key };
}

/** Calls `each` before every update that sets or removes a TTL. */
function beforeUpdates(dynamo: DynamoDBClient, each: (count: number) => Promise<void>): void {
  let count = 0;
  dynamo.middlewareStack.add(
    (next, context) => async (args) => {
      if (context["commandName"] === "UpdateItemCommand") await each(++count);
      return next(args);
    },
    { step: "initialize" },
  );
}

test("after a crash at any place, doing it again completes it; the run's record is told last", async () => {
  const { dynamoUrl, table, retention, kept, key } = await ended();
  const all = (await kept(key)).size;
  for (const survived of [0, 1, 4, all - 1]) {
    const dying = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 1 });
    beforeUpdates(dying, (count) =>
      count > survived ? Promise.reject(new Error("The power is gone.")) : Promise.resolve(),
    );
    await expect(createRetention(dying, table).expire(key, UNTIL)).rejects.toThrow();
    expect((await kept(key)).get("R")?.until).toBeUndefined();
    await retention.expire(key, UNTIL);
    expect(untilsOf(await kept(key))).toEqual(TOLD);
    await retention.spare(key);
    expect(untilsOf(await kept(key))).toEqual(FOR_GOOD);
  }
});

test("what a crash has left of a purged run is erased by doing it again", async () => {
  const { dynamo, dynamoUrl, table, retention, records, key } = await ended();
  await records.saveRun(purged(runOf(key)));
  const dying = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 1 });
  dying.middlewareStack.add(
    (next, context) => async (args) => {
      if (context["commandName"] !== "BatchWriteItemCommand") return next(args);
      const some = (await itemsOf(dynamo, table, key)).filter(({ sk }) => sk?.S?.startsWith("S#"));
      for (const { pk = { S: "" }, sk = { S: "" } } of some)
        await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { pk, sk } }));
      throw new Error("The power is gone.");
    },
    { step: "initialize" },
  );
  await expect(createRetention(dying, table).erase(key)).rejects.toThrow();
  expect(await retention.count(key)).toBeGreaterThan(3);
  expect(await retention.erase(key)).toMatchObject({ kind: "erased" });
  expect(await retention.count(key)).toBe(1);
});

test("what was written since is the only thing told when it is told again", async () => {
  const { retention, records, key } = await ended();
  await retention.expire(key, UNTIL);
  await records.saveApproval(approvalOf(key, 1, "b".repeat(32)));
  expect(await retention.expire(key, UNTIL)).toEqual({ kind: "expiring", items: 1 });
});

test("a run that is continued while its items are told is kept, all of it", async () => {
  const { dynamo, retention, records, kept, key } = await ended();
  beforeUpdates(dynamo, async (count) => {
    if (count === 3) await records.saveRun(runOf(key, 2));
  });
  expect(await retention.expire(key, UNTIL)).toEqual({ kind: "not-ended", status: "queued" });
  expect(untilsOf(await kept(key))).toEqual(FOR_GOOD);
});

test("a run that is saved meanwhile and has still ended is let go of as it is now", async () => {
  const { dynamo, retention, records, kept, key } = await ended();
  beforeUpdates(dynamo, async (count) => {
    if (count === 3) await records.saveRun({ ...runOf(key, 2), status: DONE });
  });
  expect(await retention.expire(key, UNTIL)).toMatchObject({ kind: "expiring" });
  expect(untilsOf(await kept(key))).toEqual(TOLD);
  expect((await records.run(key))?.version).toBe(2);
});

const LONG_AGO = { details: "2001-01-01T00:00:00.000Z", history: "2001-01-01T00:00:00.000Z" };

test("in whatever order DynamoDB deletes, nothing that is read fails, and nothing comes back", async () => {
  const { dynamo, table, records, retention, key } = await ended();
  await retention.expire(key, LONG_AGO);
  const [lists, trail] = [createLists(dynamo, table), createAuditTrail(dynamo, table)];
  const items = await itemsOf(dynamo, table, key);
  // The run's record goes somewhere in the middle.
  const order = [...items.filter((_, n) => n % 2 === 0), ...items.filter((_, n) => n % 2 === 1)];
  for (const { pk, sk } of order) {
    if (pk === undefined || sk === undefined) throw new Error("Every item has a key.");
    await dynamo.send(new DeleteItemCommand({ TableName: table, Key: { pk, sk } }));
    const { run } = await records.thread(key);
    const query = { team: key.team, of: { kind: "team" }, order: "oldest", limit: 5 } as const;
    expect((await lists.runs(query)).items).toEqual(run === undefined ? [] : [run]);
    await lists.approvals(query);
    await Array.fromAsync(trail.sealed(key));
    const left = (await itemsOf(dynamo, table, key)).length;
    await retention.expire(key, LONG_AGO);
    await retention.spare(key);
    expect(await itemsOf(dynamo, table, key)).toHaveLength(left);
  }
});

test("no other store of what belongs to runs knows of the TTL attribute", () => {
  const sources = readdirSync("src/aws").map((name) => `src/aws/${name}`);
  const knowing = sources.filter((file) => /\bttl\b/i.test(readFileSync(file, "utf8")));
  // What somebody has chosen in their App Home, and what was asked with an idempotency key, is no part of any run; table-facts.ts only reads whether the table deletes by it.
  expect(knowing).toEqual(
    ["homes", "idempotency", "retention", "table-facts"].map((name) => `src/aws/${name}.ts`),
  );
});
