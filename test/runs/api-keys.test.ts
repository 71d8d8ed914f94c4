// API keys in use: which tokens count and until when, who may change keys, and what is kept and logged of a token.
import { randomBytes } from "node:crypto";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { later } from "../../src/approvals/later.ts";
import type { Person } from "../../src/approvals/policy.ts";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createLog } from "../../src/lambda/log.ts";
import { authenticate, hashOf, secretOf, tokenOf } from "../../src/runs/api-keys.ts";
import {
  CLI,
  createKey,
  type KeyDeps,
  type KeyRequest,
  listKeys,
  revokeKey,
  rotateKey,
} from "../../src/runs/manage-keys.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { EARLY, TEAM } from "../contract/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";

const OPERATORS = "SOPS";
const PEOPLE: Readonly<Record<string, Person>> = {
  UOTTO: { kind: "member", id: "UOTTO", groups: [OPERATORS] },
  URITA: { kind: "member", id: "URITA", groups: [] },
  UGUS: { kind: "guest", id: "UGUS" },
};

/** The use cases on a table of their own, with a clock that stands. */
async function world() {
  const { dynamo, table } = await freshDynamo();
  const lines: string[] = [];
  const clock = { at: EARLY, now: (): string => clock.at };
  const deps: KeyDeps = {
    apiKeys: createApiKeys(dynamo, table, UNCOUNTED),
    directory: { person: (id) => Promise.resolve(PEOPLE[id] ?? { kind: "unknown", id }) },
    groups: { approvers: "SONCALL", operators: OPERATORS },
    clock,
    newSecret: () => randomBytes(32),
    log: createLog((line) => lines.push(line)),
  };
  return {
    ...{ deps, clock },
    keptAndLogged: async () =>
      JSON.stringify([await dynamo.send(new ScanCommand({ TableName: table })), lines]),
    whose: (token: string, team = TEAM) => authenticate(deps.apiKeys, { team, token, now: clock.at }),
  };
}

const asked: KeyRequest = { team: TEAM, by: "UOTTO", name: "ci", owner: "URITA", scopes: ["start", "read"] };
const NAMED = { team: TEAM, by: "UOTTO", name: "ci" };
const REFUSED = { kind: "refused" };
const NOT_ALLOWED = { kind: "not-allowed", operators: { users: [], groups: [OPERATORS] } };

async function created(deps: KeyDeps, change: Partial<KeyRequest> = {}): Promise<string> {
  const done = await createKey(deps, { ...asked, ...change });
  if (done.kind !== "created") throw new Error(`There is no key: ${done.kind}.`);
  return done.token;
}

async function rotated(deps: KeyDeps, atOnce: boolean): Promise<string> {
  const done = await rotateKey(deps, { ...NAMED, atOnce });
  if (done.kind !== "rotated") throw new Error(`It was not rotated: ${done.kind}.`);
  return done.token;
}

test("a token says whose it is; no other text does, however like it", async () => {
  const { deps, whose } = await world();
  const token = await created(deps);
  expect(token).toMatch(/^csk_ci_[A-Za-z0-9_-]{43}$/);
  const { by: createdBy, ...key } = asked;
  expect(await whose(token)).toMatchObject({ kind: "key", key: { ...key, createdAt: EARLY, createdBy } });
  const secret = token.slice("csk_ci_".length);
  const other = secretOf(randomBytes(32));
  const wrong = [
    ...["", "csk_ci_", `csk_ci_${other}`, `csk_other_${secret}`, `csk__${secret}`, `csk_CI_${secret}`],
    ...[secret, `${token}x`, token.slice(0, -1), ` ${token}`, `${token}\n`, `csk_ci_${hashOf(secret)}`],
    `csk_constructor_${secret}`,
  ];
  for (const text of wrong) expect(await whose(text), text).toEqual(REFUSED);
  expect(await whose(token, "T2")).toEqual(REFUSED);
});

test("any text is refused, and none is an error", async () => {
  const { deps, whose } = await world();
  const token = await created(deps);
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.stringMatching(/^csk_[a-z-]{0,50}_[\w-]{40,46}$/),
    fc.tuple(fc.nat(token.length - 1), fc.string({ maxLength: 2 })).map(([at, put]) => {
      const changed = token.slice(0, at) + put + token.slice(at + 1);
      return changed === token ? "" : changed;
    }),
  );
  await fc.assert(
    fc.asyncProperty(text, async (one) => {
      expect(await whose(one)).toEqual(REFUSED);
    }),
    { numRuns: 60, seed: 11 },
  );
});

test("after a rotation the token before counts for one more day, and not a moment longer", async () => {
  const { deps, clock, whose } = await world();
  const first = await created(deps);
  const second = await rotated(deps, false);
  expect(second).not.toBe(first);
  for (const token of [first, second]) expect(await whose(token)).toMatchObject({ kind: "key" });
  clock.at = later(EARLY, 24 * 3_600_000 - 1);
  expect(await whose(first)).toMatchObject({ kind: "key" });
  clock.at = later(EARLY, 24 * 3_600_000);
  expect(await whose(first)).toEqual(REFUSED);
  expect(await whose(second)).toMatchObject({ kind: "key", key: { rotated: { at: EARLY, by: "UOTTO" } } });
});

test("a rotation at once ends every token there was; of two rotations in a day only the last leaves one", async () => {
  const { deps, whose } = await world();
  const first = await created(deps);
  const second = await rotated(deps, false);
  const third = await rotated(deps, false);
  expect(await whose(first)).toEqual(REFUSED);
  expect(await whose(second)).toMatchObject({ kind: "key" });
  const fourth = await rotated(deps, true);
  for (const token of [first, second, third]) expect(await whose(token)).toEqual(REFUSED);
  expect(await whose(fourth)).toMatchObject({ kind: "key" });
});

test("a revoked key has no token that counts, stays as it is, and its name is not used again", async () => {
  const { deps, clock, whose } = await world();
  const first = await created(deps);
  const second = await rotated(deps, false);
  const revoked = { at: EARLY, by: "UOTTO" };
  expect(await revokeKey(deps, NAMED)).toMatchObject({ kind: "revoked", isNew: true, key: { revoked } });
  for (const token of [first, second]) expect(await whose(token)).toEqual(REFUSED);
  clock.at = later(EARLY, 1_000);
  expect(await revokeKey(deps, { ...NAMED, by: CLI })).toMatchObject({ isNew: false, key: { revoked } });
  expect(await rotateKey(deps, NAMED)).toMatchObject({ kind: "revoked", key: { revoked } });
  expect(await createKey(deps, asked)).toMatchObject({ kind: "taken", key: { revoked } });
  for (const token of [first, second]) expect(await whose(token)).toEqual(REFUSED);
});

test("a name that is taken keeps its token", async () => {
  const { deps, whose } = await world();
  const token = await created(deps);
  expect(await createKey(deps, asked)).toMatchObject({ kind: "taken", key: { name: "ci", version: 1 } });
  expect(await whose(token)).toMatchObject({ kind: "key" });
});

test("of a key that there is not, the names of those that count are told", async () => {
  const { deps } = await world();
  await created(deps);
  await created(deps, { name: "old" });
  await revokeKey(deps, { ...NAMED, name: "old" });
  for (const change of [rotateKey, revokeKey])
    expect(await change(deps, { ...NAMED, name: "ic" })).toEqual({ kind: "unknown", names: ["ci"] });
});

test("only operators, and who has the deployment's own tools, may see and change keys", async () => {
  const { deps } = await world();
  await created(deps, { by: CLI });
  const before = await deps.apiKeys.keys(TEAM);
  for (const by of ["URITA", "UGUS", "UNOBODY", "", "CLI"]) {
    expect(await createKey(deps, { ...asked, by, name: "mine" })).toEqual(NOT_ALLOWED);
    expect(await rotateKey(deps, { ...NAMED, by })).toEqual(NOT_ALLOWED);
    expect(await revokeKey(deps, { ...NAMED, by })).toEqual(NOT_ALLOWED);
    expect(await listKeys(deps, { team: TEAM, by })).toEqual(NOT_ALLOWED);
  }
  expect(await listKeys(deps, { team: TEAM, by: "UOTTO" })).toEqual({ kind: "keys", keys: before });
});

test("the owner of a key is a full member", async () => {
  const { deps } = await world();
  for (const [owner, because] of [
    ["UGUS", "guest"],
    ["UNOBODY", "unknown"],
  ] as const)
    expect(await createKey(deps, { ...asked, by: CLI, owner })).toEqual({ kind: "no-member", because });
  expect(await deps.apiKeys.keys(TEAM)).toEqual([]);
});

test("of those who change one key at the same time each does, and the last token counts", async () => {
  const { deps, whose } = await world();
  await created(deps);
  const done = await Promise.all([1, 2, 3].map(() => rotateKey(deps, { ...NAMED, atOnce: true })));
  const tokens = done.flatMap((one) => (one.kind === "rotated" ? [one.token] : []));
  const counting = await Promise.all(tokens.map((token) => whose(token)));
  expect(new Set(tokens).size).toBe(3);
  expect(counting.filter(({ kind }) => kind === "key")).toHaveLength(1);
  expect(await deps.apiKeys.key(TEAM, "ci")).toMatchObject({ version: 4 });
});

test("no secret is kept or logged, only what it hashes to", async () => {
  const { deps, keptAndLogged } = await world();
  const tokens = [await created(deps), await rotated(deps, false), await rotated(deps, true)];
  await revokeKey(deps, NAMED);
  const all = await keptAndLogged();
  expect(all).toContain("An API key was rotated.");
  const secrets = tokens.map((token) => token.slice("csk_ci_".length));
  expect(all).toContain(hashOf(secrets.at(-1) ?? ""));
  for (const secret of secrets) expect(all).not.toContain(secret);
});

test("a token takes 32 random bytes", () => {
  const secret = secretOf(new Uint8Array(32).fill(255));
  expect(tokenOf({ name: "ci", secret })).toBe(`csk_ci_${"_".repeat(42)}8`);
  expect(() => secretOf(new Uint8Array(16))).toThrow("A secret takes 32 random bytes, not 16.");
});
