// Lists on DynamoDB: their contract, what an index that lags behind can do, and what a page costs.
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { partitionKey, sortKey } from "../../src/aws/keys.ts";
import { indexKeysOf, indexKeysOfCards, listRowsOf } from "../../src/aws/list-keys.ts";
import { createListRows } from "../../src/aws/list-rows.ts";
import { createLists } from "../../src/aws/lists.ts";
import { createRecords } from "../../src/aws/records.ts";
import { createThreads } from "../../src/aws/threads.ts";
import { later } from "../../src/approvals/later.ts";
import { type CardPlace, RUN_CARD } from "../../src/runs/card.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Run } from "../../src/runs/run.ts";
import { approvalOf, EARLY, freshKey, runOf, TEAM } from "../contract/fixtures.ts";
import { listsContract } from "../contract/lists.ts";
import { freshDynamo } from "../support/dynamo.ts";

async function fresh() {
  const { dynamo, table } = await freshDynamo();
  const stores = {
    records: createRecords(dynamo, table, UNCOUNTED),
    lists: createLists(dynamo, table),
    rows: createListRows(dynamo, table),
    threads: createThreads(dynamo, table, UNCOUNTED),
  };
  return { dynamo, table, ...stores };
}

listsContract("DynamoDB", fresh);

const settledStates: readonly Approval["state"][] = [
  { kind: "decided", decision: { kind: "approved", by: "UANA", at: EARLY }, resumed: false },
  { kind: "superseded", at: EARLY },
];

/** Stores a settled question under the index keys it had while it was pending, as an index that lags behind shows it. */
async function storeStale(
  { dynamo, table }: { readonly dynamo: DynamoDBClient; readonly table: string },
  pending: Approval,
  state: Approval["state"],
): Promise<void> {
  const pk = { S: partitionKey.ofThread(pending) };
  const stale = new PutItemCommand({
    TableName: table,
    Item: {
      pk,
      sk: { S: sortKey.approval(pending.interrupt) },
      v: { N: "2" },
      w: { S: "w" },
      d: { S: JSON.stringify({ ...pending, version: 2, state }) },
      ...indexKeysOf(pending),
    },
  });
  await dynamo.send(stale);
}

test("an index that lags behind lists no question that is settled, and pages are full all the same", async () => {
  const store = await fresh();
  const asked = Array.from({ length: 24 }, (_, n) => ({
    ...approvalOf(freshKey()),
    askedAt: later(EARLY, n * 1_000),
  }));
  for (const [n, one] of asked.entries()) {
    await store.records.saveRun(runOf({ team: one.team, thread: one.thread }));
    await store.rows.put(one);
    const state = settledStates[n % 4];
    if (state === undefined) await store.records.saveApproval(one);
    else await storeStale(store, one, state);
  }
  const kinds = [
    { kind: "team" },
    { kind: "workflow", workflow: "deploy" },
    { kind: "channel", channel: "C1" },
    { kind: "approver", user: "UNAMED", groups: [] },
    { kind: "approver", user: "UANA", groups: ["S1"] },
  ] as const;
  for (const of of kinds) {
    const query = { team: TEAM, of, order: "oldest", limit: 7 } as const;
    const { items, next } = await store.lists.approvals(query);
    const pending = asked.filter((_, n) => n % 4 > 1);
    expect(items).toEqual(pending.slice(0, 7));
    const rest = await store.lists.approvals({ ...query, cursor: next ?? "" });
    expect(rest).toEqual({ items: pending.slice(7) });
  }
});

test("an index that lags behind lists no run under a status, workflow or channel that it has no more", async () => {
  const store = await fresh();
  const run = runOf(freshKey());
  await store.records.saveRun({ ...run, workflow: "email", channel: "C2", status: { kind: "waiting" } });
  const { g2p, g3p, g4p } = indexKeysOf(run);
  if (g2p === undefined || g3p === undefined || g4p === undefined) throw new Error("A run has three keys.");
  const lag = new UpdateItemCommand({
    TableName: store.table,
    Key: { pk: { S: partitionKey.ofThread(run) }, sk: { S: sortKey.run } },
    UpdateExpression: "SET g2p = :status, g3p = :workflow, g4p = :channel",
    ExpressionAttributeValues: { ":status": g2p, ":workflow": g3p, ":channel": g4p },
  });
  await store.dynamo.send(lag);
  const kinds = [
    { kind: "status", status: "queued" },
    { kind: "workflow", workflow: "deploy" },
    { kind: "channel", channel: "C1" },
  ] as const;
  for (const of of kinds)
    expect(await store.lists.runs({ team: TEAM, of, order: "newest", limit: 5 })).toEqual({ items: [] });
});

/** Where the run's own message has come to be, as whoever has drawn it writes it. */
async function drawn(store: Awaited<ReturnType<typeof fresh>>, run: Run, card: CardPlace): Promise<void> {
  const claim = { claim: later(EARLY, 1_000) };
  const held = await store.threads.take(run, claim, { by: "drawer", now: EARLY });
  if (held === undefined) throw new Error("The run was not stored.");
  const cards = { ...held.cards, [RUN_CARD]: card };
  const written = await store.threads.write(held, { cards, give: ["claim"] });
  expect(written.kind).toBe("written");
}

test("a run is found by the thread of Slack's in which it is shown, whatever is saved of it later", async () => {
  const store = await fresh();
  const [run, other] = [runOf(freshKey()), runOf(freshKey())];
  const shownIn = async (channel: string, threadTs: string) => {
    const of = { kind: "conversation", channel, threadTs } as const;
    const { items } = await store.lists.runs({ team: TEAM, of, order: "newest", limit: 2 });
    return items.map(({ thread }) => thread);
  };
  for (const one of [run, other]) await store.records.saveRun(one);
  expect(await shownIn("C1", "1.5")).toEqual([]);
  await drawn(store, run, { channel: "C1", ts: "1.5", drawn: 1, tried: true });
  await drawn(store, other, { channel: "C2", ts: "1.5", drawn: 1, tried: true });
  expect(await store.records.saveRun({ ...run, version: 2, status: { kind: "waiting" } })).toBe(true);
  expect([await shownIn("C1", "1.5"), await shownIn("C1", "1.6")]).toEqual([[run.thread], []]);
  // Its message could not be changed any more, and another one in its thread took its place.
  await drawn(store, run, { channel: "C1", ts: "1.7", threadTs: "1.5", drawn: 2, tried: true });
  expect(await shownIn("C1", "1.5")).toEqual([run.thread]);
  // It was deleted, and stands elsewhere now.
  await drawn(store, run, { channel: "C1", ts: "1.9", drawn: 3, tried: true });
  expect([await shownIn("C1", "1.5"), await shownIn("C1", "1.9")]).toEqual([[], [run.thread]]);
});

test("an index that lags behind finds no run in a thread of Slack's where it is shown no more", async () => {
  const store = await fresh();
  const run = runOf(freshKey());
  await store.records.saveRun(run);
  await drawn(store, run, { channel: "C1", ts: "1.9", drawn: 1, tried: true });
  const before = { channel: "C1", ts: "1.5", drawn: 1, tried: true };
  const { g6p } = indexKeysOfCards(run, { [RUN_CARD]: before });
  if (g6p === undefined) throw new Error("It is shown somewhere.");
  const lag = new UpdateItemCommand({
    TableName: store.table,
    Key: { pk: { S: partitionKey.ofThread(run) }, sk: { S: sortKey.run } },
    UpdateExpression: "SET g6p = :conversation",
    ExpressionAttributeValues: { ":conversation": g6p },
  });
  await store.dynamo.send(lag);
  const of = { kind: "conversation", channel: "C1", threadTs: "1.5" } as const;
  expect(await store.lists.runs({ team: TEAM, of, order: "newest", limit: 2 })).toEqual({ items: [] });
});

test("where almost nothing is so any more, a page ends short with a cursor, and all is found in the end", async () => {
  const store = await fresh();
  const [settled] = settledStates;
  const asked = Array.from({ length: 30 }, (_, n) => ({
    ...approvalOf(freshKey()),
    askedAt: later(EARLY, n * 1_000),
  }));
  for (const [n, one] of asked.entries()) {
    if (n < 28 && settled !== undefined) await storeStale(store, one, settled);
    else await store.records.saveApproval(one);
  }
  const query = { team: TEAM, of: { kind: "team" }, order: "oldest", limit: 2 } as const;
  const found: Approval[] = [];
  let pages = 0;
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const page = await store.lists.approvals({ ...query, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.next;
    pages++;
  }
  expect(found).toEqual(asked.slice(28));
  expect(pages).toBe(3);
});

test("records that DynamoDB hands back unread are read again", async () => {
  const { dynamo, lists, records } = await fresh();
  for (let n = 0; n < 8; n++) await records.saveRun(runOf(freshKey()));
  dynamo.middlewareStack.add(
    (next, context) => async (args) => {
      if (context["commandName"] !== "BatchGetItemCommand") return next(args);
      const { RequestItems } = args.input as { RequestItems: Record<string, { Keys: unknown[] }> };
      const [[table, { Keys }] = ["", { Keys: [] }]] = Object.entries(RequestItems);
      const now = { [table]: { Keys: Keys.slice(0, 3), ConsistentRead: true } };
      const answer = await next({ ...args, input: { ...args.input, RequestItems: now } });
      const UnprocessedKeys = Keys.length > 3 ? { [table]: { Keys: Keys.slice(3) } } : {};
      return { ...answer, output: { ...answer.output, UnprocessedKeys } };
    },
    { step: "initialize" },
  );
  const { items } = await lists.runs({ team: TEAM, of: { kind: "team" }, order: "oldest", limit: 50 });
  expect(items).toHaveLength(8);
});

test("no list scans: a page is one query for each partition and one read of the records, which is consistent", async () => {
  const { dynamo, lists, records } = await fresh();
  for (let n = 0; n < 5; n++) await records.saveApproval(approvalOf(freshKey()));
  const sent: { command: string; input: unknown }[] = [];
  dynamo.middlewareStack.add(
    (next, context) => (args) => {
      sent.push({ command: String(context["commandName"]), input: args.input });
      return next(args);
    },
    { step: "initialize" },
  );
  const { items } = await lists.approvals({ team: TEAM, of: { kind: "team" }, order: "oldest", limit: 5 });
  expect(items).toHaveLength(5);
  expect(sent.map(({ command }) => command)).toEqual([
    ...Array.from({ length: 4 }, () => "QueryCommand"),
    "BatchGetItemCommand",
  ]);
  expect(JSON.stringify(sent.at(-1)?.input)).toContain('"ConsistentRead":true');
  expect(JSON.stringify(sent)).not.toContain("Filter");
});

test("a question with one approver needs no row of its own; each further approver needs one", () => {
  const approval = approvalOf(freshKey());
  const approvers = { users: ["UANA", "UBO"], groups: ["S1"] };
  const several = { ...approval, policy: { ...approval.policy, approvers } };
  const single = { ...approval, policy: { ...approval.policy, approvers: { users: ["UANA"], groups: [] } } };
  expect(listRowsOf(single).size).toBe(0);
  expect(listRowsOf(several).size).toBe(2);
  const indexes = ["g2", "g3", "g4", "g5"].flatMap((name) => [`${name}p`, `${name}s`]);
  expect(Object.keys(indexKeysOf(several))).toEqual(indexes);
});

test("a settled question is in no index", () => {
  const settled = settledStates.map((state) => ({ ...approvalOf(freshKey()), state }));
  expect(settled.map(indexKeysOf)).toEqual([{}, {}]);
});
