// Fills the table with runs and questions of an earlier time: a few are played through the product, and their items are copied under new threads.
import { setTimeout as pause } from "node:timers/promises";
import { type AttributeValue, type DynamoDBClient, paginateScan } from "@aws-sdk/client-dynamodb";
import { writeAll } from "../../src/aws/batches.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Chance } from "../faults/processes/chance.ts";
import { offers } from "../faults/processes/screen.ts";
import type { Crew } from "./deciders.ts";
import type { Watched } from "./watched.ts";
import { TABLE, type World } from "./world.ts";

export interface Filled {
  readonly items: number;
  readonly runs: number;
  /** Of them, those that wait for people. */
  readonly waiting: number;
}

interface Filling {
  readonly world: World;
  readonly crew: Crew;
  readonly watched: Watched;
  readonly chance: Chance;
  /** How many times as many as the least. */
  readonly times: number;
  readonly log: (line: string) => void;
}

type Item = Record<string, AttributeValue>;

const LEAST_ITEMS = 12_500;
/** Ten requests: with more, some wait for longer than a store does. */
const AT_ONCE = 250;
const TELL_EVERY = 25_000;
const DAY_MS = 86_400_000;
/** The numbers of runs that nobody decides later; those of the load begin at 1. */
const PLAYED = [
  '/countersign run expense payee="Hotel soak900001" amount=120 currency=EUR purpose=Rooms',
  '/countersign run email to=soak900002@example.com about="soak900002 is over"',
  "/countersign run deploy service=search version=v9.900003.0 env=prod",
  '/countersign run signoff proposal="Proposal soak900004"',
  '/countersign run expense payee="Hotel soak900005" amount=749.50 currency=EUR purpose=Rooms',
];
const DECIDED = /soak900002/;

export async function fill(filling: Filling): Promise<Filled> {
  const { world, times, chance, log } = filling;
  await play(filling);
  const threads = [...Map.groupBy(await itemsIn(world.dynamo), ({ pk }) => pk?.S ?? "")]
    .filter(([pk]) => pk.startsWith("T#"))
    .map(([pk, items]) => ({ thread: pk.split("#")[2] ?? "", items }));
  const wanted = LEAST_ITEMS * times;
  let [items, runs, waiting] = [0, 0, 0];
  while (items < wanted) {
    const puts: Item[] = [];
    while (puts.length < AT_ONCE && items + puts.length < wanted) {
      const one = threads[runs % threads.length];
      if (one === undefined) throw new Error("Nothing was played, so there is nothing to copy.");
      const copies = copied(one, chance);
      puts.push(...copies);
      runs += 1;
      if (copies.some(({ g2p }) => g2p?.S?.endsWith("#waiting") === true)) waiting += 1;
    }
    const requests = puts.map((Item) => ({ PutRequest: { Item } }));
    await writeAll("filling", { dynamo: world.dynamo, table: TABLE }, requests);
    if (Math.floor((items + puts.length) / TELL_EVERY) > Math.floor(items / TELL_EVERY))
      log(`${items + puts.length} of ${wanted} items are stored.`);
    items += puts.length;
  }
  return { items, runs, waiting };
}

/** Until one of those that ask has been decided and has ended, and the others wait or have ended by themselves. */
async function play({ world, crew, watched }: Filling): Promise<void> {
  for (const line of PLAYED) await crew.rita.say(SEED.channels.deploys, line);
  let isDecided = false;
  for (;;) {
    await pause(1_000);
    const card = [...watched.messages.values()].find(
      (message) => offers(message, "Approve") && DECIDED.test(JSON.stringify(message.blocks)),
    );
    if (!isDecided && card !== undefined) isDecided = (await crew.ana.click(card, "Approve")) === "ok";
    const runs = await world.runs(new Date(0).toISOString());
    const areThere = runs.length === PLAYED.length && runs.every(({ status }) => status.kind !== "queued");
    const ended = runs.filter(({ status }) => status.kind === "done").length;
    if (areThere && ended === 2) return;
  }
}

async function itemsIn(client: DynamoDBClient): Promise<readonly Item[]> {
  const pages = await Array.fromAsync(paginateScan({ client }, { TableName: TABLE, ConsistentRead: true }));
  return pages.flatMap(({ Items = [] }) => Items);
}

const ISO = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Of an earlier day, and due on a later one. */
function copied(
  { thread, items }: { readonly thread: string; readonly items: readonly Item[] },
  chance: Chance,
): readonly Item[] {
  const ago = chance.between(1, 60) * DAY_MS + chance.between(0, DAY_MS);
  const due = new Date(Date.now() + chance.between(DAY_MS, 30 * DAY_MS)).toISOString();
  const digits = Array.from({ length: thread.length }, () => chance.between(0, 15).toString(16));
  // It decides in which part of an index it stands.
  digits[7] = thread[7] ?? "0";
  const fresh = digits.join("");
  const names = [`r-${thread.slice(0, 6)}`, `r-${fresh.slice(0, 6)}`] as const;
  const moved = (text: string): string =>
    text
      .replaceAll(thread, fresh)
      .replaceAll(...names)
      .replace(ISO, (at) => new Date(Date.parse(at) - ago).toISOString());
  return items.map((item) => {
    const copy = Object.entries(item).map(([name, value]) => [
      name,
      value.S === undefined ? value : { S: name === "g1s" ? due : moved(value.S) },
    ]);
    return Object.fromEntries(copy) as Item;
  });
}
