// Keys and people together: a key votes by itself, and where people must differ it is one with its owner, whoever of the two was first.
import { beforeAll, expect, test } from "vitest";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import type { RequestView } from "../../src/api/schemas.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { CLI, revokeKey, rotateKey } from "../../src/runs/manage-keys.ts";
import {
  type Answered,
  withKeys,
  pathOf,
  problemIn,
  type Program,
  programOf,
  programWith,
  seen,
} from "../support/api.ts";
import { askedOverRest } from "../support/asked-over-rest.ts";
import { type Desk, startDesk } from "../support/desk.ts";
import { told } from "../support/system.ts";

const { groups, users } = SEED;
const VOTED =
  "The key's owner, or a key of theirs, has voted on this already, and it counts. Somebody else has to agree.";

let desk: Desk;
let starter: Program;
beforeAll(async () => {
  desk = await startDesk();
  starter = await programOf(desk, { name: "starter" });
  return () => desk.stop();
});

let named = 0;
/** A key of this person's, with a name that no other test uses. */
async function keyOf({
  id,
}: LocalPerson): Promise<Program & { readonly name: string; readonly actor: string }> {
  const name = `key-${(named += 1)}`;
  return { ...(await programOf(desk, { name, owner: id })), name, actor: `${id}/${name}` };
}

/** Two must agree: whoever is on call, or one of these keys. */
const two = (...keys: readonly { readonly name: string }[]): DeclaredPolicy => ({
  approvers: ["approvers", ...keys.map(({ name }) => ({ apiKey: name }))],
  ...{ requesterMayApprove: false, quorum: 2 },
});

const asked = (policy: DeclaredPolicy): Promise<RequestView> => askedOverRest(desk, starter, { policy });
const now = async (request: RequestView): Promise<RequestView> =>
  (await starter.get(pathOf(request))).body as RequestView;
const votersOf = async (request: RequestView): Promise<readonly string[]> =>
  (await now(request)).votes.map(({ by }) => by);
const approve = (key: Program, request: RequestView): Promise<Answered> =>
  key.post(pathOf(request, "approve"), undefined, seen(request));

function cardOf(person: LocalPerson, { run }: RequestView): Promise<Message> {
  return person.waitFor(({ messages }) =>
    messages.find(
      ({ text, blocks }) =>
        text.startsWith("Approval needed") && JSON.stringify(blocks).includes(`r-${run.slice(0, 6)}`),
    ),
  );
}

/** Whoever has a copy of a card of their own sees both; either will do. */
async function click(person: LocalPerson, request: RequestView): Promise<void> {
  await person.click(await cardOf(person, request), "Approve", { stale: true });
}

test("an owner's click and then their key's vote are one person's: somebody else has to agree", async () => {
  const key = await keyOf(desk.bo);
  const request = await asked(two(key));
  await click(desk.bo, request);
  expect(await votersOf(request)).toEqual([users.bo]);
  const refused = await approve(key, request);
  expect([refused.status, problemIn(refused).detail]).toEqual([409, VOTED]);
  expect(await votersOf(request)).toEqual([users.bo]);
  await click(desk.ana, request);
  expect((await now(request)).decision).toMatchObject({ by: users.ana, votes: [{ by: users.bo }] });
});

test("a key's vote and then its owner's click are one person's: somebody else has to agree", async () => {
  const key = await keyOf(desk.bo);
  const request = await asked(two(key));
  expect(await approve(key, request)).toMatchObject({ status: 200, body: { decided: false } });
  await click(desk.bo, request);
  await told(desk.bo, /^You have voted already, and it counts/);
  expect(await votersOf(request)).toEqual([key.actor]);
  await click(desk.ana, request);
  expect((await now(request)).decision).toMatchObject({ by: users.ana, votes: [{ by: key.actor }] });
});

test("two keys of one owner are one person; a key and somebody else are two", async () => {
  const [one, other] = [await keyOf(desk.otto), await keyOf(desk.otto)];
  const request = await asked(two(one, other));
  expect((await approve(one, request)).status).toBe(200);
  const refused = await approve(other, request);
  expect([refused.status, problemIn(refused).detail]).toEqual([409, VOTED]);
  expect(await votersOf(request)).toEqual([one.actor]);
  // Once more by the same key is what it has said already.
  expect(await approve(one, request)).toMatchObject({ status: 200, body: { decided: false } });
  await click(desk.bo, request);
  expect((await now(request)).decision).toMatchObject({ by: users.bo, votes: [{ by: one.actor }] });
});

test("a key that may decide gives its owner nothing: their own click does not count", async () => {
  const key = await keyOf(desk.otto);
  const request = await asked(two(key));
  const card = await cardOf(desk.otto, request);
  expect(JSON.stringify(card.blocks)).toContain(`the API key ${key.name}`);
  await click(desk.otto, request);
  await told(desk.otto, /^You can't decide this one: it needs .*the API key/);
  expect(await votersOf(request)).toEqual([]);
});

test("where every group must agree, a key is a group of its own, and its owner speaks for one of the two", async () => {
  const key = await keyOf(desk.bo);
  const request = await asked({
    approvers: [{ group: groups.oncall }, { apiKey: key.name }],
    ...{ requesterMayApprove: false, everyGroup: true },
  });
  await click(desk.bo, request);
  expect((await approve(key, request)).status).toBe(409);
  await click(desk.ana, request);
  expect(await votersOf(request)).toEqual([users.bo, users.ana]);
  // Now that somebody else speaks for those on call, Bo's key may speak for itself.
  expect(await approve(key, request)).toMatchObject({ status: 200, body: { decided: true } });
  expect((await now(request)).decision).toMatchObject({ by: key.actor, votes: [{ by: users.ana }] });
});

test("the vote of a key that was revoked since does not count any more, and it casts no other", async () => {
  const key = await keyOf(desk.otto);
  const request = await asked(two(key));
  expect((await approve(key, request)).status).toBe(200);
  await withKeys(desk, (deps) => revokeKey(deps, { team: SEED.teamId, by: CLI, name: key.name }));
  expect((await approve(key, request)).status).toBe(401);
  await click(desk.bo, request);
  expect(await now(request)).toMatchObject({ state: "pending", votes: [{ by: users.bo }] });
  await click(desk.ana, request);
  expect((await now(request)).decision).toMatchObject({ by: users.ana, votes: [{ by: users.bo }] });
});

test("the vote of a key that was rotated since counts as before", async () => {
  const key = await keyOf(desk.otto);
  const request = await asked(two(key));
  expect((await approve(key, request)).status).toBe(200);
  const named = { team: SEED.teamId, by: CLI, name: key.name };
  const rotated = await withKeys(desk, (deps) => rotateKey(deps, { ...named, atOnce: true }));
  expect((await approve(key, request)).status).toBe(401);
  const renewed = programWith(desk, rotated.kind === "rotated" ? rotated.token : "");
  expect(await approve(renewed, request)).toMatchObject({ status: 200, body: { decided: false } });
  await click(desk.bo, request);
  expect((await now(request)).decision).toMatchObject({ by: users.bo, votes: [{ by: key.actor }] });
});

test("once its owner has left the workspace a key reads and decides nothing, and what it has voted does not count", async () => {
  const key = await keyOf(desk.otto);
  const request = await asked(two(key));
  expect((await approve(key, request)).status).toBe(200);
  await desk.administrator.change({ kind: "deactivate", user: users.otto, deactivated: true });
  desk.advance(61);
  const paths = [pathOf(request), `/v1/runs/${request.run}`, `/v1/runs/${request.run}/audit`, "/v1/requests"];
  for (const answered of [
    await approve(key, request),
    ...(await Promise.all(paths.map((path) => key.get(path)))),
  ])
    expect([answered.status, problemIn(answered).detail]).toEqual([
      403,
      "The key's owner is no full member of the workspace any more. Nothing was done; an operator can make a key of somebody else's.",
    ]);
  await click(desk.bo, request);
  expect(await now(request)).toMatchObject({ state: "pending", votes: [{ by: users.bo }] });
  await desk.administrator.change({ kind: "deactivate", user: users.otto, deactivated: false });
});
