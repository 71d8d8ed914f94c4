// /countersign key: operators create, rotate, list and revoke API keys, and a token is shown once, to who asked for it.
import { expect, test } from "vitest";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { authenticate, hashOf } from "../../src/runs/api-keys.ts";
import { type Addresses, type Door, startDoor } from "../slack/support.ts";
import { answer, openRun, store, wholeOf } from "../support/commands.ts";
import { overhear, type Overheard } from "../support/overhear.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { DEPLOYS } from "../support/system.ts";

const { users, groups, teamId: team } = SEED;
const CREATE = "key create name=ci owner=@rita scopes=start,read";
const NOT_ALLOWED = `API keys are for the operators of this app: <!subteam^${groups.ops}>. Nothing was changed.`;
const DAY_MS = 24 * 3_600_000;

/** Ana is an operator. */
const told = async (door: Door, text: string, user: string = users.ana): Promise<string> =>
  (await answer(door, user, text)).text.replaceAll(/<!date[^>]+>/g, "then");

function tokenIn(message: Message): string {
  const [token = "", ...others] = wholeOf(message).match(/csk_[a-z0-9-]+_[A-Za-z0-9_-]{43}/g) ?? [];
  expect(others).toEqual([]);
  return token;
}

async function tokenBy(door: Door, text: string): Promise<string> {
  return tokenIn(await answer(door, users.ana, text));
}

async function counts({ apiKeys }: Door, token: string, nowMs = Date.now()): Promise<boolean> {
  const now = new Date(nowMs).toISOString();
  return (await authenticate(apiKeys, { team, token, now })).kind === "key";
}

test("an operator creates a key and is shown its token once, with what to do with it, and nobody else is", async () => {
  const door = await startDoor();
  const said = await answer(door, users.ana, CREATE);
  const token = tokenIn(said);
  expect(token).toMatch(/^csk_ci_/);
  expect(said.visibleTo).toBe(users.ana);
  expect(said.text).toBe(
    "Created the API key `ci` of <@U0RITA>: start and read. What it starts counts as started by them.\nIts token is below. It is kept nowhere and cannot be shown again, so put it where you keep secrets now.",
  );
  expect(wholeOf(said)).toContain("`Authorization: Bearer csk_ci_…`");
  expect(await authenticate(door.apiKeys, { team, token, now: new Date().toISOString() })).toMatchObject({
    kind: "key",
    key: { name: "ci", owner: users.rita, scopes: ["start", "read"], createdBy: users.ana },
  });
  expect((await door.slack.everything()).calls.map(({ method }) => method)).not.toContain("chat.postMessage");
  expect(JSON.stringify(await door.slack.person(users.bo).snapshot())).not.toContain(token);
  expect(wholeOf(await answer(door, users.ana, "key list"))).not.toContain(token.slice(-43));
});

test("a key that is rotated has another token, and the one before counts for a day, or ends at once", async () => {
  let nowMs = Date.now();
  const door = await startDoor(() => nowMs);
  const first = await tokenBy(door, CREATE);
  const rotated = await answer(door, users.ana, "key rotate ci");
  const second = tokenIn(rotated);
  expect(rotated.text.replace(/<!date[^>]+>/, "then")).toMatch(
    /^Rotated the API key `ci` of <@U0RITA>\. The token before counts until then; `\/countersign key rotate ci now` ends it at once\.\nIts token is below\./,
  );
  for (const token of [first, second]) expect(await counts(door, token, nowMs)).toBe(true);
  expect(await told(door, "key list")).toContain("its token before counts until then");
  nowMs += DAY_MS;
  await createAdministrator(door.slack.url).advance(DAY_MS / 1_000);
  expect([await counts(door, first, nowMs), await counts(door, second, nowMs)]).toEqual([false, true]);
  expect(await told(door, "key list")).not.toContain("its token before");
  const last = await answer(door, users.ana, "key rotate ci now");
  expect(last.text).toContain("The token before counts no more.");
  expect([await counts(door, second, nowMs), await counts(door, tokenIn(last), nowMs)]).toEqual([
    false,
    true,
  ]);
});

test("a key that is revoked counts no more, and neither it nor its name comes back", async () => {
  const door = await startDoor();
  const token = await tokenBy(door, CREATE);
  expect(await told(door, "key revoke ci")).toBe(
    "Revoked the API key `ci` of <@U0RITA>. None of its tokens counts any more, and its name is not used again. What it has started goes on.",
  );
  expect(await counts(door, token)).toBe(false);
  const before = "The API key `ci` was revoked before, by <@U0ANA> (then).";
  expect(await told(door, "key revoke ci")).toBe(`${before} Nothing was changed.`);
  expect(await told(door, "key rotate ci")).toBe(
    `${before} It can't be rotated; create another key under another name. Nothing was changed.`,
  );
  expect(await told(door, CREATE)).toBe(
    "There was an API key `ci`, which <@U0ANA> revoked (then). Histories name it, so its name is not used again. Nothing was created; choose another name.",
  );
  expect(await counts(door, token)).toBe(false);
});

test("keys are listed with whose they are, what for, and what became of them; those that count first", async () => {
  const door = await startDoor();
  const none = await told(door, "key");
  expect(none).toBe(
    "There are no API keys yet. `/countersign key create name=ci owner=@rita scopes=start,read` creates one.",
  );
  await tokenBy(door, CREATE);
  await tokenBy(door, "key create name=nightly owner=@bo scopes=audit");
  await tokenBy(door, "key rotate nightly now");
  await told(door, "key revoke ci");
  expect(await told(door, "key list")).toBe(
    [
      "API keys: 1",
      "• `nightly` of <@U0BO>: audit · created by <@U0ANA> (then) · rotated by <@U0ANA> (then)",
      "• `ci` of <@U0RITA>: start and read · created by <@U0ANA> (then) · revoked by <@U0ANA> (then)",
      "Another one: `/countersign key create name=ci owner=@rita scopes=start,read`",
    ].join("\n"),
  );
});

test.each([
  ["a member who is no operator", users.otto],
  ["an approver", users.bo],
  ["the owner", users.rita],
  ["a guest", users.gus],
  ["somebody of another company", users.eve],
])("%s is refused, and nothing changes", async (_, user) => {
  const door = await startDoor();
  const token = await tokenBy(door, CREATE);
  const before = await door.apiKeys.keys(team);
  for (const text of [
    "key",
    "key list",
    CREATE,
    "key rotate ci",
    "key rotate ci now",
    "key revoke ci",
    "key revoke no",
  ])
    expect(await told(door, text, user)).toBe(NOT_ALLOWED);
  expect(await door.apiKeys.keys(team)).toEqual(before);
  expect(await counts(door, token)).toBe(true);
});

test("an operator who is one no longer is refused", async () => {
  let nowMs = Date.now();
  const door = await startDoor(() => nowMs);
  await tokenBy(door, CREATE);
  await createAdministrator(door.slack.url).change({
    kind: "group",
    group: groups.ops,
    user: users.ana,
    isMember: false,
  });
  nowMs += 60_000;
  expect(await told(door, "key rotate ci")).toBe(NOT_ALLOWED);
});

test.each([
  [
    "key creat name=ci",
    "I don't know “creat”. Did you mean `/countersign key create`? `/countersign help` lists everything.",
  ],
  [
    "key revok ci",
    "I don't know “revok”. Did you mean `/countersign key revoke`? `/countersign help` lists everything.",
  ],
  [
    "key rotate cii",
    "There is no API key “cii”. Did you mean `/countersign key rotate ci`? `/countersign key list` lists all of them. Nothing was changed.",
  ],
  [
    "key revoke ci-2",
    "There is no API key “ci-2”. Did you mean `/countersign key revoke ci`? `/countersign key list` lists all of them. Nothing was changed.",
  ],
  [
    "key rotate ci soon",
    "Please write `/countersign key rotate ci`, with `now` behind it if the token before is to end at once. Nothing was changed.",
  ],
  [
    "key rotate",
    "Please write `/countersign key rotate ci`, with `now` behind it if the token before is to end at once. Nothing was changed.",
  ],
  ["key revoke ci really", "Please write `/countersign key revoke ci`. Nothing was changed."],
  [
    "key create ci",
    'I don\'t understand “ci”: write each field once as name=value, with "quotes" around spaces.',
  ],
])("%s changes nothing, and the answer says what to write", async (text, expected) => {
  const door = await startDoor();
  const token = await tokenBy(door, CREATE);
  expect(await told(door, text)).toBe(expected);
  expect(await door.apiKeys.keys(team)).toMatchObject([{ name: "ci", version: 1 }]);
  expect(await counts(door, token)).toBe(true);
});

const NAME = "lower-case letters, digits and dashes, beginning with a letter, 40 at the most";
const OWNER = "a member of this workspace: choose them from the list behind @, or write their member ID";
const SCOPES = "start, read, decide, cancel, audit";

test.each([
  ["name=ci owner=@rita", `• \`scopes\`: This is required: some of ${SCOPES}, with commas between them.`],
  ["owner=@rita scopes=read", `• \`name\`: This is required: ${NAME}.`],
  ["name=ci scopes=read", `• \`owner\`: This is required: ${OWNER}.`],
  ["name=Ci owner=@rita scopes=read", `• \`name\`: Must be ${NAME}.`],
  ["name=c_i owner=@rita scopes=read", `• \`name\`: Must be ${NAME}.`],
  [`name=${"c".repeat(41)} owner=@rita scopes=read`, `• \`name\`: Must be ${NAME}.`],
  ["name=ci owner=rita scopes=read", `• \`owner\`: Must be ${OWNER}.`],
  ["name=ci owner=@oncall scopes=read", `• \`owner\`: Must be ${OWNER}.`],
  [
    "name=ci owner=@rita scopes=read,strat",
    `• \`scopes\`: There is no scope “strat”. Did you mean start? They are ${SCOPES}.`,
  ],
  [
    "name=ci owner=@rita scope=read",
    `• \`scope\`: There is no such field. Did you mean scopes?\n• \`scopes\`: This is required: some of ${SCOPES}, with commas between them.`,
  ],
])("key create %s says at each field what is wrong, and creates nothing", async (fields, problems) => {
  const door = await startDoor();
  expect(await told(door, `key create ${fields}`)).toBe(
    `No key was created.\n${problems}\nTry: \`/countersign key create name=ci owner=@rita scopes=start,read\``,
  );
  expect(await door.apiKeys.keys(team)).toEqual([]);
});

test.each([
  ["@gus", "This owner is a guest, and keys belong to full members of this workspace. Nothing was created."],
  [
    "@eve",
    "This owner is of another workspace, and keys belong to full members of this one. Nothing was created.",
  ],
  ["U0NOBODY", "I don't know this owner as a member of this workspace. Nothing was created."],
  ["@countersign", "I don't know this owner as a member of this workspace. Nothing was created."],
])("a key of %s is not created", async (owner, expected) => {
  const door = await startDoor();
  expect(await told(door, `key create name=ci owner=${owner} scopes=read`)).toBe(expected);
  expect(await door.apiKeys.keys(team)).toEqual([]);
});

test("a name that is taken is told with its owner, and its token counts on; scopes named twice count once", async () => {
  const door = await startDoor();
  const token = await tokenBy(door, "key create name=ci owner=U0RITA scopes=read,read,start");
  expect(await door.apiKeys.key(team, "ci")).toMatchObject({ scopes: ["read", "start"] });
  expect(await told(door, CREATE)).toBe(
    "There is an API key `ci` already, of <@U0RITA>. Nothing was created; choose another name, or make another token with `/countersign key rotate ci`.",
  );
  expect(await counts(door, token)).toBe(true);
});

test("a token that is written in place of a name is not repeated", async () => {
  const door = await startDoor();
  const token = await tokenBy(door, CREATE);
  const said = await told(door, `key revoke ${token}`);
  expect(said).toBe(
    "That is a token; a key is called by its name, which stands in it behind csk_. Did you mean `/countersign key revoke ci`? `/countersign key list` lists all of them. Nothing was changed.",
  );
  expect(door.logLines.join("")).not.toContain(token);
});

async function mentioned(door: Door, text: string, user: string = users.ana): Promise<Message> {
  const person = door.slack.person(user);
  const before = (await person.ephemerals()).length;
  await person.say(DEPLOYS, `@countersign ${text}`);
  return person.waitFor(({ messages }) => messages.filter(({ visibleTo }) => visibleTo === user)[before]);
}

test("a mention shows no token: it says where to ask for one, and changes nothing; it lists and revokes", async () => {
  const door = await startDoor();
  const refusal = (what: string): string =>
    `A token is shown once, and a mention can reach me twice. Nothing was changed; please type \`/countersign key ${what} …\` into the message field of a channel.`;
  expect((await mentioned(door, CREATE)).text).toBe(refusal("create"));
  const token = await tokenBy(door, CREATE);
  expect((await mentioned(door, "key rotate ci")).text).toBe(refusal("rotate"));
  expect(await counts(door, token)).toBe(true);
  expect((await mentioned(door, "key")).text).toMatch(/^API keys: 1\n• `ci` of <@U0RITA>/);
  expect((await mentioned(door, "key", users.otto)).text).toBe(NOT_ALLOWED);
  expect((await mentioned(door, "key revoke ci")).text).toMatch(/^Revoked the API key `ci`/);
  expect(await counts(door, token)).toBe(false);
});

test("no token is in the log, in the table, or in what the app sends, but in the answers alone", async () => {
  const ears: Overheard[] = [];
  const between = async (addresses: Addresses): Promise<Addresses> => {
    const [slack, dynamo] = await Promise.all([overhear(addresses.slackUrl), overhear(addresses.dynamoUrl)]);
    ears.push(slack, dynamo);
    return { ...addresses, slackUrl: slack.url, dynamoUrl: dynamo.url };
  };
  const door = await startDoor(Date.now, { between });
  await store(door, [openRun("1a2b3c", { requester: users.ana })]);
  const tokens = [
    await tokenBy(door, CREATE),
    await tokenBy(door, "key rotate ci"),
    await tokenBy(door, "key rotate ci now"),
  ];
  await told(door, "key list");
  await told(door, "cancel r-1a2b3c");
  await told(door, "key revoke ci");
  const sent = ears.flatMap((ear) => ear.asked()).map(({ body }) => body);
  const everywhere = [...sent, ...door.logLines, await door.kept()].join("\n");
  const secrets = tokens.map((token) => token.slice("csk_ci_".length));
  expect(everywhere).toContain(hashOf(secrets[0] ?? ""));
  expect(door.logLines.join("")).toContain("An API key was rotated.");
  for (const secret of secrets) expect(everywhere).not.toContain(secret);
  await Promise.all(ears.map((ear) => ear.close()));
});

test("when the database does not answer, it is said whether a key may have been changed, and how to have a token all the same", async () => {
  const relays: Relay[] = [];
  const door = await startDoor(Date.now, {
    between: async (addresses) => {
      const relay = await startRelay(addresses.dynamoUrl);
      relays.push(relay);
      return { ...addresses, dynamoUrl: relay.url };
    },
  });
  const [relay] = relays;
  relay?.loseAnswers();
  expect(await told(door, CREATE)).toBe(
    "I couldn't confirm that this was recorded: the database stopped answering. `/countersign key list` says how things stand; a key whose token you have not seen gets another one by `/countersign key rotate`.",
  );
  relay?.restore();
  expect(await counts(door, await tokenBy(door, "key rotate ci now"))).toBe(true);
  relay?.cut();
  expect(await told(door, "key list")).toMatch(/^The database did not answer\. Nothing was changed/);
  await relay?.close();
});
