// dynalite after kill -9 between an item and its index: the sweeper finds what is due, and nothing else.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import store from "dynalite/db/index.js";
import { expect, onTestFinished, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { startAwsStandIns } from "../../src/local/servers.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Records } from "../../src/runs/ports.ts";
import { runOf, TEAM } from "../contract/fixtures.ts";

const NAMES = { table: "table", queue: "jobs", hiddenSeconds: 15 };
const DUE = "2026-03-01T05:00:00.000Z";
const NOW = "2026-03-01T06:00:00.000Z";

async function withRecords<T>(dataDir: string, use: (records: Records) => Promise<T>): Promise<T> {
  const servers = await startAwsStandIns(dataDir, NAMES);
  const dynamo = createDynamo({ endpoint: servers.dynamoUrl, timeoutMs: 2_000, maxAttempts: 1 });
  try {
    return await use(createRecords(dynamo, NAMES.table, UNCOUNTED));
  } finally {
    dynamo.destroy();
    await servers.stop();
  }
}

test("an index that kill -9 has left behind its items is brought in line with them at the next start", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "countersign-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const team = TEAM;
  const due = runOf({ team, thread: "due" });
  const done = runOf({ team, thread: "done" });
  await withRecords(dataDir, async (records) => {
    await records.saveRun(due, DUE);
    await records.saveRun(done, DUE);
    await records.saveRun({ ...done, version: 2 });
  });

  const { db } = store.create({ path: join(dataDir, "dynamodb") });
  await db.open();
  const range = { gte: "index-global~table~due~", lt: "index-global~table~due~\uffff" };
  const [key = ""] = await db.keys(range).all();
  const [entry] = await db.values(range).all();
  const isOfDone = JSON.parse(JSON.stringify(entry).replaceAll("#due", "#done")) as unknown;
  await db.batch([
    { type: "del", key },
    { type: "put", key: `${key}-stale`, value: isOfDone },
  ]);
  await db.close();

  expect(await withRecords(dataDir, (records) => records.due(team, NOW))).toMatchObject([
    { team, thread: "due" },
  ]);
});
