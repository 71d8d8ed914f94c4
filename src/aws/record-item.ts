// A run as an item: its record, when it is due, and where its cards are. Who holds the thread is beside it, in attributes of their own.
import type * as z from "zod";
import { Approval } from "../approvals/approval.ts";
import { Noted } from "../approvals/noted.ts";
import { CardPlaces } from "../runs/card.ts";
import { later } from "../approvals/later.ts";
import { Run, type ThreadKey } from "../runs/run.ts";
import { type Item, numberOf, optionalTextOf, textOf } from "./items.ts";
import { dueKey } from "./keys.ts";
import { indexKeysOf, indexKeysOfCards, listIndex } from "./list-keys.ts";
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

/** `strays` are those that were known of when the cards were read. */
export function cardAttributes(run: Run, cards: CardPlaces, strays: number): Attributes {
  return {
    c: { S: JSON.stringify(cards) },
    ...indexKeysOfCards(run, cards),
    ...(strays > 0 && { [STRAYS_SEEN]: { N: String(strays) } }),
  };
}

export function runOf(item: Item): Run {
  return recordIn(item, textOf(item, "d"), Run);
}

export function approvalOf(item: Item): Approval {
  return recordIn(item, textOf(item, "d"), Approval);
}

export function notedOf(item: Item): Noted {
  return Noted.parse(JSON.parse(textOf(item, "d")));
}

/** While a drawing that came too late has not been looked into, or one may still come, every posted card is in doubt. */
export function cardsOf(item: Item): CardPlaces {
  const cards = recordIn(item, optionalTextOf(item, "c") ?? "{}", CardPlaces);
  const doubtFrom = straysOf(item) === countIn(item, STRAYS_SEEN) ? wakesBy(item) : AT_ONCE;
  if (doubtFrom === undefined) return cards;
  const inDoubt = Object.entries(cards).map(([name, place]) => [
    name,
    place.ts === undefined ? place : { ...place, lookAt: doubtFrom },
  ]);
  return Object.fromEntries(inDoubt) as CardPlaces;
}

/** Who draws the cards, until when, and who had done so before and may not have given it back. */
export const CLAIM = { by: "cb", until: "cu", before: "cp" };
export const NOBODY = { S: "" };
/** Whoever lost the claim may be asleep instead of dead, and draw when it wakes up. It is waited for this long behind the end of the next claim. */
const SLEEP_MS = 150_000;

/** When whoever lost the claim to the one who has it now will have done what it was about to do; undefined when nobody lost it. */
function wakesBy(item: Item): string | undefined {
  const [by, until, before] = [CLAIM.by, CLAIM.until, CLAIM.before].map((name) => optionalTextOf(item, name));
  const isTakenOver = by !== undefined && before !== by && before !== undefined && before !== NOBODY.S;
  return isTakenOver && until !== undefined ? later(until, SLEEP_MS) : undefined;
}

/** Drawings that came too late: how many there were, and how many were known of when the cards were written. */
export const STRAYS = "cz";
export const STRAYS_SEEN = "cy";
const AT_ONCE = new Date(0).toISOString();

export function straysOf(item: Item): number {
  return countIn(item, STRAYS);
}

/** 0 when it was never counted. */
export function countIn(item: Item, attribute: string): number {
  return item[attribute] === undefined ? 0 : numberOf(item, attribute);
}

export function recordIn<Schema extends z.ZodType>(
  item: Item,
  text: string,
  schema: Schema,
): z.infer<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `The record "${textOf(item, "sk")}" of "${textOf(item, "pk")}" has a form that this version of Countersign does not know. Nothing was done with it; deploy the version that wrote it, or a newer one.`,
      { cause },
    );
  }
}
