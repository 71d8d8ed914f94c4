// Reads who has a thread, and when its records are due, from the records' own items.
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Bystander, DueNow, HoldNow, StandingBy } from "../runs/standing-by.ts";
import { queryAll } from "./dynamodb.ts";
import { type Item, optionalTextOf, textOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";
import { HOLD_ATTRIBUTES } from "./record-item.ts";

export function createBystander(dynamo: DynamoDBClient, table: string): Bystander {
  return {
    async look(key): Promise<StandingBy> {
      const items = await queryAll("reading who has a thread", dynamo, {
        TableName: table,
        KeyConditionExpression: "pk = :pk AND sk BETWEEN :first AND :last",
        ProjectionExpression: "sk, g1s, lb, lu, cb, cu",
        ExpressionAttributeValues: {
          ":pk": { S: partitionKey.ofThread(key) },
          ":first": { S: sortKey.approval("") },
          ":last": { S: sortKey.run },
        },
      });
      return { holds: items.flatMap(holdsIn), due: items.flatMap(dueIn) };
    },
  };
}

function holdsIn(item: Item): readonly HoldNow[] {
  return (["lease", "claim"] as const).flatMap((hold) => {
    const { by: holder, until: end } = HOLD_ATTRIBUTES[hold];
    const [by, until] = [optionalTextOf(item, holder), optionalTextOf(item, end)];
    return by === undefined || until === undefined ? [] : [{ hold, by, until }];
  });
}

function dueIn(item: Item): readonly DueNow[] {
  const [at, sk] = [optionalTextOf(item, "g1s"), textOf(item, "sk")];
  if (at === undefined) return [];
  if (sk === sortKey.run) return [{ of: { kind: "run" }, at }];
  const interrupt = sk.slice(sortKey.approval("").length);
  return [{ of: { kind: "approval", interrupt }, at }];
}
