// Cards that are there more than once: the one that is known is kept and brought up to date, and the others are deleted.
import { expect, onTestFinished, test } from "vitest";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Drawing, Messenger, Place } from "../../src/runs/ports.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import { startRelay } from "../support/relay.ts";
import { approvedByAna, decided, INTERRUPT, someApproval, someRun, THREAD } from "./fixtures.ts";
import { clientOf, type LocalSlackServer, startLocalSlack } from "./support.ts";

const { deploys } = SEED.channels;
const run = someRun({ createdAt: new Date().toISOString() });
const runDrawing: Drawing = { kind: "run", run, approvals: [] };
const ask: Drawing = { kind: "ask", approval: someApproval(), run };
const approved: Drawing = { kind: "ask", approval: decided(someApproval(), approvedByAna), run };
const note: Drawing = { kind: "note", approval: someApproval(), run };

function placeOf(card: string, change: Partial<Place> = {}): Place {
  return { team: SEED.teamId, thread: THREAD, card, channel: deploys, mayExist: false, ...change };
}

const askPlace = placeOf(`ask:${INTERRUPT}`);

interface World {
  readonly messenger: Messenger;
  readonly slack: LocalSlackServer;
  messages(): Promise<readonly Message[]>;
  calls(method: string): Promise<number>;
}

async function startWorld(): Promise<World> {
  const slack = await startLocalSlack();
  const relay = await startRelay(slack.url);
  onTestFinished(() => relay.close());
  return {
    slack,
    messenger: createMessenger(clientOf(relay.url), { defaultChannel: SEED.channels.general }),
    messages: async () => (await slack.everything()).messages,
    calls: async (name) => (await slack.everything()).calls.filter(({ method }) => method === name).length,
  };
}

interface Doubled extends World {
  readonly place: Place;
  /** The known one, with others around it. */
  readonly ts: string;
}

/** A question that was posted three times, of which the second is known; beside others that are none of its copies. */
async function tripled(inThread: boolean): Promise<Doubled> {
  const world = await startWorld();
  const { messenger } = world;
  const root = await messenger.draw(runDrawing, placeOf("run"));
  const place = { ...askPlace, ...(inThread && { threadTs: root.ts }) };
  await messenger.draw(ask, place);
  const { ts } = await messenger.draw(ask, place);
  await messenger.draw(ask, place);
  await messenger.draw(ask, { ...place, card: "ask:other" });
  await messenger.draw(ask, { ...place, thread: "f".repeat(32) });
  return { ...world, place, ts };
}

const named = ({ metadata }: Message): unknown => metadata?.event_payload;

test.each([false, true])(
  "the others of the same name are deleted and counted, and the known one is brought up to date (in a thread: %s)",
  async (inThread) => {
    const { messenger, messages, place, ts } = await tripled(inThread);
    expect(await messenger.draw(approved, { ...place, ts, mayHaveCopies: true })).toEqual({
      ...{ channel: deploys, ts, copies: 2 },
    });
    const left = await messages();
    expect(left).toHaveLength(4);
    expect(left[1]).toMatchObject({ ts, edited: true });
    expect(left[1]?.text).toMatch(/^Approved: /);
    expect(new Set(left.map((message) => JSON.stringify(named(message)))).size).toBe(4);
    // Looked at once more, there is nothing to tell.
    expect(await messenger.draw(approved, { ...place, ts, mayHaveCopies: true })).toEqual({
      ...{ channel: deploys, ts },
    });
  },
);

test("without a doubt nobody looks for others", async () => {
  const { messenger, messages, calls, place, ts } = await tripled(true);
  expect(await messenger.draw(approved, { ...place, ts })).toEqual({ channel: deploys, ts });
  expect(await messages()).toHaveLength(6);
  expect(await calls("conversations.replies")).toBe(0);
});

test.each(["cant_delete_message", "compliance_exports_prevent_deletion", "message_not_found"])(
  "when Slack answers the deletion of a copy with %s, the card is brought up to date all the same",
  async (error) => {
    const { messenger, messages, slack, place, ts } = await tripled(true);
    await createAdministrator(slack.url).faults({ kind: "refuse", method: "chat.delete", error, times: 1 });
    expect(await messenger.draw(approved, { ...place, ts, mayHaveCopies: true })).toMatchObject({
      ...{ ts, copies: 2 },
    });
    const left = await messages();
    expect(left).toHaveLength(5);
    expect(left.find((message) => message.ts === ts)?.text).toMatch(/^Approved: /);
  },
);

test("a deletion that Slack limits is tried again later, with everything else", async () => {
  const { messenger, messages, slack, place, ts } = await tripled(true);
  const limit = { kind: "rate-limit", method: "chat.delete", retryAfterSeconds: 7, times: 1 } as const;
  await createAdministrator(slack.url).faults(limit);
  const doubtful = { ...place, ts, mayHaveCopies: true };
  await expect(messenger.draw(approved, doubtful)).rejects.toMatchObject({
    ...{ name: "MessengerUnavailable", refused: true, retryAfterMs: 7_000 },
  });
  expect(await messages()).toHaveLength(6);
  expect(await messenger.draw(approved, doubtful)).toMatchObject({ ts, copies: 2 });
  expect(await messages()).toHaveLength(4);
});

test.each(["not_in_channel", "thread_not_found"])(
  "a card whose surroundings the app may not read (%s) stays where it is, and is brought up to date",
  async (error) => {
    const { messenger, messages, slack, place, ts } = await tripled(true);
    const refusal = { kind: "refuse", method: "conversations.replies", error, times: 1 } as const;
    await createAdministrator(slack.url).faults(refusal);
    const drawn = await messenger.draw(approved, { ...place, ts, mayHaveCopies: true });
    expect(drawn).toEqual({ channel: deploys, ts });
    const all = await messages();
    expect(all).toHaveLength(6);
    expect(all.find((message) => message.ts === ts)?.text).toMatch(/^Approved: /);
  },
);

test("a note is found and looked at, and never updated", async () => {
  const { messenger, messages, calls } = await startWorld();
  const place = placeOf(`note:${INTERRUPT}:2`);
  const { ts } = await messenger.draw(note, place);
  expect(await messenger.draw(note, { ...place, mayExist: true })).toEqual({ channel: deploys, ts });
  await messenger.draw(note, place);
  const looked = await messenger.draw(note, { ...place, ts, mayHaveCopies: true });
  expect(looked).toEqual({ channel: deploys, ts, copies: 1 });
  expect((await messages()).map((message) => message.ts)).toEqual([ts]);
  expect(await calls("chat.update")).toBe(0);
});

test("the message that the run's thread hangs on is not taken for a copy of the one that replaced it", async () => {
  const { messenger, messages, slack } = await startWorld();
  const { ts: root } = await messenger.draw(runDrawing, placeOf("run"));
  const closed = { kind: "refuse", method: "chat.update", error: "edit_window_closed", times: 1 } as const;
  await createAdministrator(slack.url).faults(closed);
  const newer = await messenger.draw(runDrawing, placeOf("run", { ts: root }));
  const place = placeOf("run", { ts: newer.ts, threadTs: root, mayHaveCopies: true });
  expect(await messenger.draw(runDrawing, place)).toEqual({ channel: deploys, ts: newer.ts, threadTs: root });
  expect((await messages()).map(({ ts }) => ts)).toEqual([root, newer.ts]);
});

test.each(["edit_window_closed", "cant_update_message"])(
  "a card in doubt that Slack lets nobody change any more (%s) stays as it is, and is not posted anew for a doubt",
  async (error) => {
    const { messenger, messages, slack, place, ts } = await tripled(true);
    await createAdministrator(slack.url).faults({ kind: "refuse", method: "chat.update", error, times: 1 });
    const drawn = await messenger.draw(ask, { ...place, ts, mayHaveCopies: true });
    expect(drawn).toEqual({ channel: deploys, ts, copies: 2 });
    expect(await messages()).toHaveLength(4);
  },
);
