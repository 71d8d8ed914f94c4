// The messages that Countersign keeps up to date for a run: where each is, and what it shows.
import * as z from "zod";

export const CardPlace = z.object({
  channel: z.string(),
  /** Slack's name for the message, once it is known to exist. */
  ts: z.string().exactOptional(),
  /** The thread it stands in itself: it took the place of a message that could not be changed any more. Only of the run's own. */
  threadTs: z.string().exactOptional(),
  /** Version of the record that was drawn last; 0 when nothing was. */
  drawn: z.int().nonnegative(),
  /** Somebody set out to post it. Without a `ts` that means: look before posting. */
  tried: z.boolean(),
  /** Not to be drawn before: Slack has just been given an update of it, or wants to be left alone. */
  notBefore: z.iso.datetime().exactOptional(),
  /** From then on it is looked whether the message is there twice, and drawn once more: somebody may have drawn it who should not have. */
  lookAt: z.iso.datetime().exactOptional(),
  /** It cannot be shown there, to that person or in that channel, and is given up. Only of copies. */
  nowhere: z.literal(true).exactOptional(),
});
export type CardPlace = z.infer<typeof CardPlace>;

/** The name of the run's own message. */
export const RUN_CARD = "run";

/** A thread of Slack's, by its first message. */
export interface Conversation {
  readonly channel: string;
  readonly threadTs: string;
}

/** By the name of the card, such as "run" or "ask:<interrupt id>"; see wanted-cards.ts. */
export const CardPlaces = z.record(z.string(), CardPlace);
export type CardPlaces = Readonly<z.infer<typeof CardPlaces>>;

/** The thread of Slack's in which a run is shown: that of its own message, unless that stands in one itself. */
export function conversationOf(cards: CardPlaces): Conversation | undefined {
  const { channel, ts, threadTs = ts } = cards[RUN_CARD] ?? {};
  return channel === undefined || threadTs === undefined ? undefined : { channel, threadTs };
}
