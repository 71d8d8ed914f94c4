// What holds over REST whatever a caller tries: whose right a key has, what was seen, what is masked, what an idempotency key stands for.
import { afterAll, beforeAll, expect, test } from "vitest";
import { interrupt } from "../../src/graph/index.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { RequestView } from "../../src/api/schemas.ts";
import { ROUTES } from "../../src/api/routes/all.ts";
import type { Scope } from "../../src/runs/api-keys.ts";
import {
  allScopesBut,
  type Answered,
  pathOf,
  problemIn,
  type Program,
  programOf,
  runIn,
  seen,
} from "../support/api.ts";
import { askedOverRest, BY_KEY, DECIDER } from "../support/asked-over-rest.ts";
import { type Desk, startDesk } from "../support/desk.ts";
import { startSystem } from "../support/system.ts";

let desk: Desk;
let starter: Program;
let decider: Program;
let second: Program;

beforeAll(async () => {
  desk = await startDesk();
  starter = await programOf(desk);
  decider = await programOf(desk, { name: DECIDER, owner: SEED.users.ana });
  second = await programOf(desk, { name: "second", owner: SEED.users.bo });
});
afterAll(() => desk.stop());

const BOTH = {
  ...{ approvers: [{ apiKey: DECIDER }, { apiKey: "second" }] as [{ apiKey: string }, { apiKey: string }] },
  ...{ quorum: 2, requesterMayApprove: false },
};

const keys = new Map<Scope, Promise<Program>>();

function keyWithout(scope: Scope): Promise<Program> {
  const key = keys.get(scope) ?? programOf(desk, { name: `no-${scope}`, scopes: allScopesBut(scope) });
  keys.set(scope, key);
  return key;
}

const requestIn = ({ body }: Answered): RequestView => (body as { request: RequestView }).request;

test("a key decides nothing by its owner's name: neither where the policy names them, nor as the requester", async () => {
  const named = { approvers: [{ user: SEED.users.ana }] as const, requesterMayApprove: false };
  const ofAna = await askedOverRest(desk, starter, { policy: { ...named, approvers: [...named.approvers] } });
  expect((await decider.post(pathOf(ofAna, "approve"), {}, seen(ofAna))).status).toBe(403);
  const own = await askedOverRest(desk, starter, {
    policy: { approvers: ["requester"], requesterMayApprove: true },
  });
  expect((await starter.post(pathOf(own, "approve"), {}, seen(own))).status).toBe(403);
});

test("what was decided is no answer to another digest, nor to another wish", async () => {
  const edited = await askedOverRest(desk, starter);
  const first = await decider.post(pathOf(edited, "edit"), { args: { version: "v2" } }, seen(edited));
  expect(first.status).toBe(200);
  // The edit itself, sent again, is.
  expect((await decider.post(pathOf(edited, "edit"), { args: { version: "v2" } }, seen(edited))).status).toBe(
    200,
  );
  for (const digest of [edited.digest, "deadbeef"])
    expect((await decider.post(pathOf(edited, "approve"), {}, { "if-match": `"${digest}"` })).status).toBe(
      409,
    );
  const rejected = await askedOverRest(desk, starter);
  const reject = (body: object): Promise<Answered> =>
    decider.post(pathOf(rejected, "reject"), body, seen(rejected));
  expect((await reject({ reason: "No" })).status).toBe(200);
  expect((await reject({ reason: "No" })).status).toBe(200);
  expect((await reject({ reason: "No", stop: true })).status).toBe(409);
  expect((await reject({ reason: "Never" })).status).toBe(409);
});

test("a vote that counted, sent again once somebody else's has decided, is answered as what it was", async () => {
  const request = await askedOverRest(desk, starter, { policy: BOTH });
  const vote = (): Promise<Answered> =>
    decider.post(pathOf(request, "approve"), {}, { ...seen(request), "idempotency-key": "once" });
  expect((await vote()).body).toMatchObject({ decided: false });
  expect((await second.post(pathOf(request, "approve"), {}, seen(request))).body).toMatchObject({
    decided: true,
  });
  const again = await vote();
  expect([again.status, again.body]).toMatchObject([200, { decided: true }]);
});

test("the same edit with the same idempotency key is stale, and no other request, once somebody has changed more", async () => {
  const request = await askedOverRest(desk, starter, { policy: BOTH, args: { version: "v1", note: "n" } });
  const edit = (): Promise<Answered> =>
    decider.post(
      pathOf(request, "edit"),
      { args: { version: "v2" } },
      { ...seen(request), "idempotency-key": "edit" },
    );
  const proposed = requestIn(await edit());
  await second.post(pathOf(request, "edit"), { args: { note: "m" } }, seen(proposed));
  expect((await edit()).status).toBe(412);
});

test("an idempotency key stands for one decision: with another body it is refused, and what it stands for is not touched", async () => {
  const request = await askedOverRest(desk, starter, { policy: BOTH, args: { version: "v1", note: "n" } });
  const edit = (version: string): Promise<Answered> =>
    decider.post(
      pathOf(request, "edit"),
      { args: { version } },
      { ...seen(request), "idempotency-key": "one" },
    );
  const proposed = requestIn(await edit("v2"));
  const other = await edit("v3");
  expect(other.status).toBe(422);
  expect(problemIn(other).detail).toContain("idempotency key");
  expect((await starter.get(pathOf(request))).body).toMatchObject({
    digest: proposed.digest,
    action: { args: { version: "v2" } },
  });
});

test.each(ROUTES.flatMap((route) => (route.scope === undefined ? [] : [{ ...route, scope: route.scope }])))(
  "$method $path needs a key with $scope, and every other scope does not do",
  async ({ method, path, scope }) => {
    const request = await askedOverRest(desk, starter);
    const without = await keyWithout(scope);
    const at = path.replace("{run}", request.run).replace("{request}", request.id);
    const answered = method === "get" ? await without.get(at) : await without.post(at, {}, seen(request));
    expect(answered.status).toBe(403);
    expect(problemIn(answered).detail).toContain(`"${scope}"`);
    expect((await starter.get(pathOf(request))).body).toMatchObject({
      digest: request.digest,
      state: "pending",
    });
  },
);

test("a start that was refused leaves its idempotency key to the one that is mended", async () => {
  const { workflow } = await askedOverRest(desk, starter);
  const start = (input: object): Promise<Answered> =>
    starter.post("/v1/runs", { workflow, input }, { "idempotency-key": "mended" });
  expect((await start({ versoin: "v1" })).status).toBe(422);
  expect((await start({ version: "v1" })).status).toBe(202);
  expect((await start({ version: "v2" })).status).toBe(422);
});

test("a value that is masked by the name beside it cannot be edited, shown by another edit, or put there unseen", async () => {
  const variable = { version: "v1", name: "API_TOKEN", value: "hunter2-plain" };
  const schema = { type: "object", properties: { name: { type: "string" }, value: { type: "string" } } };
  const ask = (): Promise<RequestView> =>
    askedOverRest(desk, starter, { policy: BOTH, args: variable, request: { schema } });
  const request = await ask();
  expect(request.action.args).toMatchObject({ value: "••••" });
  for (const args of [{ value: "other" }, { name: "plain" }]) {
    const refused = await decider.post(pathOf(request, "edit"), { args }, seen(request));
    expect(refused.status).toBe(422);
    expect(JSON.stringify(refused.body)).not.toContain("hunter2");
    expect(problemIn(refused).errors).toHaveProperty(Object.keys(args)[0] ?? "");
  }
  const plain = await askedOverRest(desk, starter, { policy: { ...BY_KEY, quorum: 2 } });
  for (const args of [{ token: "sk-nobody-has-seen" }, { hook: "https://h/unseen" }])
    expect((await decider.post(pathOf(plain, "edit"), { args }, seen(plain))).status).toBe(422);
});

test("an edited action of several keeps its secrets masked, and runs no default that nobody saw", async () => {
  const argsSchema = {
    type: "object",
    properties: {
      ...{ to: { type: "string" }, hook: { type: "string", format: "password" } },
      force: { type: "boolean", default: true },
    },
  };
  const request = await askedOverRest(desk, starter, {
    node: () =>
      interrupt({
        actionRequests: [
          { name: "send", args: { to: "lee", hook: "https://h/plain-secret" }, description: "Sends" },
          { name: "purge", args: { db: "old" }, description: "Purges" },
        ],
        reviewConfigs: [
          { actionName: "send", allowedDecisions: ["approve", "edit"], argsSchema },
          { actionName: "purge", allowedDecisions: ["approve"] },
        ],
      }),
  });
  const body = { items: [{ kind: "edit", args: { to: "kim" } }, { kind: "approve" }] };
  const decide = (): Promise<Answered> =>
    decider.post(`${pathOf(request, "respond")}?wait=5`, body, seen(request));
  const decided = await decide();
  expect(requestIn(decided).decision?.items).toEqual([
    { kind: "edited", args: { to: "kim", hook: "••••" } },
    { kind: "approved" },
  ]);
  expect(JSON.stringify(requestIn(decided))).not.toContain("plain-secret");
  expect((await decide()).status).toBe(200);
});

test("what a key may decide does not list what its owner asked for or has voted on", async () => {
  const own = await programOf(desk, { name: "own", owner: SEED.users.rita });
  const policy = {
    approvers: [{ apiKey: "own" }, { apiKey: DECIDER }] as typeof BOTH.approvers,
    quorum: 2,
    requesterMayApprove: false,
  };
  const request = await askedOverRest(desk, starter, { policy });
  const idsOf = async (program: Program): Promise<readonly string[]> =>
    ((await program.get("/v1/requests")).body as { requests: readonly RequestView[] }).requests.map(
      ({ id }) => id,
    );
  expect(await idsOf(own)).not.toContain(request.id);
  expect(await idsOf(decider)).toContain(request.id);
  await decider.post(pathOf(request, "approve"), {}, seen(request));
  expect(await idsOf(decider)).not.toContain(request.id);
});

test("what was recorded is never said not to have been, when it cannot be read any more", async () => {
  const system = await startSystem();
  const ci = await programOf(system);
  const input = { service: "checkout", version: "v2.4.1", env: "prod" };
  const reads = /DynamoDB_20120810\.Query/;
  system.relays.dynamo.refuse(reads);
  const started = await ci.post("/v1/runs?wait=1", { workflow: "deploy", input });
  system.relays.dynamo.restore();
  expect(started.status).toBe(202);
  const run = runIn(await ci.get(`/v1/runs/${runIn(started).id}?wait=20`));
  expect(run.status).toBe("waiting");
  await system.untilIdle();
  system.relays.dynamo.refuse(reads);
  // Here the first read fails, so nothing was: and that is what is said.
  const cancelled = await ci.post(`/v1/runs/${run.id}/cancel`);
  system.relays.dynamo.restore();
  expect(cancelled.status).toBe(503);
  expect(problemIn(cancelled).detail).toMatch(/^The database did not answer\. Nothing was done\./);
  expect(runIn(await ci.get(`/v1/runs/${run.id}`)).status).toBe("waiting");
});
