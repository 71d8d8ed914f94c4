// A run as an item: its record, when it is due, and where its cards are. Who holds the thread is beside it, in attributes of their own.
import type * as z from "zod";
import { Approval } from "../approvals/approval.ts";
import { RefusedClick } from "../approvals/audit.ts";
import { CardPlaces } from "../runs/card.ts";
import { Run, type ThreadKey } from "../runs/run.ts";
import { type Item, optionalTextOf, textOf } from "./items.ts";
import { dueKey } from "./keys.ts";
import { indexKeysOf, listIndex } from "./list-keys.ts";
import type { Attributes } from "./update.ts";

/** Of a run or of an approval, with its places in the lists. */
export function recordAttributes(record: Run | Approval): Attributes {
  return {
    v: { N: String(record.version) },
    d: { S: JSON.stringify(record) },
    ...OFF_LISTS,
    ...indexKeysOf(record),
  };
}

/** A save takes a record off the lists it is not on any more. */
const OFF_LISTS: Attributes = Object.fromEntries(
  Object.values(listIndex).flatMap(({ p, s }) => [
    [p, undefined],
    [s, undefined],
  ]),
);

/** On the sweeper's list, or off it. */
export function dueAttributes(key: ThreadKey, at: string | undefined): Attributes {
  return {
    g1p: at === undefined ? undefined : { S: dueKey.of(key) },
    g1s: at === undefined ? undefined : { S: at },
  };
}

export function cardAttributes(cards: CardPlaces): Attributes {
  return { c: { S: JSON.stringify(cards) } };
}

export function runOf(item: Item): Run {
  return recordIn(item, textOf(item, "d"), Run);
}

export function approvalOf(item: Item): Approval {
  return recordIn(item, textOf(item, "d"), Approval);
}

export function clickOf(item: Item): RefusedClick {
  return RefusedClick.parse(JSON.parse(textOf(item, "d")));
}

export function cardsOf(item: Item): CardPlaces {
  return recordIn(item, optionalTextOf(item, "c") ?? "{}", CardPlaces);
}

function recordIn<Schema extends z.ZodType>(item: Item, text: string, schema: Schema): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `The record "${textOf(item, "sk")}" of "${textOf(item, "pk")}" has a form that this version of Countersign does not know. Nothing was done with it; deploy the version that wrote it, or a newer one.`,
      { cause },
    );
  }
}
