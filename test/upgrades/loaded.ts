// The corpus on a table of its own, with the product over it and a clock that stands behind its latest moment.
import { onTestFinished } from "vitest";
import { writeAll } from "../../src/aws/batches.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { dynamoServers, freshTable } from "../support/dynamo.ts";
import { type Corpus, memoryStore } from "./corpus.ts";
import { type Rig, startRig } from "./rig.ts";

export async function loadedRig({ now, items, slack }: Corpus): Promise<Rig> {
  // The last one is the faster one, where it is there.
  const server = dynamoServers.at(-1);
  if (server === undefined) throw new Error("There is no server for a table.");
  const table = await freshTable(server.url);
  const dynamo = createDynamo({ endpoint: server.url, timeoutMs: 20_000, maxAttempts: 3 });
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  await writeAll("filling the table", { dynamo, table }, requests);
  dynamo.destroy();
  const rig = await startRig({
    ...{ dynamoUrl: server.url, table, slackStore: memoryStore(slack) },
    startMs: Date.parse(now) + 1_000,
  });
  onTestFinished(() => rig.stop());
  return rig;
}
