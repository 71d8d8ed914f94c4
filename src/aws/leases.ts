// One worker at a time for each thread. A worker that finds the thread taken leaves a nudge, and the holder looks again before it lets go.
import {
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Lease, Leases } from "../runs/ports.ts";
import type { ThreadKey } from "../runs/run.ts";
import { read, write } from "./dynamodb.ts";
import { type Item, numberOf, optionalTextOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";

/** Each round, somebody else took or gave back the thread; more rounds than this is not a race. */
const MAX_ROUNDS = 10;

type Update = Pick<
  UpdateItemCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues"
>;

export function createLeases(dynamo: DynamoDBClient, table: string): Leases {
  const keyOf = (key: ThreadKey): Item => ({
    pk: { S: partitionKey.ofThread(key) },
    sk: { S: sortKey.lease },
  });

  async function update(key: ThreadKey, change: Update): Promise<Item | undefined> {
    const names = { "#by": "by" };
    const command = new UpdateItemCommand({
      TableName: table,
      Key: keyOf(key),
      ExpressionAttributeNames: names,
      ReturnValues: "ALL_NEW",
      ...change,
    });
    return (await write("writing a thread's lease", () => dynamo.send(command)))?.Attributes;
  }

  return {
    async acquire({ team, thread }, { by, now, until }): Promise<Lease | undefined> {
      const key = { team, thread };
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const taken = await update(key, {
          ConditionExpression: "attribute_not_exists(#by) OR un < :now OR #by = :by",
          UpdateExpression: "SET #by = :by, un = :until, nu = if_not_exists(nu, :none)",
          ExpressionAttributeValues: {
            ":by": { S: by },
            ":now": { S: now },
            ":until": { S: until },
            ":none": { N: "0" },
          },
        });
        if (taken !== undefined) return { ...key, by, nudge: numberOf(taken, "nu") };
        const nudged = await update(key, {
          ConditionExpression: "attribute_exists(#by)",
          UpdateExpression: "ADD nu :one",
          ExpressionAttributeValues: { ":one": { N: "1" } },
        });
        if (nudged !== undefined) return undefined;
        // The holder let go between the two writes and has not seen the nudge: take the thread ourselves.
      }
      throw new Error(`The thread ${thread} changed hands ${MAX_ROUNDS} times while it was asked for.`);
    },

    async release(lease): Promise<Lease | undefined> {
      const released = await update(lease, {
        ConditionExpression: "#by = :by AND nu = :seen",
        UpdateExpression: "REMOVE #by, un",
        ExpressionAttributeValues: { ":by": { S: lease.by }, ":seen": { N: String(lease.nudge) } },
      });
      if (released !== undefined) return undefined;
      const get = new GetItemCommand({ TableName: table, Key: keyOf(lease), ConsistentRead: true });
      const item = (await read("reading a thread's lease", () => dynamo.send(get))).Item;
      const isStillOurs = item !== undefined && optionalTextOf(item, "by") === lease.by;
      return isStillOurs ? { ...lease, nudge: numberOf(item, "nu") } : undefined;
    },
  };
}
