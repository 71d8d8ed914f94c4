// Claims on cards: one drawer at a time, and a count of how often somebody set out, which says when to look before posting.
import {
  type DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from "@aws-sdk/client-dynamodb";
import type { Card, Cards, Claim } from "../runs/ports.ts";
import type { ThreadKey } from "../runs/run.ts";
import { write } from "./dynamodb.ts";
import { type Item, numberOf, optionalTextOf, textOf } from "./items.ts";
import { partitionKey, sortKey } from "./keys.ts";

type Update = Pick<
  UpdateItemCommandInput,
  "UpdateExpression" | "ConditionExpression" | "ExpressionAttributeValues"
>;

/** "by" is a reserved word of DynamoDB's expressions. */
const NAMES = { "#by": "by" };

export function createCards(dynamo: DynamoDBClient, table: string): Cards {
  async function update(
    card: Pick<Card, keyof ThreadKey | "card">,
    change: Update,
  ): Promise<Item | undefined> {
    const command = new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: partitionKey.ofThread(card) }, sk: { S: sortKey.card(card.card) } },
      ExpressionAttributeNames: NAMES,
      ReturnValues: "ALL_NEW",
      ...change,
    });
    return (await write("writing a card's claim", () => dynamo.send(command)))?.Attributes;
  }

  return {
    async claim(card, { by, now, until }): Promise<Card | undefined> {
      const isFree = "attribute_not_exists(#by)";
      const holderIsDead = "un < :now";
      const item = await update(card, {
        ConditionExpression: `${isFree} OR ${holderIsDead} OR #by = :by`,
        UpdateExpression:
          "SET #by = :by, un = :until, ch = if_not_exists(ch, :channel), dr = if_not_exists(dr, :none) ADD n :one",
        ExpressionAttributeValues: {
          ":by": { S: by },
          ":now": { S: now },
          ":until": { S: until },
          ":channel": { S: card.channel },
          ":none": { N: "0" },
          ":one": { N: "1" },
        },
      });
      return item && cardOf(item);
    },

    async drawn(card, { by }: Claim): Promise<boolean> {
      const item = await update(card, {
        ConditionExpression: "#by = :by",
        UpdateExpression: "SET ts = :ts, ch = :channel, dr = :drawn",
        ExpressionAttributeValues: {
          ":by": { S: by },
          ":ts": { S: card.ts ?? "" },
          ":channel": { S: card.channel },
          ":drawn": { N: String(card.drawn) },
        },
      });
      return item !== undefined;
    },

    async release(card, { by }: Claim): Promise<void> {
      await update(card, {
        ConditionExpression: "#by = :by",
        UpdateExpression: "REMOVE #by, un",
        ExpressionAttributeValues: { ":by": { S: by } },
      });
    },
  };
}

export function cardOf(item: Item): Card {
  const ts = optionalTextOf(item, "ts");
  return {
    ...partitionKey.toThread(textOf(item, "pk")),
    card: textOf(item, "sk").slice(sortKey.card("").length),
    channel: textOf(item, "ch"),
    ...(ts === undefined || ts === "" ? {} : { ts }),
    drawn: numberOf(item, "dr"),
    claims: numberOf(item, "n"),
  };
}
