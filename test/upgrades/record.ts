// Plays the stories and writes down what the table and the local Slack then hold: `npm run corpus`, at a release; with the names of stories, these are added, and the rest stays as it was written.
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import "../faults/environment.ts";
import { writeAll } from "../../src/aws/batches.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import type { Item } from "../../src/aws/items.ts";
import { createTable } from "../../src/aws/table.ts";
import { startDynalite } from "../support/servers.ts";
import { type Corpus, memoryStore, readCorpus, writeCorpus } from "./corpus.ts";
import { startRig } from "./rig.ts";
import { stories } from "./stories.ts";

const TABLE = "corpus";
/** A Monday morning. */
const EMPTY: Corpus = { now: "2026-03-02T08:59:59.000Z", items: [], slack: [] };

const server = await startDynalite();
try {
  const dynamo = createDynamo({ endpoint: server.url, timeoutMs: 20_000, maxAttempts: 3 });
  await createTable(dynamo, TABLE);
  const added = process.argv.slice(2);
  const before = added.length === 0 ? EMPTY : await readCorpus();
  const requests = before.items.map((Item) => ({ PutRequest: { Item } }));
  await writeAll("filling the table", { dynamo, table: TABLE }, requests);
  const slackStore = memoryStore(before.slack);
  const startMs = Date.parse(before.now) + 1_000;
  const rig = await startRig({ dynamoUrl: server.url, table: TABLE, slackStore, startMs });
  for (const name of added.length === 0 ? Object.keys(stories) : added) {
    const story = stories[name];
    if (story === undefined) throw new Error(`There is no story "${name}".`);
    await story(rig, name);
    // What is left in the queue is lost with it: who loads the corpus has none of it.
    rig.jobs.length = 0;
    console.log(
      `${name}${rig.failures
        .splice(0)
        .map((failure) => `\n  ${failure}`)
        .join("")}`,
    );
  }
  const now = rig.clock.now();
  await rig.stop();
  const isKept = ({ ttl }: Item): boolean => ttl?.N === undefined || Number(ttl.N) * 1_000 > Date.parse(now);
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({ TableName: TABLE, ...(start && { ExclusiveStartKey: start }) }),
    );
    items.push(...(page.Items ?? []).filter(isKept));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  dynamo.destroy();
  const slack = slackStore.documents().filter(({ kind }) => !["trigger", "hook"].includes(kind));
  const bytes = await writeCorpus({ now, items, slack });
  console.log(`${items.length} items and ${slack.length} documents of Slack in ${bytes} bytes.`);
} finally {
  server.process.kill();
}
