// Who people are, asked of the local Slack over HTTP: every kind of account, how long an answer is kept, and that a failure never is.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { SEED } from "../../src/local/slack/seed.ts";
import { DirectoryUnavailable } from "../../src/runs/errors.ts";
import { type CachedDirectory, createDirectory } from "../../src/slack/directory.ts";
import { type Relay, startRelay } from "../support/relay.ts";
import { clientOf, type LocalSlackServer, startLocalSlack } from "./support.ts";

const { users, groups } = SEED;

interface World {
  readonly directory: CachedDirectory;
  readonly slack: LocalSlackServer;
  readonly relay: Relay;
  readonly clock: { ms: number };
  /** The names of the methods called since the last time. */
  calls(): Promise<readonly string[]>;
}

async function startWorld(): Promise<World> {
  const slack = await startLocalSlack();
  const relay = await startRelay(slack.url);
  onTestFinished(() => relay.close());
  const clock = { ms: 1_000_000 };
  const directory = createDirectory(clientOf(relay.url), { team: SEED.teamId, nowMs: () => clock.ms });
  let seen = 0;
  return {
    ...{ directory, slack, relay, clock },
    async calls(): Promise<readonly string[]> {
      const { calls } = await slack.everything();
      const fresh = calls.slice(seen).map(({ method }) => method);
      seen = calls.length;
      return fresh;
    },
  };
}

test.each([
  ["a member", users.ana, { kind: "member", id: users.ana, groups: [groups.oncall, groups.ops] }],
  ["a member of one group", users.bo, { kind: "member", id: users.bo, groups: [groups.oncall] }],
  ["a member of no group", users.otto, { kind: "member", id: users.otto, groups: [] }],
  ["a guest", users.gus, { kind: "guest", id: users.gus }],
  ["somebody from another company", users.eve, { kind: "external", id: users.eve }],
  ["somebody nobody knows", "U0NOBODY", { kind: "unknown", id: "U0NOBODY" }],
  ["the app itself", users.bot, { kind: "unknown", id: users.bot }],
  ["another bot", users.slackbot, { kind: "unknown", id: users.slackbot }],
])("%s is known for what they are", async (_, id, person) => {
  const { directory } = await startWorld();
  expect(await directory.person(id, [groups.oncall, groups.ops])).toEqual(person);
});

test("only the groups that were asked for are named", async () => {
  const { directory, calls } = await startWorld();
  expect(await directory.person(users.ana, [groups.ops])).toMatchObject({ groups: [groups.ops] });
  expect(await directory.person(users.ana, [])).toMatchObject({ groups: [] });
  expect(await calls()).toEqual(["users.info", "usergroups.users.list"]);
});

test("a group whose members have changed is asked for again at once, also when that was heard while it was asked for", async () => {
  const { directory, calls } = await startWorld();
  const ask = (): Promise<unknown> => directory.person(users.ana, [groups.oncall, groups.ops]);
  await ask();
  directory.forgetGroup(groups.oncall);
  const asking = ask();
  directory.forgetGroup(groups.oncall);
  await asking;
  await calls();
  await ask();
  expect(await calls()).toEqual(["usergroups.users.list"]);
});

test("a group is asked for again after 30 seconds, and an account after 60", async () => {
  const { directory, clock, calls } = await startWorld();
  const ask = (): Promise<unknown> => directory.person(users.ana, [groups.oncall]);
  await ask();
  expect(await calls()).toEqual(["users.info", "usergroups.users.list"]);
  clock.ms += 29_999;
  await ask();
  expect(await calls()).toEqual([]);
  clock.ms += 1;
  await ask();
  expect(await calls()).toEqual(["usergroups.users.list"]);
  clock.ms += 30_000;
  await ask();
  expect(await calls()).toEqual(expect.arrayContaining(["users.info", "usergroups.users.list"]));
});

test("what is being asked is not asked twice: who asks meanwhile shares the answer", async () => {
  const { directory, calls } = await startWorld();
  const all = [users.ana, users.bo, users.ana].map((user) => directory.person(user, [groups.oncall]));
  expect(await Promise.all(all)).toMatchObject([{ id: users.ana }, { id: users.bo }, { id: users.ana }]);
  expect([...(await calls())].sort()).toEqual(["usergroups.users.list", "users.info", "users.info"]);
});

test("who shares a question that fails knows nothing either, and the next one asks again", async () => {
  const { directory, relay } = await startWorld();
  relay.cut();
  const both = [1, 2].map(() => directory.person(users.ana, []));
  for (const { status } of await Promise.allSettled(both)) expect(status).toBe("rejected");
  relay.restore();
  expect(await directory.person(users.ana, [])).toMatchObject({ kind: "member" });
});

test("what is known is kept for each person and each group apart", async () => {
  const { directory, calls } = await startWorld();
  await directory.person(users.ana, [groups.oncall]);
  await calls();
  await directory.person(users.bo, [groups.oncall]);
  expect(await calls()).toEqual(["users.info"]);
  await directory.person(users.bo, [groups.ops]);
  expect(await calls()).toEqual(["usergroups.users.list"]);
});

test("when Slack does not answer nobody is anybody, and as soon as it does they are again", async () => {
  const { directory, relay } = await startWorld();
  relay.cut();
  await expect(directory.person(users.ana, [])).rejects.toThrow(DirectoryUnavailable);
  await expect(directory.person(users.ana, [])).rejects.toThrow(/who U0ANA is/);
  relay.restore();
  expect(await directory.person(users.ana, [])).toMatchObject({ kind: "member" });
});

test("when Slack hangs, it is given up on after the client's own limit", async () => {
  const { directory, relay } = await startWorld();
  relay.freeze();
  const before = performance.now();
  await expect(directory.person(users.ana, [])).rejects.toThrow(DirectoryUnavailable);
  expect(performance.now() - before).toBeLessThan(2_000);
});

test("what was known is not used beyond its time when Slack does not answer", async () => {
  const { directory, relay, clock } = await startWorld();
  await directory.person(users.ana, [groups.oncall]);
  relay.cut();
  expect(await directory.person(users.ana, [groups.oncall])).toMatchObject({ groups: [groups.oncall] });
  clock.ms += 30_000;
  await expect(directory.person(users.ana, [groups.oncall])).rejects.toThrow(/who is in the group S0ONCALL/);
});

test("a group that does not exist is a failure, not an empty group, and is not remembered", async () => {
  const { directory, calls } = await startWorld();
  await expect(directory.person(users.ana, ["S0GONE"])).rejects.toThrow(DirectoryUnavailable);
  await expect(directory.person(users.ana, ["S0GONE"])).rejects.toThrow(DirectoryUnavailable);
  expect((await calls()).filter((method) => method === "usergroups.users.list")).toHaveLength(2);
});

test("somebody's groups come from one call for everybody, until they change or 30 seconds have passed", async () => {
  const { directory, clock, calls } = await startWorld();
  expect(await directory.groupsOf(users.ana)).toEqual([groups.oncall, groups.ops]);
  expect(await directory.groupsOf(users.bo)).toEqual([groups.oncall]);
  expect(await directory.groupsOf(users.otto)).toEqual([]);
  expect(await calls()).toEqual(["usergroups.list"]);
  directory.forgetGroup(groups.ops);
  await directory.groupsOf(users.ana);
  clock.ms += 30_000;
  await directory.groupsOf(users.ana);
  expect(await calls()).toEqual(["usergroups.list", "usergroups.list"]);
});

test("somebody's channels are those the app can see, each person's kept apart", async () => {
  const { directory, slack, calls } = await startWorld();
  const { channels } = SEED;
  const im = await slack.web.conversations.open({ users: users.ana });
  await calls();
  expect(await directory.channelsOf(users.ana)).toEqual([
    ...[channels.deploys, channels.general, channels.random],
    im.channel?.id,
  ]);
  expect(await directory.channelsOf(users.eve)).toEqual([channels.deploys]);
  expect(await directory.channelsOf(users.eve)).toEqual([channels.deploys]);
  expect(await calls()).toEqual(["users.conversations", "users.conversations"]);
});

test("channels that come in pages are all read", async () => {
  const pages = [
    { ok: true, channels: [{ id: "C1" }], response_metadata: { next_cursor: "more" } },
    { ok: true, channels: [{ id: "C2" }] },
  ];
  const directory = await answering(() => pages.shift() ?? {});
  expect(await directory.channelsOf("U1")).toEqual(["C1", "C2"]);
});

test("members of a group are known as for a decision, and where people belong is no guess either", async () => {
  const { directory, relay, calls } = await startWorld();
  expect(await directory.membersOf(groups.oncall)).toEqual([users.ana, users.bo]);
  await directory.person(users.ana, [groups.oncall]);
  expect(await calls()).toEqual(["usergroups.users.list", "users.info"]);
  relay.cut();
  await expect(directory.groupsOf(users.ana)).rejects.toThrow(/which groups there are/);
  await expect(directory.channelsOf(users.ana)).rejects.toThrow(/which channels U0ANA is in/);
  await expect(directory.membersOf(groups.ops)).rejects.toThrow(DirectoryUnavailable);
});

/** What the local Slack's people cannot be, said by a server that knows nothing else. */
async function answering(answerNow: () => object): Promise<CachedDirectory> {
  const server = createServer((_, response) => {
    response.setHeader("content-type", "application/json").end(JSON.stringify(answerNow()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return createDirectory(clientOf(url), { team: SEED.teamId, nowMs: () => 0 });
}

test.each([
  ["a deactivated account", { team_id: SEED.teamId, deleted: true }, "deactivated"],
  ["a deactivated guest", { team_id: SEED.teamId, deleted: true, is_restricted: true }, "deactivated"],
  ["a single-channel guest", { team_id: SEED.teamId, is_ultra_restricted: true }, "guest"],
  ["a stranger with our team's id", { team_id: SEED.teamId, is_stranger: true }, "external"],
  ["an external guest", { team_id: "T0OTHER", is_restricted: true }, "external"],
  ["an account of no team", {}, "external"],
])("%s is %s", async (_, user, kind) => {
  const directory = await answering(() => ({ ok: true, user }));
  expect(await directory.person("U1", [])).toEqual({ kind, id: "U1" });
});

test.each([
  { ok: true },
  { ok: true, user: "U1" },
  { ok: true, user: { deleted: "no" } },
  { ok: false, error: "ratelimited" },
  { ok: false, error: "missing_scope" },
])("an answer that says nothing clear is a failure: %j", async (answer) => {
  const directory = await answering(() => answer);
  await expect(directory.person("U1", [])).rejects.toThrow(DirectoryUnavailable);
});
