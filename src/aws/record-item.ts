// A run as an item: its record, when it is due, and where its cards are. Who holds the thread is beside it, in attributes of their own.
import type * as z from "zod";
import { Approval } from "../approvals/approval.ts";
import { Noted } from "../approvals/noted.ts";
import { CardPlaces } from "../runs/card.ts";
import { cardsInDoubt, type HoldRecord, type HoldRecords } from "../runs/holds.ts";
import type { Hold } from "../runs/ports.ts";
import { Run, type ThreadKey } from "../runs/run.ts";
import { ifKnown, recordFrom, textToStore } from "../runs/stored.ts";
import { type Item, numberOf, optionalTextOf, textOf } from "./items.ts";
import { dueKey } from "./keys.ts";
import { indexKeysOf, indexKeysOfCards, listIndex } from "./list-keys.ts";
import type { Attributes } from "./update.ts";

/** Of a run or of an approval, with its places in the lists. */
export function recordAttributes(record: Run | Approval): Attributes {
  return {
    v: { N: String(record.version) },
    d: { S: "interrupt" in record ? textToStore(Approval, record) : textToStore(Run, record) },
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
    c: { S: textToStore(CardPlaces, cards) },
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

/** Undefined for what only a newer version knows: it is left for that one to put into the history. */
export function notedOf(item: Item): Noted | undefined {
  return ifKnown(() => recordIn(item, textOf(item, "d"), Noted));
}

/** Every posted card is in doubt while one may have been drawn too late. */
export function cardsOf(item: Item): CardPlaces {
  const cards = recordIn(item, optionalTextOf(item, "c") ?? "{}", CardPlaces);
  return cardsInDoubt(cards, holdsIn(item));
}

/** Of each hold: who has it, until when, who had it before and had not given it back, how often others asked, how often it changed hands. */
export const HOLD_ATTRIBUTES = {
  lease: { by: "lb", until: "lu", before: "lp", nudge: "ln", epoch: "le" },
  claim: { by: "cb", until: "cu", before: "cp", nudge: "cn", epoch: "ce" },
} as const satisfies Record<Hold, object>;
/** As who had it before, where an attribute that is not there cannot be copied. */
export const NOBODY = { S: "" };

/** Drawings that came too late: how many there were, and how many were known of when the cards were written. */
export const STRAYS = "cz";
const STRAYS_SEEN = "cy";

export function holdsIn(item: Item): HoldRecords {
  return {
    lease: holdIn(item, "lease"),
    claim: holdIn(item, "claim"),
    strays: countIn(item, STRAYS),
    straysSeen: countIn(item, STRAYS_SEEN),
  };
}

function holdIn(item: Item, hold: Hold): HoldRecord {
  const names = HOLD_ATTRIBUTES[hold];
  const before = optionalTextOf(item, names.before);
  return {
    by: optionalTextOf(item, names.by),
    until: optionalTextOf(item, names.until),
    before: before === NOBODY.S ? undefined : before,
    nudge: countIn(item, names.nudge),
    epoch: countIn(item, names.epoch),
  };
}

/** 0 when it was never counted. */
function countIn(item: Item, attribute: string): number {
  return item[attribute] === undefined ? 0 : numberOf(item, attribute);
}

export function recordIn<Schema extends z.ZodType>(
  item: Item,
  text: string,
  schema: Schema,
): z.infer<Schema> {
  return recordFrom(text, schema, { name: textOf(item, "sk"), of: textOf(item, "pk") });
}
