// What the stores say of a server that refuses, hangs, throttles or breaks: whether a write may have happened is never guessed.
import { expect, onTestFinished, test } from "vitest";
import { refusedClick } from "../../src/approvals/noted.ts";
import { appended, EMPTY_AUDIT, type SealedAudit } from "../../src/approvals/audit-log.ts";
import { createAuditTrail, createNotedEntries } from "../../src/aws/audit.ts";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createListRows } from "../../src/aws/list-rows.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createRecords } from "../../src/aws/records.ts";
import { createRetention } from "../../src/aws/retention.ts";
import { createThreads } from "../../src/aws/threads.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { ThreadKey } from "../../src/runs/run.ts";
import { failures } from "../approvals/entries.ts";
import { approvalOf, EARLY, freshKey, NOON, runOf, TEAM } from "../contract/fixtures.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { refusing } from "../support/refusing.ts";
import { freshDynamo } from "../support/dynamo.ts";

const taker = { by: "one", now: EARLY };
const wanted = { lease: NOON };

const click = refusedClick({
  at: EARLY,
  by: "UEVE",
  tried: "approve",
  because: "decided",
  interrupt: "i",
  digest: "d",
});

function sealedPart(key: ThreadKey): SealedAudit {
  const { open } = appended(EMPTY_AUDIT, failures(40), { key });
  const { sealed } = appended(open, failures(41), { key });
  if (sealed === undefined) throw new Error("Nothing was sealed.");
  return sealed;
}

async function behindRelay(): Promise<{ relay: Relay; url: string; table: string }> {
  const { dynamoUrl, table } = await freshDynamo();
  const relay = await startRelay(dynamoUrl);
  onTestFinished(() => relay.close());
  return { relay, url: relay.url, table };
}

/** Patient, so that only what hangs has not answered: a machine that does much else is slow. */
function storesAt(endpoint: string, table: string, timeoutMs = 5_000) {
  const dynamo = createDynamo({ endpoint, timeoutMs, maxAttempts: 2 });
  return {
    records: createRecords(dynamo, table, UNCOUNTED),
    threads: createThreads(dynamo, table, UNCOUNTED),
    log: createCheckpointLog(dynamo, table),
    trail: createAuditTrail(dynamo, table),
    noted: createNotedEntries(dynamo, table),
    lists: createLists(dynamo, table),
    rows: createListRows(dynamo, table),
    retention: createRetention(dynamo, table),
  };
}

async function outcomeOf(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) return error;
    return error.uncertain ? "uncertain" : "certain";
  }
}

test("a dead server is an outage for every store, and nothing was written", async () => {
  const { relay, url, table } = await behindRelay();
  await relay.close();
  const { records, threads, log, ...others } = storesAt(url, table);
  const { trail, noted, lists, rows, retention } = others;
  const key = freshKey();
  const page = { team: TEAM, of: { kind: "team" }, order: "oldest", limit: 5 } as const;
  const sealed = sealedPart(key);
  const calls = [
    records.run(key),
    records.approval(key, "a"),
    records.thread(key),
    records.due(TEAM, NOON),
    records.saveRun(runOf(key)),
    records.saveApproval(approvalOf(key)),
    records.reschedule(runOf(key), NOON),
    threads.take(key, wanted, taker),
    threads.write(
      { ...key, by: "one", run: runOf(key), cards: {}, holds: {}, claimEpoch: 0, strays: 0 },
      { give: ["lease"] },
    ),
    log.load("T1#t"),
    log.delete("T1#t"),
    trail.keep(key, sealed),
    Array.fromAsync(trail.sealed(key)),
    noted.note(key, click),
    noted.forget(key, [click]),
    lists.runs(page),
    lists.approvals(page),
    rows.put(approvalOf(key)),
    rows.drop(approvalOf(key)),
    retention.expire(key, { details: NOON }),
    retention.spare(key),
    retention.count(key),
    retention.erase(key),
  ];
  expect(await Promise.all(calls.map(outcomeOf))).toEqual(calls.map(() => "certain"));
});

test("a server that hangs is given up, and what a write did is not known", async () => {
  const { relay, url, table } = await behindRelay();
  relay.freeze();
  const { records, threads } = storesAt(url, table, 300);
  const key = freshKey();
  const calls = [records.run(key), records.saveRun(runOf(key)), threads.take(key, wanted, taker)];
  expect(await Promise.all(calls.map(outcomeOf))).toEqual(["certain", "uncertain", "uncertain"]);
});

test("a write whose first attempt may have arrived stays uncertain, though the last one was refused a connection", async () => {
  const { relay, url, table } = await behindRelay();
  const { records } = storesAt(url, table);
  // The first attempt is on its way when the server goes away for good.
  relay.onceUsed(() => void relay.close());
  expect(await outcomeOf(records.saveRun(runOf(freshKey())))).toBe("uncertain");
});

test.each([
  [400, "ProvisionedThroughputExceededException", "certain"],
  [400, "ThrottlingException", "certain"],
  [400, "RequestLimitExceeded", "certain"],
  [500, "InternalServerError", "uncertain"],
  [503, "ServiceUnavailable", "uncertain"],
])("a write answered with %i %s is an outage, and it is %s what it did", async (status, error, expected) => {
  const { records } = storesAt(await refusing(status, error), "table");
  expect(await outcomeOf(records.saveRun(runOf(freshKey())))).toBe(expected);
  expect(await outcomeOf(records.run(freshKey()))).toBe("certain");
});

test("a table that does not exist is an outage to be mended, not a mistake of the caller", async () => {
  const { url } = await behindRelay();
  expect(await outcomeOf(storesAt(url, "nowhere").records.saveRun(runOf(freshKey())))).toBe("certain");
});

test.each([
  [400, "UnrecognizedClientException"],
  [400, "AccessDeniedException"],
])("%i %s is an outage to be mended: repeating helps once that is done", async (status, error) => {
  const { records } = storesAt(await refusing(status, error), "table");
  for (const call of [() => records.run(freshKey()), () => records.saveRun(runOf(freshKey()))])
    await expect(call()).rejects.toMatchObject({
      ...{ name: "StorageUnavailable", needsRepair: true, uncertain: false },
    });
});

test("400 ValidationException is passed on as it is: repeating would not help", async () => {
  const error = "ValidationException";
  const { records } = storesAt(await refusing(400, error), "table");
  expect(await outcomeOf(records.run(freshKey()))).toMatchObject({ name: error });
  expect(await outcomeOf(records.saveRun(runOf(freshKey())))).toMatchObject({ name: error });
});
