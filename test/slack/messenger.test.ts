// Cards as they reach the local Slack over HTTP: posted once, redrawn in place, found again when an answer was lost.
import { expect, onTestFinished, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { MessengerUnavailable, NowhereToShow } from "../../src/runs/errors.ts";
import type { Drawing, Messenger, Place } from "../../src/runs/ports.ts";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import type { Fault, Message } from "../../src/local/slack/protocol.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { approvedByAna, decided, INTERRUPT, someApproval, someRun, THREAD } from "./fixtures.ts";
import { clientOf, type LocalSlackServer, startLocalSlack } from "./support.ts";
import { type Counted, counted } from "../support/counted.ts";

const { deploys } = SEED.channels;
/** The runs of the fixtures are of the past; a lost post is looked for since its run began. */
const run = someRun({ createdAt: new Date().toISOString() });
const runDrawing: Drawing = { kind: "run", run, approvals: [] };
const ask: Drawing = { kind: "ask", approval: someApproval(), run };
const purged: Drawing = {
  kind: "purged",
  run: { ...run, removed: { kind: "purged", at: run.createdAt, by: "otto", reason: "Her data." } },
};

function placeOf(card: string, change: Partial<Place> = {}): Place {
  return { team: SEED.teamId, thread: THREAD, card, channel: deploys, mayExist: false, ...change };
}

interface World {
  /** Where each drawing came to stand. */
  readonly messenger: { draw(...args: Parameters<Messenger["draw"]>): Promise<string> };
  readonly slack: LocalSlackServer;
  readonly relay: Relay;
  readonly metrics: Counted;
  messages(): Promise<readonly Message[]>;
  calls(): Promise<readonly string[]>;
}

async function startWorld(): Promise<World> {
  const slack = await startLocalSlack();
  const relay = await startRelay(slack.url);
  onTestFinished(() => relay.close());
  const metrics = counted();
  const messenger = createMessenger(clientOf(relay.url), {
    ...{ defaultChannel: SEED.channels.general, metrics },
  });
  return {
    ...{
      slack,
      metrics,
      relay,
      messenger: { draw: async (drawing, place) => (await messenger.draw(drawing, place)).ts },
    },
    messages: async () => (await slack.everything()).messages,
    calls: async () => (await slack.everything()).calls.map(({ method }) => method),
  };
}

test("a first drawing is posted without looking around, and says where it is", async () => {
  const { messenger, messages, calls, metrics } = await startWorld();
  const ts = await messenger.draw(runDrawing, placeOf("run"));
  expect(await calls()).toEqual(["chat.postMessage"]);
  expect(metrics.of("LookUp")).toEqual([]);
  const [message] = await messages();
  expect(message).toMatchObject({ ts, channel: deploys, user: SEED.users.bot, edited: false });
  expect(message?.threadTs).toBeUndefined();
  expect(message?.metadata).toEqual({
    event_type: "countersign_card",
    event_payload: { team: SEED.teamId, thread: THREAD, card: "run" },
  });
});

test("a question stands in the run's thread and in the channel, the closing reply in the thread only", async () => {
  const { messenger, messages } = await startWorld();
  const threadTs = await messenger.draw(runDrawing, placeOf("run"));
  await messenger.draw(ask, { ...placeOf(`ask:${INTERRUPT}`), threadTs });
  await messenger.draw({ kind: "outcome", run }, { ...placeOf("outcome"), threadTs });
  const [, question, outcome] = await messages();
  expect(question).toMatchObject({ threadTs, broadcast: true });
  expect(outcome).toMatchObject({ threadTs });
  expect(outcome?.broadcast).toBeUndefined();
});

test("a card that is known to exist is redrawn in place", async () => {
  const { messenger, messages, calls } = await startWorld();
  const place = placeOf(`ask:${INTERRUPT}`);
  const ts = await messenger.draw(ask, place);
  const drawing: Drawing = { kind: "ask", approval: decided(someApproval(), approvedByAna), run };
  expect(await messenger.draw(drawing, { ...place, ts })).toBe(ts);
  expect(await calls()).toEqual(["chat.postMessage", "chat.update"]);
  const all = await messages();
  expect(all).toHaveLength(1);
  expect(all[0]).toMatchObject({ ts, edited: true, metadata: { event_payload: { thread: THREAD } } });
  expect(all[0]?.text).toMatch(/^Approved: /);
});

test.each(["in the channel", "in the run's thread"])(
  "a post whose answer was lost is found again %s, and redrawn instead of posted twice",
  async (where) => {
    const { messenger, messages, relay, metrics } = await startWorld();
    const inThread =
      where === "in the channel" ? {} : { threadTs: await messenger.draw(runDrawing, placeOf("run")) };
    const place = placeOf(`ask:${INTERRUPT}`);
    relay.loseAnswers("chat.postMessage");
    await expect(messenger.draw(ask, { ...place, ...inThread })).rejects.toThrow(MessengerUnavailable);
    relay.restore();
    const lost = (await messages()).at(-1);
    const ts = await messenger.draw(ask, { ...place, mayExist: true, ...inThread });
    expect(ts).toBe(lost?.ts);
    expect([metrics.of("LookUp"), metrics.of("LookUpFound")]).toEqual([[1], [1]]);
    expect((await messages()).filter(({ text }) => text.startsWith("Approval needed"))).toHaveLength(1);
  },
);

test.each(["in the channel", "in the run's thread"])(
  "what was posted %s by somebody who did not hear of it is emptied once its run is purged",
  async (where) => {
    const { messenger, messages, calls } = await startWorld();
    const inThread =
      where === "in the channel" ? {} : { threadTs: await messenger.draw(runDrawing, placeOf("run")) };
    const place = { ...placeOf(`ask:${INTERRUPT}`, { isElsewhere: true }), ...inThread };
    const ts = await messenger.draw(ask, place);
    expect(await messenger.draw(purged, { ...place, mayExist: true })).toBe(ts);
    const found = (await messages()).find((message) => message.ts === ts);
    expect(found?.text).toMatch(/was purged/);
    expect(JSON.stringify(found?.blocks)).not.toContain("checkout");
    expect((await calls()).at(-1)).toBe("chat.update");
  },
);

test("where nothing of a purged run was posted, nothing is", async () => {
  const { messenger, messages } = await startWorld();
  const place = placeOf(`ask:${INTERRUPT}`, { isElsewhere: true, mayExist: true });
  await expect(messenger.draw(purged, place)).rejects.toThrow(NowhereToShow);
  expect(await messages()).toEqual([]);
});

test("other cards of the same run, and the same card of another run, are not taken for the lost one", async () => {
  const { messenger, messages, metrics } = await startWorld();
  const posted = [
    await messenger.draw(runDrawing, placeOf("run")),
    await messenger.draw(ask, placeOf(`ask:${INTERRUPT}`, { thread: "f".repeat(32) })),
  ];
  const ts = await messenger.draw(ask, placeOf(`ask:${INTERRUPT}`, { mayExist: true }));
  expect(posted).not.toContain(ts);
  expect([metrics.of("LookUp"), metrics.of("LookUpFound")]).toEqual([[1], []]);
  expect(await messages()).toHaveLength(3);
});

test("a message somebody deleted is posted again, and says where it is now", async () => {
  const { messenger, messages, slack } = await startWorld();
  const place = placeOf(`ask:${INTERRUPT}`);
  const ts = await messenger.draw(ask, place);
  await slack.web.chat.delete({ channel: deploys, ts });
  const again = await messenger.draw(ask, { ...place, ts });
  expect(again).not.toBe(ts);
  expect((await messages()).map((message) => message.ts)).toEqual([again]);
});

test.each([false, true])(
  "when the run's own message was deleted, the question is asked in the channel (may exist: %s)",
  async (mayExist) => {
    const { messenger, messages, slack } = await startWorld();
    const threadTs = await messenger.draw(runDrawing, placeOf("run"));
    await slack.web.chat.delete({ channel: deploys, ts: threadTs });
    const ts = await messenger.draw(ask, { ...placeOf(`ask:${INTERRUPT}`, { mayExist }), threadTs });
    const [question] = await messages();
    expect(question).toMatchObject({ ts });
    expect(question?.threadTs).toBeUndefined();
  },
);

test.each([
  ["posting", placeOf("run")],
  ["redrawing", placeOf("run", { ts: "1.0" })],
  ["looking for a lost post", placeOf("run", { mayExist: true })],
])("when Slack does not answer while %s, the card is behind and nothing else is thrown", async (_, place) => {
  const { messenger, relay } = await startWorld();
  relay.cut();
  const failed = await messenger.draw(runDrawing, place).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(MessengerUnavailable);
  expect((failed as Error).cause).toBeInstanceOf(Error);
});

test("a run asked for where the app cannot post stands in the default channel, with its thread, and says where it came from", async () => {
  const { slack, relay } = await startWorld();
  const messenger = createMessenger(clientOf(relay.url), { defaultChannel: SEED.channels.general });
  const elsewhere = { ...run, channel: SEED.channels.random };
  const place = { ...placeOf("run"), channel: SEED.channels.random };
  const placed = await messenger.draw({ kind: "run", run: elsewhere, approvals: [] }, place);
  expect(placed.channel).toBe(SEED.channels.general);
  const inThread = { ...placeOf(`ask:${INTERRUPT}`), channel: placed.channel, threadTs: placed.ts };
  expect(await messenger.draw({ ...ask, run: elsewhere }, inThread)).toMatchObject({
    channel: SEED.channels.general,
  });
  const [message, question] = (await slack.everything()).messages;
  expect(JSON.stringify(message?.blocks)).toContain(
    `Asked for in <#${SEED.channels.random}>, where I can't post.`,
  );
  expect(question).toMatchObject({ threadTs: placed.ts });
});

test("when the default channel cannot be written to either, the error carries Slack's own word for why", async () => {
  const { relay } = await startWorld();
  const messenger = createMessenger(clientOf(relay.url), { defaultChannel: SEED.channels.random });
  const place = { ...placeOf("run"), channel: "C0NOWHERE" };
  await expect(messenger.draw(runDrawing, place)).rejects.toThrow(MessengerUnavailable);
  await expect(messenger.draw(runDrawing, place)).rejects.toThrow(/not_in_channel/);
});

test("when the channel of a card was archived, the card stands in the default channel from then on", async () => {
  const { messenger, messages, slack } = await startWorld();
  const ts = await messenger.draw(runDrawing, placeOf("run"));
  await createAdministrator(slack.url).change({ kind: "archive", channel: deploys, archived: true });
  const moved = await messenger.draw(runDrawing, placeOf("run", { ts }));
  expect(moved).not.toBe(ts);
  expect((await messages()).map(({ channel }) => channel)).toEqual([deploys, SEED.channels.general]);
});

test.each(["edit_window_closed", "cant_update_message"])(
  "a card that Slack lets nobody change any more (%s) is posted anew in the run's thread, and the old message stays as it is",
  async (error) => {
    const { messenger, messages, slack } = await startWorld();
    const threadTs = await messenger.draw(runDrawing, placeOf("run"));
    const place = { ...placeOf(`ask:${INTERRUPT}`), threadTs };
    const ts = await messenger.draw(ask, place);
    await createAdministrator(slack.url).faults({ kind: "refuse", method: "chat.update", error, times: 1 });
    const drawing: Drawing = { kind: "ask", approval: decided(someApproval(), approvedByAna), run };
    const anew = await messenger.draw(drawing, { ...place, ts, mayExist: true });
    const [, old, card] = await messages();
    expect(old).toMatchObject({ ts, edited: false });
    expect(old?.text).toMatch(/^Approval needed/);
    expect(card).toMatchObject({ ts: anew, threadTs, broadcast: true });
    expect(card?.text).toMatch(/^Approved: /);
    // From now on it is this one that is brought up to date.
    expect(await messenger.draw(ask, { ...place, ts: anew })).toBe(anew);
    expect(await messages()).toHaveLength(3);
  },
);

test("the run's own card that cannot be changed any more is posted anew in its own thread, where everything else goes on", async () => {
  const { slack, relay, messages } = await startWorld();
  const messenger = createMessenger(clientOf(relay.url), { defaultChannel: SEED.channels.general });
  const { ts } = await messenger.draw(runDrawing, placeOf("run"));
  const { faults } = createAdministrator(slack.url);
  const closed = { kind: "refuse", method: "chat.update", error: "edit_window_closed", times: 1 } as const;
  await faults(closed);
  const anew = await messenger.draw(runDrawing, placeOf("run", { ts }));
  expect(anew).toMatchObject({ threadTs: ts });
  await faults(closed);
  const again = await messenger.draw(runDrawing, placeOf("run", { ts: anew.ts, threadTs: ts }));
  expect(again).toMatchObject({ threadTs: ts });
  expect((await messages()).map(({ threadTs }) => threadTs)).toEqual([undefined, ts, ts]);
});

test.each<[string, Fault]>([
  [
    "cannot be changed any more",
    { kind: "refuse", method: "chat.update", error: "edit_window_closed", times: 2 },
  ],
  ["was deleted", { kind: "refuse", method: "chat.update", error: "message_not_found", times: 2 }],
])(
  "when the answer to posting a card anew that %s is lost, it is found again and not posted twice",
  async (_, fault) => {
    const { messenger, messages, slack, relay } = await startWorld();
    const ts = await messenger.draw(runDrawing, placeOf("run"));
    await createAdministrator(slack.url).faults(fault);
    relay.loseAnswers("chat.postMessage");
    const place = placeOf("run", { ts });
    await expect(messenger.draw(runDrawing, place)).rejects.toMatchObject({ refused: false });
    relay.restore();
    const lost = (await messages()).at(-1);
    expect(await messenger.draw(runDrawing, place)).toBe(lost?.ts);
    expect(await messages()).toHaveLength(2);
  },
);

test("when the answer to posting a card of an archived channel in the default channel is lost, it is found there again", async () => {
  const { messenger, messages, slack, relay } = await startWorld();
  const ts = await messenger.draw(runDrawing, placeOf("run"));
  await createAdministrator(slack.url).change({ kind: "archive", channel: deploys, archived: true });
  relay.loseAnswers("chat.postMessage");
  await expect(messenger.draw(runDrawing, placeOf("run", { ts }))).rejects.toThrow(MessengerUnavailable);
  relay.restore();
  await messenger.draw(runDrawing, placeOf("run", { ts }));
  expect((await messages()).map(({ channel }) => channel)).toEqual([deploys, SEED.channels.general]);
});

test.each(["token_revoked", "invalid_auth", "account_inactive", "missing_scope"])(
  "%s is to be mended by somebody, and the error says how",
  async (error) => {
    const { messenger, slack } = await startWorld();
    await createAdministrator(slack.url).faults({ kind: "refuse", error, times: 1 });
    await expect(messenger.draw(runDrawing, placeOf("run"))).rejects.toMatchObject({
      ...{ refused: true, needsRepair: true },
      message: expect.stringMatching(new RegExp(`${error}\\. .*Install (the app|it) again`)) as string,
    });
  },
);

test("when neither the channel nor the default channel takes messages, the error names both and says what to do", async () => {
  const { slack, messenger } = await startWorld();
  const { change } = createAdministrator(slack.url);
  for (const channel of [deploys, SEED.channels.general])
    await change({ kind: "archive", channel, archived: true });
  await expect(messenger.draw(runDrawing, placeOf("run"))).rejects.toMatchObject({
    needsRepair: true,
    message: `The message could not be written: is_archived. Neither the channel ${deploys} nor the default channel ${SEED.channels.general} takes messages, so nobody sees the cards. Unarchive one of them and invite the app, or name another channel in SLACK_DEFAULT_CHANNEL.`,
  });
  const inDefault = placeOf("run", { channel: SEED.channels.general });
  await expect(messenger.draw(runDrawing, inDefault)).rejects.toThrow(
    `The default channel ${SEED.channels.general} takes no messages`,
  );
});

test("a refusal of Slack is told apart from no answer, for other cards may still be taken", async () => {
  const { messenger, slack, relay } = await startWorld();
  const failed = () =>
    messenger.draw(runDrawing, placeOf("run")).catch((error: unknown) => error as MessengerUnavailable);
  await createAdministrator(slack.url).faults({ kind: "rate-limit", retryAfterSeconds: 7, times: 1 });
  expect(await failed()).toMatchObject({
    ...{ refused: true, retryAfterMs: 7_000, needsRepair: false },
    message: "The message could not be written: ratelimited.",
  });
  relay.cut();
  expect(await failed()).toMatchObject({ refused: false });
});
