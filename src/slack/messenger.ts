// The only writer of cards. Slack has no idempotency key for posting, so a card that may have been posted before is looked for first.
import { type WebClient, WebAPIRateLimitedError } from "@slack/web-api";
import * as z from "zod";
import { MessengerUnavailable, NowhereToShow } from "../runs/errors.ts";
import { type Metrics, UNCOUNTED } from "../runs/metrics.ts";
import type { Drawing, Messenger, Place, Placed } from "../runs/ports.ts";
import type { DrawnMessage } from "./blocks/parts.ts";
import { noteReply } from "./blocks/note.ts";
import { pingReply } from "./blocks/ping.ts";
import { requestCard, requestCopy } from "./blocks/request-card.ts";
import { outcomeReply, runCard } from "./blocks/run-card.ts";
import { TOKEN_REFUSALS } from "./client.ts";
import { deleteIfAllowed } from "./delete-message.ts";
import { directMessage } from "./direct-message.ts";
import { platformError } from "./directory.ts";
import { purgedCard } from "./removed-words.ts";

const METADATA_TYPE = "countersign_card";
/** Clocks of Slack's and ours may differ by this much when a lost post is looked for. */
const LOOK_BACK_SECONDS = 120;

/** The app is not in the channel, may not know of it, or nobody may write there any more. */
const UNREACHABLE = ["not_in_channel", "channel_not_found", "is_archived", "is_inactive"];

/** The message is there, and Slack lets nobody change it any more. */
const UNCHANGEABLE = ["edit_window_closed", "cant_update_message"];

/** Cards can be written where the app may not read: without an invitation, or in a thread whose first message was deleted. */
const UNREADABLE = [...UNREACHABLE, "thread_not_found"];

export interface MessengerOptions {
  /** Where cards go whose own channel cannot be written to: a question that nobody sees would wait for ever. */
  readonly defaultChannel: string;
  readonly metrics?: Metrics;
}

export function createMessenger(
  slack: WebClient,
  { defaultChannel, metrics = UNCOUNTED }: MessengerOptions,
): Messenger {
  return {
    async draw(drawing, place): Promise<Placed> {
      try {
        return place.isElsewhere === true
          ? await putThere(slack, { drawing, place, metrics })
          : await putWhereItCan(slack, { drawing, place, metrics }, defaultChannel);
      } catch (error) {
        if (error instanceof NowhereToShow) throw error;
        throw unavailable(error, place, defaultChannel);
      }
    },
  };
}

function unavailable(cause: unknown, { channel }: Place, defaultChannel: string): MessengerUnavailable {
  if (cause instanceof WebAPIRateLimitedError)
    return new MessengerUnavailable("ratelimited", {
      ...{ refused: true, cause, retryAfterMs: cause.retryAfter * 1_000 },
    });
  const refusal = platformError(cause);
  if (refusal === undefined)
    return new MessengerUnavailable("Slack did not answer", { refused: false, cause });
  const nowhere = UNREACHABLE.includes(refusal) ? nowhereToPost(channel, defaultChannel) : undefined;
  return new MessengerUnavailable(refusal, { refused: true, cause, advice: REPAIR[refusal] ?? nowhere });
}

const NEW_TOKEN =
  "Slack does not take this app's token. Install the app again and give it the new one in SLACK_BOT_TOKEN; on AWS, npm run countersign -- setup does that. Decisions are kept, and the cards follow by themselves.";
const NEW_SCOPES =
  "The app lacks a permission. Install it again with the scopes of its manifest. Decisions are kept, and the cards follow by themselves.";

/** Refusals that hold for every card, with what to do. */
const REPAIR: Readonly<Partial<Record<string, string>>> = {
  ...Object.fromEntries(TOKEN_REFUSALS.map((refusal) => [refusal, NEW_TOKEN])),
  missing_scope: NEW_SCOPES,
  no_permission: NEW_SCOPES,
};

function nowhereToPost(channel: string, defaultChannel: string): string {
  const where =
    channel === defaultChannel
      ? `The default channel ${defaultChannel} takes no messages`
      : `Neither the channel ${channel} nor the default channel ${defaultChannel} takes messages`;
  return `${where}, so nobody sees the cards. Unarchive one of them and invite the app, or name another channel in SLACK_DEFAULT_CHANNEL.`;
}

function drawn(drawing: Drawing, channel: string): DrawnMessage {
  switch (drawing.kind) {
    case "run":
      return runCard(drawing.run, drawing.approvals, channel);
    case "ask":
      return requestCard(drawing.approval, drawing.run);
    case "note":
      return noteReply(drawing.approval);
    case "copy":
      return requestCopy(drawing.approval, drawing.run);
    case "ping":
      return pingReply(drawing.approval, drawing.ping);
    case "outcome":
      return outcomeReply(drawing.run);
    case "purged":
      return purgedCard(drawing.run);
  }
}

interface Target {
  readonly drawing: Drawing;
  readonly place: Place;
  readonly metrics: Metrics;
}

async function putWhereItCan(slack: WebClient, target: Target, defaultChannel: string): Promise<Placed> {
  const { team, thread, card, channel, ts, mayExist } = target.place;
  // Where it is to stand now it may have been posted before, by somebody who did not hear of it.
  const unplaced = { team, thread, card, mayExist: mayExist || ts !== undefined };
  try {
    return await put(slack, target);
  } catch (error) {
    const problem = platformError(error) ?? "";
    // Somebody deleted the run's own message: what stood in its thread then stands in the channel.
    if (problem === "thread_not_found") return put(slack, { ...target, place: { ...unplaced, channel } });
    if (!UNREACHABLE.includes(problem) || channel === defaultChannel) throw error;
    return put(slack, { ...target, place: { ...unplaced, channel: defaultChannel } });
  }
}

/** Of a person there is no message to write to. */
const NOBODY_THERE = [
  ...["user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "messages_tab_disabled"],
  ...["restricted_action", "thread_not_found"],
];
const PERSON = /^[UW]/;

/** A copy: the run's own messages stand elsewhere, so it is given up where it cannot stand. */
async function putThere(slack: WebClient, { drawing, place, metrics }: Target): Promise<Placed> {
  try {
    const channel = PERSON.test(place.channel) ? await directMessage(slack, place.channel) : place.channel;
    return await put(slack, { drawing, place: { ...place, channel }, metrics });
  } catch (error) {
    const problem = platformError(error) ?? "";
    if (![...UNREACHABLE, ...NOBODY_THERE].includes(problem)) throw error;
    throw new NowhereToShow(place.channel, problem);
  }
}

async function put(slack: WebClient, target: Target): Promise<Placed> {
  const { place } = target;
  const ts = place.ts ?? (place.mayExist ? await find(slack, target) : undefined);
  if (ts === undefined && target.drawing.kind === "purged")
    throw new NowhereToShow(place.channel, "not posted");
  if (ts === undefined) return post(slack, target);
  const copies = place.mayHaveCopies === true ? await deleteOthers(slack, target, ts) : 0;
  return { ...(await bringUpToDate(slack, target, ts)), ...(copies > 0 && { copies }) };
}

async function bringUpToDate(slack: WebClient, target: Target, ts: string): Promise<Placed> {
  const { drawing, place } = target;
  // It stays as it was posted.
  if (drawing.kind === "note" || drawing.kind === "ping") return { channel: place.channel, ts };
  if (drawing.kind === "purged") return emptied(slack, target, ts);
  try {
    return await update(slack, target, ts);
  } catch (error) {
    const problem = platformError(error) ?? "";
    // Somebody deleted the message; a question nobody can see would wait for ever.
    if (problem === "message_not_found") return putAnew(slack, target, ts);
    if (!UNCHANGEABLE.includes(problem)) throw error;
    // Nobody can have drawn anything else there lately.
    if (place.mayHaveCopies === true) return { channel: place.channel, ts, ...ownThread(drawing, place) };
    // It stays as it is, beside the newer one; its buttons say what has become of it.
    return putAnew(slack, { ...target, place: { ...place, threadTs: place.threadTs ?? ts } }, ts);
  }
}

/** Nobody may read there what stood there: what cannot be redrawn is deleted, and nothing is posted in its place. */
async function emptied(slack: WebClient, target: Target, ts: string): Promise<Placed> {
  const { channel } = target.place;
  try {
    return await update(slack, target, ts);
  } catch (error) {
    const problem = platformError(error) ?? "";
    if (problem !== "message_not_found" && !UNCHANGEABLE.includes(problem)) throw error;
    if (problem !== "message_not_found") await deleteIfAllowed(slack, { channel, ts });
    return { channel, ts };
  }
}

/** In the place of the message `ts`; unless that was done before, and the answer was lost. */
async function putAnew(slack: WebClient, target: Target, ts: string): Promise<Placed> {
  const newer = await find(slack, target, ts);
  if (newer === undefined) return post(slack, target);
  return bringUpToDate(slack, target, newer);
}

async function update(slack: WebClient, { drawing, place }: Target, ts: string): Promise<Placed> {
  const { channel } = place;
  await slack.chat.update({ channel, ts, ...drawn(drawing, channel), metadata: metadataOf(place) });
  return { channel, ts, ...ownThread(drawing, place) };
}

function ownThread({ kind }: Drawing, { threadTs }: Place): Pick<Placed, "threadTs"> {
  return kind === "run" && threadTs !== undefined ? { threadTs } : {};
}

async function post(slack: WebClient, { drawing, place }: Target): Promise<Placed> {
  const { channel, threadTs } = place;
  const inThread =
    threadTs === undefined ? {} : { thread_ts: threadTs, reply_broadcast: isBroadcast(drawing) };
  const posted = await slack.chat.postMessage({
    channel,
    ...drawn(drawing, channel),
    ...inThread,
    metadata: metadataOf(place),
    unfurl_links: false,
    unfurl_media: false,
  });
  if (posted.ts === undefined) throw new Error("Slack posted a message without saying where.");
  // A direct message is addressed by the person and answered with the channel.
  return { channel: posted.channel ?? channel, ts: posted.ts, ...ownThread(drawing, place) };
}

function isBroadcast(drawing: Drawing): boolean {
  return drawing.kind === "ask" && drawing.approval.isQuiet === undefined;
}

function metadataOf({ team, thread, card }: Place): {
  event_type: string;
  event_payload: Record<string, string>;
} {
  return { event_type: METADATA_TYPE, event_payload: { team, thread, card } };
}

const Metadata = z.object({
  event_type: z.string().optional(),
  event_payload: z.record(z.string(), z.unknown()).optional(),
});
type Metadata = z.infer<typeof Metadata>;
const Found = z.object({
  messages: z.array(z.looseObject({ ts: z.string(), metadata: Metadata.optional() })).default([]),
});

/** Pages of 200 that are searched; a lost post is looked for within minutes, so it is among the newest. */
const MAX_PAGES = 10;

/** A post whose answer was lost is found again by the name it carries in its metadata; `after` is a message of that name that is known. */
async function find(slack: WebClient, target: Target, after = "0"): Promise<string | undefined> {
  const { metrics } = target;
  metrics.add("LookUp", 1);
  for await (const ts of ofSameName(slack, target))
    if (Number(ts) > Number(after)) {
      metrics.add("LookUpFound", 1);
      return ts;
    }
  return undefined;
}

/** How many there were beside `kept`. */
async function deleteOthers(slack: WebClient, target: Target, kept: string): Promise<number> {
  const { channel, threadTs } = target.place;
  // What stands in a thread may have replaced the message that the thread hangs on.
  const others = (await copiesOf(slack, target)).filter((ts) => ts !== kept && ts !== threadTs);
  // Where nobody may, it stays, and its buttons say what has become of it.
  for (const ts of others) await deleteIfAllowed(slack, { channel, ts });
  return others.length;
}

async function copiesOf(slack: WebClient, target: Target): Promise<readonly string[]> {
  try {
    return await Array.fromAsync(ofSameName(slack, target));
  } catch (error) {
    // That the card itself cannot be written any more is found out when it is.
    if (UNREADABLE.includes(platformError(error) ?? "")) return [];
    throw error;
  }
}

/** Messages that carry this name, as the pages of the history have them. */
async function* ofSameName(
  slack: WebClient,
  { drawing, place }: Target,
): AsyncGenerator<string, void, undefined> {
  const { channel, threadTs } = place;
  const oldest = String(Date.parse(drawing.run.createdAt) / 1_000 - LOOK_BACK_SECONDS);
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const since = { channel, oldest, include_all_metadata: true, limit: 200, ...(cursor && { cursor }) };
    const answer =
      threadTs === undefined
        ? await slack.conversations.history(since)
        : await slack.conversations.replies({ ...since, ts: threadTs });
    for (const { ts, metadata } of Found.parse(answer).messages) if (isNamed(place, metadata)) yield ts;
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") return;
  }
}

function isNamed({ thread, card }: Place, metadata: Metadata | undefined): boolean {
  const payload = metadata?.event_type === METADATA_TYPE ? metadata.event_payload : undefined;
  return payload?.["thread"] === thread && payload["card"] === card;
}
