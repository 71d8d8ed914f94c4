// "@Countersign …" in a message: the same as the command, also in threads, answered where it was written and to its writer alone.
import { expect, test } from "vitest";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import { startDoor } from "../slack/support.ts";
import { doorWith, openRun, question, wholeOf } from "../support/commands.ts";
import { signed } from "../support/deliver.ts";
import { DEPLOYS, messageLike, pendingCard, startSystem, told } from "../support/system.ts";

const { users, channels } = SEED;

/** A thread of people's own, in a channel that the app is in. */
async function threadIn(person: LocalPerson, channel: string = DEPLOYS): Promise<string> {
  await person.say(channel, "Is checkout out yet?");
  return (await person.messages(channel)).at(-1)?.ts ?? "";
}

async function answerIn(person: LocalPerson, text: string, threadTs?: string): Promise<Message> {
  const before = (await person.ephemerals()).length;
  expect(await person.say(DEPLOYS, text, threadTs)).toMatchObject({ answer: { kind: "ok" } });
  return person.waitFor(
    ({ messages }) => messages.filter(({ visibleTo }) => visibleTo === person.id)[before],
  );
}

test("a mention in a thread is answered in that thread, and only to who wrote it", async () => {
  const run = openRun("1a2b3c");
  const { slack } = await doorWith([run], [question(run, "Deploy checkout to prod")]);
  const [bo, rita] = [slack.person(users.bo), slack.person(users.rita)];
  const threadTs = await threadIn(bo);
  const said = await answerIn(bo, "@countersign pending", threadTs);
  expect(said).toMatchObject({ threadTs, channel: DEPLOYS, visibleTo: users.bo });
  expect(said.text).toMatch(/^Waiting for your decision: 1\n• \*Deploy checkout to prod\*/);
  expect((await rita.thread(DEPLOYS, threadTs)).map(({ user }) => user)).toEqual([users.bo, users.bo]);
  expect((await slack.everything()).calls.map(({ method }) => method)).not.toContain("chat.postMessage");
});

test.each([
  ["beside a thread", "@countersign status r-1a2b3c", /^🟠 \*deploy\* r-1a2b3c/],
  ["behind other words", "hi @countersign status r-1a2b3c", /^🟠 \*deploy\* r-1a2b3c/],
  ["at the end", "status r-1a2b3c @countersign", /^🟠 \*deploy\* r-1a2b3c/],
  ["alone", "@countersign", /^Type these behind `@Countersign`/],
  [
    "with a word nobody knows",
    "@countersign pendign",
    /^I don't know “pendign”\. Did you mean `@Countersign pending`\?/,
  ],
])("a mention %s is read as a command", async (_, text, answer) => {
  const run = openRun("1a2b3c");
  const { slack } = await doorWith([run], [question(run, "Deploy checkout")]);
  const said = await answerIn(slack.person(users.rita), text);
  expect(said.text).toMatch(answer);
  expect(said.threadTs).toBeUndefined();
});

test.each([
  ["list", /^\*deploy\*: /m],
  ["help", /^Type these behind `@Countersign`/],
  ["status", /^Your runs that are not over: 1 failed/],
  ["pending all", /^Waiting for a decision, as far as you may see: 1/],
  ["show r-1a2b3c", /^⚠️ \*deploy\* r-1a2b3c/],
  ["history r-1a2b3c", /^History of deploy r-1a2b3c/],
  ["audit r-1a2b3c", /^Audit of deploy r-1a2b3c/],
  ["audit r-1a2b3c export", /^I sent you the whole history of r-1a2b3c/],
  ["cancel r-1a2b3c too late", /^Cancelled r-1a2b3c/],
  ["retry r-1a2b3c", /^Retrying r-1a2b3c/],
  ["replay r-1a2b3c", /^Replaying \*deploy\* r-1a2b3c as r-/],
])("behind a mention %s does what it does behind the command", async (text, words) => {
  const run = openRun("1a2b3c", { requester: users.ana, status: { kind: "failed", error: "No." } });
  const { slack } = await doorWith([run], [question(run, "Deploy checkout")]);
  expect((await answerIn(slack.person(users.ana), `@countersign ${text}`)).text).toMatch(words);
});

test("a run that is started from a thread has its own message in the channel", async () => {
  const { rita, ana } = await startSystem();
  const threadTs = await threadIn(rita);
  const text = "@countersign run deploy service=checkout version=v2.4.1 env=prod";
  expect((await answerIn(rita, text, threadTs)).text).toMatch(/^Started \*deploy\* as r-/);
  const card = await messageLike(rita, /^deploy r-/);
  expect(card.threadTs).toBeUndefined();
  expect((await pendingCard(ana)).threadTs).toBe(card.ts);
});

test("a mention that Slack delivers again, also under another id, starts one run", async () => {
  const { rita, administrator, untilIdle } = await startSystem();
  await administrator.faults({ kind: "deliver-twice", type: "app_mention", times: 1 });
  await rita.say(DEPLOYS, "@countersign run deploy service=checkout version=v2.4.1 env=prod");
  await messageLike(rita, /^deploy r-/);
  await untilIdle();
  const runs = (await rita.messages(DEPLOYS)).filter(({ text }) => /^deploy r-/.test(text));
  expect(runs).toHaveLength(1);
});

test("with fields missing it answers with a button, which opens the form, and the run goes to that channel", async () => {
  const { rita, ana } = await startSystem();
  const threadTs = await threadIn(rita, channels.general);
  await rita.say(channels.general, "@countersign run deploy service=checkout env=prod", threadTs);
  const said = await told(
    rita,
    /^Couldn't start \*deploy\*; nothing was started\.\n• `version`: This is required\./,
  );
  await rita.click(said, "Fill in the form…");
  const form = await rita.waitFor(({ views }) => views.at(-1));
  expect(JSON.stringify(form.blocks)).toContain('"initial_value":"checkout"');
  await rita.submit(form, { "arg:version": "v2.4.1" });
  expect((await pendingCard(ana)).channel).toBe(channels.general);
});

test.each([
  ["a guest", users.gus],
  ["somebody of another company", users.eve],
])("%s who mentions it sees nothing of any run", async (_, user) => {
  const run = openRun("1a2b3c", { channel: DEPLOYS, requester: user });
  const { slack, records } = await doorWith([run], [question(run, "Deploy checkout")]);
  const person = slack.person(user);
  for (const text of ["pending all", "status", "show r-1a2b3c", "cancel r-1a2b3c", "list"])
    expect((await answerIn(person, `@countersign ${text}`)).text).toBe(
      "Only full members of this workspace can see and start runs.",
    );
  expect((await answerIn(person, "@countersign run deploy service=a version=v1.0.0 env=prod")).text).toMatch(
    /^Only full members of this workspace can start runs\./,
  );
  expect((await records.run(run))?.status).toEqual({ kind: "waiting" });
});

const event = (change: object): object => ({
  ...{ type: "event_callback", team_id: SEED.teamId, event_id: "Ev1", event_time: 1 },
  event: {
    ...{ type: "app_mention", user: users.rita, channel: DEPLOYS, ts: "1.000001", event_ts: "1.000001" },
    ...{ text: `<@${users.bot}> status`, ...change },
  },
});

test.each([
  ["of a bot", { bot_id: "B0OTHER" }],
  ["of the app itself", { user: users.bot }],
  ["that was edited", { edited: { user: users.rita, ts: "2.000001" } }],
  ["of no kind that a person writes", { subtype: "bot_message" }],
  ["of nobody", { user: undefined }],
  ["without words", { text: undefined }],
])("a message %s is not answered", async (_, change) => {
  const door = await startDoor();
  const { status } = await door.send(signed("application/json", JSON.stringify(event(change))));
  expect(status).toBe(200);
  expect((await door.slack.everything()).calls).toEqual([]);
});

test.each([
  ["http_timeout", 0],
  ["connection_failed", 1],
  ["http_error", 1],
])(
  "a mention that comes again for %s is answered %i times: only what timed out was with us",
  async (reason, times) => {
    const run = openRun("1a2b3c");
    const door = await doorWith([run]);
    const { body, headers } = signed(
      "application/json",
      JSON.stringify(event({ text: `<@${users.bot}> audit r-1a2b3c export` })),
    );
    const again = { "x-slack-retry-num": "1", "x-slack-retry-reason": reason };
    expect((await door.send({ body, headers: { ...headers, ...again } })).status).toBe(200);
    const methods = (await door.slack.everything()).calls.map(({ method }) => method);
    expect(methods.filter((method) => method === "chat.postEphemeral")).toHaveLength(times);
    expect(methods.filter((method) => method === "files.completeUploadExternal")).toHaveLength(times);
  },
);

test("a message that does not mention the app is not sent to it, nor one where it is not a member or in a direct message", async () => {
  const { slack } = await startDoor();
  const rita = slack.person(users.rita);
  await rita.say(DEPLOYS, "countersign status, and @ana");
  await rita.say(channels.random, "@countersign status");
  const im = await rita.openIm(users.bot);
  if (im.ok) await rita.say(im.channel, "@countersign status");
  expect((await slack.everything()).deliveries).toEqual([]);
});

test("where Slack takes no answer the mention is done all the same, and it is logged", async () => {
  const run = openRun("1a2b3c");
  const door = await doorWith([run]);
  await door.slack.person(users.ana).say(DEPLOYS, "hello");
  const refused = event({ user: users.eve, channel: channels.general, text: `<@${users.bot}> help` });
  const { status } = await door.send(signed("application/json", JSON.stringify(refused)));
  expect(status).toBe(200);
  expect(door.logLines.join("\n")).toContain("A mention could not be answered.");
});

test("what others wrote comes back as text in the answer to a mention", async () => {
  const { slack } = await startDoor();
  const said = await answerIn(slack.person(users.rita), "@countersign show <!channel>*bold* @ana");
  expect(wholeOf(said)).not.toMatch(/<!|<@|\*bold/);
});
