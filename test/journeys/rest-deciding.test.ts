// Deciding over REST: what each way of answering does, against the digest that was shown, and what people, the node and the history are told of it.
import { beforeAll, expect, test } from "vitest";
import { askQuestion } from "../../src/approvals/ask.ts";
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import { interrupt } from "../../src/graph/index.ts";
import type { RequestView, RunView } from "../../src/api/schemas.ts";
import { type Answered, pathOf, problemIn, type Program, programOf, seen } from "../support/api.ts";
import { type Asking, askedOverRest, BY_KEY, DECIDER } from "../support/asked-over-rest.ts";
import { type Desk, startDesk } from "../support/desk.ts";
import { DEPLOYS, told } from "../support/system.ts";

const TOKEN = "ghp_0123456789abcdefghijklmnopqrstuvwxyz";
const MASK = "••••";
const ACTOR = "U0OTTO/decider";

let desk: Desk;
let starter: Program;
let decider: Program;
beforeAll(async () => {
  desk = await startDesk();
  starter = await programOf(desk, { name: "starter" });
  decider = await programOf(desk, { name: DECIDER, owner: desk.otto.id });
  return () => desk.stop();
});

const asked = (asking?: Asking): Promise<RequestView> => askedOverRest(desk, starter, asking);

interface DecidedBody {
  readonly decided: boolean;
  readonly request: RequestView;
  readonly run: RunView;
}
const decidedIn = ({ status, body }: Answered): DecidedBody => {
  expect([status, body]).toMatchObject([200, { request: {}, run: {} }]);
  return body as DecidedBody;
};
/** What the node was resumed with, which is all that it says. */
const heardBy = ({ run }: DecidedBody): unknown => JSON.parse(run.outcome?.text ?? "null");

async function decide(request: RequestView, way: string, body?: unknown): Promise<DecidedBody> {
  return decidedIn(await decider.post(`${pathOf(request, way)}?wait=20`, body, seen(request)));
}

async function isOpen(request: RequestView): Promise<boolean> {
  const { state, votes } = (await starter.get(pathOf(request))).body as RequestView;
  return state === "pending" && votes.length === 0;
}

test("a key that the policy names approves; the node, the card, the history and the audit say whose key it was", async () => {
  const request = await asked();
  const decided = await decide(request, "approve", { comment: "Green" });
  expect(decided).toMatchObject({
    decided: true,
    request: { state: "decided", decision: { kind: "approved", by: ACTOR, comment: "Green" } },
    run: { status: "done" },
  });
  expect(heardBy(decided)).toMatchObject({ kind: "approved", by: ACTOR, comment: "Green" });
  const named = decided.run.name;
  const card = await desk.rita.waitFor(({ messages }) =>
    messages.find(
      ({ text, blocks }) => text.startsWith("Approved: Release v1") && JSON.stringify(blocks).includes(named),
    ),
  );
  expect(JSON.stringify(card.blocks)).toContain("by <@U0OTTO> with the API key decider");
  await desk.rita.say(DEPLOYS, `/countersign history ${named}`);
  const history = await told(desk.rita, new RegExp(`^History of .*${named}`));
  const said = JSON.stringify(history.blocks);
  expect(said).toContain("<@U0RITA> with the API key starter started");
  expect(said).toContain("<@U0OTTO> with the API key decider approved");
  const { body } = await starter.get(`/v1/runs/${named}/audit`);
  expect(body).toMatchObject({ isWhole: true });
  expect(JSON.stringify(body)).toContain(`"by":"${ACTOR}"`);
  expect(desk.logLines.find((line) => line.includes("A decision was recorded"))).toContain(`"by":"${ACTOR}"`);
});

test("how long a question has waited is counted when a key decides it, by workflow, and once however often that is sent", async () => {
  const request = await asked();
  desk.advance(42);
  const { run } = await decide(request, "approve");
  await decide(request, "approve");
  const counted = desk.metrics.of("TimeToDecision", { workflow: run.workflow });
  expect(counted).toHaveLength(1);
  expect(counted[0]).toBeGreaterThanOrEqual(42_000);
});

test("an edit changes what it names, takes away what it removes, and leaves the rest", async () => {
  const request = await asked({ args: { version: "v1", note: "Friday", token: TOKEN } });
  expect(request).toMatchObject({ masked: 1, action: { args: { version: "v1", token: MASK } } });
  const decided = await decide(request, "edit", {
    args: { version: "v2" },
    remove: ["note"],
    comment: "Newer",
  });
  expect(heardBy(decided)).toMatchObject({
    ...{ kind: "edited", by: ACTOR, comment: "Newer" },
    args: { version: "v2" },
    before: { version: "v1", note: "Friday" },
  });
  expect(decided.request.decision).toMatchObject({
    args: { version: "v2", token: MASK },
    before: { version: "v1", note: "Friday", token: MASK },
  });
  expect(decided.request.decision?.args).not.toHaveProperty("note");
  expect(JSON.stringify(decided.run)).not.toContain(TOKEN);
});

test("a masked value is no caller's to change or take away, by its name or by the schema; sent as it is shown it stays", async () => {
  const args = { version: "v1", token: TOKEN, hook: "https://hooks.example/abc" };
  const request = await asked({ args });
  expect(request.action.args).toEqual({ version: "v1", token: MASK, hook: MASK });
  for (const body of [
    { args: { token: "mine" } },
    { args: { version: "v2", hook: "https://evil.example" } },
    { remove: ["token"] },
    { args: { token: TOKEN } },
  ]) {
    const answered = await decider.post(pathOf(request, "edit"), body, seen(request));
    const name = JSON.stringify(body).includes("hook") ? "hook" : "token";
    expect([answered.status, problemIn(answered).errors]).toEqual([
      422,
      { [name]: "is masked, so it cannot be edited; leave it out, and it stays as it is" },
    ]);
    expect(JSON.stringify(answered.body)).not.toContain("hooks.example");
  }
  expect(await isOpen(request)).toBe(true);
  const decided = await decide(request, "edit", { args: { ...request.action.args, version: "v2" } });
  expect(decided.request.decision).toMatchObject({ kind: "edited", args: { token: MASK, hook: MASK } });
  expect(decided.run.outcome?.text).toContain('"version":"v2"');
});

test.each([
  ["another type", { args: { version: 7 } }, "version"],
  ["a name that the schema does not know", { args: { verson: "v2" } }, "verson"],
  ["nothing where something is required", { remove: ["version"] }, "version"],
  ["both given and removed", { args: { note: "x" }, remove: ["note"] }, "note"],
])("an edit with %s is refused by its field, and nothing is decided", async (_, body, field) => {
  const request = await asked();
  const answered = await decider.post(pathOf(request, "edit"), body, seen(request));
  expect([answered.status, Object.keys(problemIn(answered).errors ?? {})]).toEqual([422, [field]]);
  expect(await isOpen(request)).toBe(true);
});

test("a rejection with its reason goes to the node, and with stop ends the run", async () => {
  const first = await decide(await asked(), "reject", { reason: "Not on a Friday" });
  expect(heardBy(first)).toMatchObject({ kind: "rejected", by: ACTOR, reason: "Not on a Friday" });
  const second = await decide(await asked(), "reject", { reason: "Never", stop: true });
  expect(second.run).toMatchObject({ status: "cancelled", cancelled: { by: ACTOR } });
  expect(second.request.decision).toMatchObject({ kind: "rejected", reason: "Never", stop: true });
});

test("a question is answered in words, and one with options by the id of an option", async () => {
  const policy: DeclaredPolicy = { approvers: [{ apiKey: DECIDER }], requesterMayApprove: false };
  const words = await asked({ node: () => askQuestion("Which cluster?", { policy }) });
  expect(words).toMatchObject({ kind: "ask", ways: ["respond"], approvers: { apiKeys: [DECIDER] } });
  const wrong = await decider.post(pathOf(words, "approve"), undefined, seen(words));
  expect([wrong.status, problemIn(wrong).detail]).toEqual([
    409,
    "The request cannot be answered like this. Its `ways` say how it can.",
  ]);
  expect(heardBy(await decide(words, "respond", { text: "staging-1" }))).toBe("staging-1");

  const choice = await asked({ node: () => interrupt({ question: "Where?", options: ["eu", "us"] }) });
  const [, us] = choice.options ?? [];
  const unknown = await decider.post(pathOf(choice, "respond"), { option: "moon" }, seen(choice));
  expect(unknown.status).toBe(409);
  expect(heardBy(await decide(choice, "respond", { option: us?.id }))).toBe("us");
});

test("several actions are decided one by one, in order, and each by a way that it allows", async () => {
  const node = (): unknown =>
    interrupt({
      actionRequests: [
        { name: "send", args: { to: "lee", token: TOKEN }, description: "Sends" },
        { name: "purge", args: { db: "old" }, description: "Purges" },
      ],
      reviewConfigs: [
        { actionName: "send", allowedDecisions: ["approve", "edit"] },
        { actionName: "purge", allowedDecisions: ["approve", "reject"] },
      ],
    });
  const request = await asked({ node });
  expect(request).toMatchObject({ kind: "review", masked: 1, items: [{ name: "send" }, { name: "purge" }] });
  const refused: readonly (readonly [object, string])[] = [
    [{ items: [{ kind: "approve" }] }, ""],
    [{ items: [{ kind: "edit", args: { token: "x" } }, { kind: "approve" }] }, "items.0.token"],
    [{ items: [{ kind: "approve" }, { kind: "edit", args: { db: "new" } }] }, "1"],
  ];
  for (const [body, field] of refused) {
    const answered = await decider.post(pathOf(request, "respond"), body, seen(request));
    expect([answered.status, Object.keys(problemIn(answered).errors ?? {})]).toEqual([422, [field]]);
  }
  expect(await isOpen(request)).toBe(true);
  const items = [
    { kind: "edit", args: { to: "kim" } },
    { kind: "reject", reason: "Needed" },
  ];
  const decided = await decide(request, "respond", { items });
  expect(decided.request.decision).toMatchObject({
    kind: "reviewed",
    items: [{ args: { to: "kim", token: MASK } }, { kind: "rejected", reason: "Needed" }],
  });
  expect(heardBy(decided)).toMatchObject({
    decisions: [
      { type: "edit", editedAction: { name: "send", args: { to: "kim" } } },
      { type: "reject", message: "Needed" },
    ],
  });
});

test("nothing is decided but what was seen: without the digest, with any, or with an old one it is refused, and told as it is now", async () => {
  const request = await asked({ policy: { ...BY_KEY, quorum: 2 } });
  const { digest } = request;
  for (const header of [
    undefined,
    "*",
    digest,
    `W/"${digest}"`,
    `"${digest.toUpperCase()}"`,
    `"${digest}", "x"`,
    '""',
  ]) {
    const headers = header === undefined ? {} : { "if-match": header };
    const answered = await decider.post(pathOf(request, "approve"), undefined, headers);
    expect([answered.status, answered.headers.get("etag")]).toEqual([412, `"${digest}"`]);
    expect(problemIn(answered).detail).toMatch(
      /^Nothing was decided: If-Match is not the digest of this request/,
    );
  }
  expect(await isOpen(request)).toBe(true);
  // An edit that others have to agree to is another revision.
  const edited = await decider.post(pathOf(request, "edit"), { args: { version: "v2" } }, seen(request));
  const now = decidedIn(edited);
  expect(now).toMatchObject({ decided: false, request: { revision: 2, votes: [{ by: ACTOR }] } });
  expect(now.request.digest).not.toBe(digest);
  const late = await decider.post(pathOf(request, "approve"), undefined, seen(request));
  expect([late.status, late.headers.get("etag")]).toEqual([412, `"${now.request.digest}"`]);
  // The edit itself once more is the same, as far as its sender is concerned.
  const again = await decider.post(pathOf(request, "edit"), { args: { version: "v2" } }, seen(request));
  expect(decidedIn(again).request).toMatchObject({ revision: 2, votes: [{ by: ACTOR }] });
});

test("what is allowed for the rest of the run is said with it, and refused where it is not offered", async () => {
  const plain = await asked();
  const refused = await decider.post(pathOf(plain, "approve"), { forRun: true }, seen(plain));
  expect(refused.status).toBe(409);
  const offered = await asked({ request: { forRun: ["version"] } });
  const decided = await decide(offered, "approve", { forRun: true });
  expect(decided.request.decision).toMatchObject({ kind: "approved", forRun: true });
  expect(heardBy(decided)).toMatchObject({ kind: "approved", forRun: true });
});

test("of two rival answers at once one counts, and the other is told by whom it was decided", async () => {
  const request = await asked();
  const [approved, rejected] = await Promise.all([
    decider.post(pathOf(request, "approve"), undefined, seen(request)),
    decider.post(pathOf(request, "reject"), { reason: "No" }, seen(request)),
  ]);
  expect([approved.status, rejected.status].toSorted()).toEqual([200, 409]);
  const loser = approved.status === 409 ? approved : rejected;
  expect(problemIn(loser).detail).toMatch(/^It was decided by U0OTTO\/decider at .*: (approved|rejected)\./);
});

test.each([
  ["approve", { comment: "Once" }],
  ["edit", { args: { version: "v2" } }],
  ["reject", { reason: "No" }],
])("the same %s sent twice, at once and again, is one decision and the same answer", async (way, body) => {
  const request = await asked();
  const send = (): Promise<Answered> => decider.post(`${pathOf(request, way)}?wait=20`, body, seen(request));
  const both = await Promise.all([send(), send()]);
  const all = [...both, await send()].map(decidedIn);
  const [first] = all;
  for (const each of all) expect(each.request.decision).toEqual(first?.request.decision);
  expect(all.at(-1)?.run.requests).toHaveLength(1);
});

test("a key that the policy does not name decides nothing, though its owner may, and is told who may", async () => {
  const request = await asked();
  const ofBo = await programOf(desk, { name: "of-bo", owner: desk.bo.id });
  for (const [way, body] of [
    ["approve"],
    ["reject", { reason: "No" }],
    ["edit", { args: { version: "v2" } }],
  ] as const) {
    const refused = await ofBo.post(pathOf(request, way), body, seen(request));
    expect([refused.status, problemIn(refused).detail]).toEqual([
      403,
      "This key may not decide this request; what its owner may is theirs alone. It needs one of: S0ONCALL, decider.",
    ]);
  }
  expect(await isOpen(request)).toBe(true);
});

test("a key of whoever the run was started for may not decide it, though the policy names it", async () => {
  const policy: DeclaredPolicy = { approvers: [{ apiKey: "of-rita" }], requesterMayApprove: false };
  const request = await asked({ policy });
  const ofRita = await programOf(desk, { name: "of-rita" });
  const refused = await ofRita.post(pathOf(request, "approve"), undefined, seen(request));
  expect([refused.status, problemIn(refused).detail]).toEqual([
    403,
    "The run was started for this key's owner, who may not decide it by a key either. It needs one of: of-rita.",
  ]);
  expect(await isOpen(request)).toBe(true);
});

test("a key without the scope to decide is told which it lacks, though the policy names it", async () => {
  const policy: DeclaredPolicy = { approvers: [{ apiKey: "reader" }], requesterMayApprove: false };
  const request = await asked({ policy });
  const reader = await programOf(desk, { name: "reader", owner: desk.otto.id, scopes: ["read"] });
  const refused = await reader.post(pathOf(request, "approve"), undefined, seen(request));
  expect([refused.status, problemIn(refused).detail]).toEqual([
    403,
    'The API key "reader" has not the scope "decide", only: read. An operator can make one that has.',
  ]);
  expect(await isOpen(request)).toBe(true);
});
