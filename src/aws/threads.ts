// One worker at a time on a thread, and one drawer at its cards. A worker that finds a hold taken leaves a nudge, and the holder looks again before it lets go.
import { randomUUID } from "node:crypto";
import { type DynamoDBClient, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { Metrics } from "../runs/metrics.ts";
import {
  heldIn,
  HOLDS,
  isFree,
  isTakenOver,
  needs,
  refusalOf,
  replacedBy,
  sinceRead,
  type Taker,
  type Way,
  wayOf,
} from "../runs/holds.ts";
import type { Held, Hold, HoldChange, HoldWritten, Threads, Wanted } from "../runs/ports.ts";
import type { ThreadKey } from "../runs/run.ts";
import { write } from "./dynamodb.ts";
import { type Item, numberOf, optionalTextOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";
import {
  cardAttributes,
  cardsOf,
  dueAttributes,
  HOLD_ATTRIBUTES,
  holdsIn,
  NOBODY,
  recordAttributes,
  runOf,
  STRAYS,
} from "./record-item.ts";
import { readItem } from "./records.ts";
import { UpdateParts } from "./update.ts";

/** Each round, somebody else took or gave something back; more rounds than this is not a race. */
const MAX_ROUNDS = 50;

interface ThreadTable {
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly metrics: Metrics;
}

export function createThreads(dynamo: DynamoDBClient, table: string, metrics: Metrics): Threads {
  const store = { dynamo, table, metrics };
  return {
    take: ({ team, thread }, wanted, taker) => taken(store, { team, thread }, { wanted, taker }),
    write: (held, change) => changed(store, held, change),
    strayed: ({ team, thread }, now) => strayed(store, { team, thread }, now),
  };
}

/** The run's item; undefined when there is no run. */
async function current(store: ThreadTable, key: ThreadKey): Promise<Item | undefined> {
  const item = await readItem(store, key, sortKey.run);
  return item?.["d"] === undefined ? undefined : item;
}

/** The item as it is now; undefined when a condition was not met. */
async function update(
  { dynamo, table }: ThreadTable,
  key: ThreadKey,
  parts: UpdateParts,
): Promise<Item | undefined> {
  parts.onlyIf(`attribute_exists(${parts.name("d")})`);
  const command = new UpdateItemCommand({
    TableName: table,
    Key: { pk: { S: partitionKey.ofThread(key) }, sk: { S: sortKey.run } },
    ReturnValues: "ALL_NEW",
    ...parts.expressions(),
  });
  return (await write("writing to a thread", () => dynamo.send(command)))?.Attributes;
}

async function taken(
  store: ThreadTable,
  key: ThreadKey,
  { wanted, taker }: { readonly wanted: Wanted; readonly taker: Taker },
): Promise<Held | undefined> {
  let busy: readonly Hold[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const item = await update(store, key, takeParts(key, { wanted, busy }, taker));
    if (item !== undefined) {
      const hasLease = wanted.lease !== undefined && !busy.includes("lease");
      if (hasLease && isTakenOver(holdsIn(item).lease)) store.metrics.add("Takeover", 1);
      return heldOrGivenBack(store, item, { ...key, by: taker.by });
    }
    const now = await current(store, key);
    if (now === undefined) return undefined;
    const holds = holdsIn(now);
    busy = HOLDS.filter((hold) => wanted[hold] !== undefined && !isFree(holds[hold], taker));
  }
  throw new Error(`The thread ${key.thread} changed hands ${MAX_ROUNDS} times while it was asked for.`);
}

/** Who cannot read what it has taken leaves it to others at once, and not when its time is over. */
async function heldOrGivenBack(
  store: ThreadTable,
  item: Item,
  taker: ThreadKey & { readonly by: string },
): Promise<Held> {
  try {
    return heldBy(item, taker);
  } catch (error) {
    for (const hold of HOLDS) {
      const names = HOLD_ATTRIBUTES[hold];
      const parts = new UpdateParts();
      parts.onlyIfIs(names.by, { S: taker.by });
      parts.write({ [names.by]: undefined, [names.until]: undefined });
      await update(store, taker, parts);
    }
    throw error;
  }
}

function takeParts(
  key: ThreadKey,
  { wanted, busy }: { readonly wanted: Wanted; readonly busy: readonly Hold[] },
  taker: Taker,
): UpdateParts {
  const parts = new UpdateParts();
  for (const hold of HOLDS) {
    const until = wanted[hold];
    if (busy.includes(hold)) nudge(parts, hold);
    else if (until !== undefined) take(parts, hold, { ...taker, until });
  }
  // Should the holder die, this is when the sweeper is to look.
  if (wanted.lease !== undefined && !busy.includes("lease")) parts.write(dueAttributes(key, wanted.lease));
  return parts;
}

async function changed(store: ThreadTable, held: Held, change: HoldChange): Promise<HoldWritten> {
  const key = { team: held.team, thread: held.thread };
  let way: Way = { isClaimBusy: false, isOutdated: false };
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const token = randomUUID();
    const written = (item: Item): HoldWritten => ({
      ...{ kind: "written", held: sinceRead(held, heldBy(item, held)) },
      hasCards: change.cards !== undefined && !way.isClaimBusy && !way.isOutdated,
    });
    const item = await update(store, key, changeParts(held, { ...change, ...way, token }));
    if (item !== undefined) return written(item);
    const now = await current(store, key);
    if (now === undefined) return { kind: "lost" };
    // The client retries by itself: finding our own token means that an earlier attempt of this very write succeeded.
    if (optionalTextOf(now, "w") === token) {
      store.metrics.add("OwnWriteFound", 1);
      return written(now);
    }
    const refusal = refusalIn(now, held, change);
    if (refusal !== undefined) return refusal;
    way = wayOf(holdsIn(now), held, change);
  }
  throw new Error(`The thread ${held.thread} changed ${MAX_ROUNDS} times while it was written.`);
}

function take(parts: UpdateParts, hold: Hold, { by, now, until }: Taker & { readonly until: string }): void {
  const names = HOLD_ATTRIBUTES[hold];
  const [holder, end] = [parts.name(names.by), parts.name(names.until)];
  const isOurs = `${holder} = ${parts.value({ S: by })}`;
  parts.onlyIf(`attribute_not_exists(${holder}) OR ${end} < ${parts.value({ S: now })} OR ${isOurs}`);
  parts.write({ [names.by]: { S: by }, [names.until]: { S: until } });
  parts.copy(names.before, names.by, NOBODY);
  parts.count(names.epoch);
}

function nudge(parts: UpdateParts, hold: Hold): void {
  // Without a holder nobody would look again: then it is free, and taken instead.
  parts.onlyIf(`attribute_exists(${parts.name(HOLD_ATTRIBUTES[hold].by)})`);
  parts.count(HOLD_ATTRIBUTES[hold].nudge);
}

/** Counted as a nudge as well: whoever holds the thread looks again before it lets go. */
async function strayed(store: ThreadTable, key: ThreadKey, now: string): Promise<void> {
  const parts = new UpdateParts();
  parts.count(STRAYS);
  for (const hold of HOLDS) parts.count(HOLD_ATTRIBUTES[hold].nudge);
  parts.write(dueAttributes(key, now));
  await update(store, key, parts);
}

function changeParts(held: Held, change: HoldChange & Way & { readonly token: string }): UpdateParts {
  const { run, due, token } = change;
  const parts = new UpdateParts();
  parts.write({ w: { S: token } });
  for (const hold of HOLDS) if (needs(hold, change)) parts.onlyIfIs(HOLD_ATTRIBUTES[hold].by, { S: held.by });
  const replaced = replacedBy(held, change);
  if (replaced !== undefined) parts.onlyIfIs("v", { N: String(replaced) });
  if (run !== undefined) parts.write(recordAttributes(run));
  if (due !== undefined) parts.write(dueAttributes(held, due.at));
  changeClaim(parts, held, change);
  for (const hold of change.give ?? []) {
    const names = HOLD_ATTRIBUTES[hold];
    if (change.heedless !== true) parts.onlyIf(isCount(parts, names.nudge, held.holds[hold]?.nudge ?? 0));
    parts.write({ [names.by]: undefined, [names.until]: undefined });
  }
  return parts;
}

function changeClaim(
  parts: UpdateParts,
  { by, run, claimEpoch, strays }: Held,
  { cards, takeClaim, isClaimBusy, isOutdated }: HoldChange & Way,
): void {
  if (takeClaim !== undefined && isClaimBusy) nudge(parts, "claim");
  else if (takeClaim !== undefined) take(parts, "claim", { by, ...takeClaim });
  if (cards === undefined || isClaimBusy || isOutdated) return;
  // Whoever has read the cards before sees by the count that they are others now; taking the claim counts as well.
  if (takeClaim === undefined) parts.count(HOLD_ATTRIBUTES.claim.epoch);
  else parts.onlyIf(isCount(parts, HOLD_ATTRIBUTES.claim.epoch, claimEpoch));
  parts.write(cardAttributes(run, cards, strays));
}

function isCount(parts: UpdateParts, attribute: string, count: number): string {
  const name = parts.name(attribute);
  const isSame = `${name} = ${parts.value({ N: String(count) })}`;
  return count === 0 ? `attribute_not_exists(${name}) OR ${isSame}` : isSame;
}

/** Undefined when only the claim was in the way, or nothing is any more. */
function refusalIn(item: Item, held: Held, change: HoldChange): HoldWritten | undefined {
  const kind = refusalOf({ version: numberOf(item, "v"), holds: holdsIn(item) }, held, change);
  if (kind === undefined || kind === "lost") return kind && { kind };
  return { kind, held: heldBy(item, held) };
}

function heldBy(item: Item, holder: ThreadKey & { readonly by: string }): Held {
  return heldIn({ run: runOf(item), cards: cardsOf(item), holds: holdsIn(item) }, holder);
}
