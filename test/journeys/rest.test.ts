// REST through the whole product: a program starts a run, people see and decide it in Slack, and the program hears of it.
import { composeApi } from "../../src/lambda/app.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { readExport } from "../../src/runs/audit-export.ts";
import { askApproval } from "../../src/approvals/ask.ts";
import { verifyChain } from "../../src/approvals/chain.ts";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import {
  pathOf,
  pendingIn,
  problemIn,
  type Program,
  programOf,
  programWith,
  runIn,
  seen,
} from "../support/api.ts";
import { type Desk, startDesk } from "../support/desk.ts";
import { asking, ONE_APPROVER } from "../support/asking-workflow.ts";
import { messageLike, pendingCard, startSystem } from "../support/system.ts";

const INPUT = { service: "checkout", version: "v2.4.1", env: "prod" };
const DEPLOY = { workflow: "deploy", input: INPUT };

let desk: Desk;
let program: Program;
let quick: string;
beforeAll(async () => {
  desk = await startDesk();
  program = await programOf(desk);
  quick = desk.offer(asking(ONE_APPROVER, () => "nobody is asked"));
  return () => desk.stop();
});
const GO = { title: "Go", action: { name: "go", args: {} } };
const start = { input: { version: "v1" } };

test("what a program starts is asked about in Slack with its key beside its owner, and a click there is what the program hears of", async () => {
  const system = await startSystem();
  const ci = await programOf(system);
  const started = await ci.post("/v1/runs?wait=20", { ...DEPLOY, channel: SEED.channels.general });
  expect([started.status, started.headers.get("location")]).toEqual([202, `/v1/runs/${runIn(started).id}`]);
  expect(runIn(started)).toMatchObject({ requester: "U0RITA", apiKey: "ci", channel: SEED.channels.general });
  const card = await pendingCard(system.ana);
  expect(card.channel).toBe(SEED.channels.general);
  await messageLike(system.rita, /requested by <@U0RITA> with the API key ci/);
  await system.ana.click(card, "Approve");
  const ended = await ci.get(`/v1/runs/${runIn(started).name}?wait=20`);
  expect(runIn(ended)).toMatchObject({ status: "done", outcome: { good: true } });
  expect(await system.deployments()).toHaveLength(1);
  const logged = system.logLines.join("\n");
  expect(logged).not.toContain(ci.token.slice(-20));
  expect(logged.toLowerCase()).not.toContain("bearer csk_");
});

test("a database that is away is said, with when to come again, and nothing is lost or done twice when it does", async () => {
  const { relays, ...system } = await startSystem();
  const ci = await programOf({ ...system, config: system.config });
  const key = { "idempotency-key": "build-1" };
  relays.dynamo.cut();
  const away = await ci.post("/v1/runs", DEPLOY, key);
  expect([away.status, away.headers.get("retry-after")]).toEqual([503, "5"]);
  relays.dynamo.restore();
  relays.sqs.cut();
  const first = await ci.post("/v1/runs", DEPLOY, key);
  const again = await ci.post("/v1/runs", DEPLOY, key);
  expect([first.status, runIn(first).status, runIn(again).id]).toEqual([202, "queued", runIn(first).id]);
  relays.slack.cut();
  const unchecked = await ci.get(`/v1/runs/${runIn(first).id}`);
  expect([unchecked.status, unchecked.headers.get("retry-after")]).toEqual([503, "5"]);
  expect(problemIn(unchecked).detail).toMatch(/^Slack did not answer/);
  relays.slack.restore();
  relays.sqs.restore();
  await system.sweepAfter(120);
  await pendingCard(system.ana);
});

test.each([
  [
    "a requester in it",
    { ...DEPLOY, requester: "U0ANA" },
    400,
    /must not name a requester: a run is started for whoever the API key belongs to/,
  ],
  [
    "an unknown workflow",
    { workflow: "no-such" },
    404,
    /^Nothing was started: there is no such workflow\. The nearest is "/,
  ],
  [
    "a channel that its owner is not in",
    { ...DEPLOY, channel: "C0SECRET" },
    403,
    /the key's owner is not in the channel C0SECRET/,
  ],
  ["nothing in it", undefined, 400, /^Nothing was done: /],
])("a start with %s is refused with a sentence", async (_, body, status, sentence) => {
  const refused = await program.post("/v1/runs", body);
  expect([refused.status, problemIn(refused).detail]).toEqual([status, expect.stringMatching(sentence)]);
});

test("only whom a workflow names may start it by a key, too", async () => {
  const { listing, ...workflow } = asking(ONE_APPROVER, () => "nobody is asked");
  const closed = desk.offer({ ...workflow, listing: { ...listing, starters: ["operators"] } });
  const refused = await program.post("/v1/runs", { workflow: closed, ...start });
  expect([refused.status, problemIn(refused).detail]).toEqual([
    403,
    "Nothing was started: the key's owner is not among those who may start this workflow.",
  ]);
  const operator = await programOf(desk, { name: "operator", owner: desk.ana.id });
  expect((await operator.post("/v1/runs", { workflow: closed, ...start })).status).toBe(202);
});

test("input that does not fit is refused by its field", async () => {
  const refused = await program.post("/v1/runs", { workflow: quick, input: { version: 1, verson: "v1" } });
  expect([refused.status, Object.keys(problemIn(refused).errors ?? {}).toSorted()]).toEqual([
    422,
    ["version", "verson"],
  ]);
});

test("the same start with the same idempotency key is one run, also at once; with another body it is refused, and another key is apart", async () => {
  const send = (by: Program, version: string) =>
    by.post("/v1/runs", { workflow: quick, input: { version } }, { "idempotency-key": "build-7" });
  const both = await Promise.all([send(program, "v1"), send(program, "v1")]);
  const ids = [...both, await send(program, "v1")].map((answered) => runIn(answered).id);
  expect(new Set(ids).size).toBe(1);
  const other = await send(program, "v2");
  expect([other.status, problemIn(other).detail]).toEqual([
    422,
    expect.stringContaining("was used for another request"),
  ]);
  const apart = await send(await programOf(desk, { name: "other" }), "v2");
  expect([apart.status, ids.includes(runIn(apart).id)]).toEqual([202, false]);
});

test("a long poll answers at once when the run is at rest, says when nothing is new, and waits 20 seconds at most", async () => {
  const ended = await program.post("/v1/runs?wait=20", { workflow: quick, ...start });
  expect(runIn(ended).status).toBe("done");
  const path = `/v1/runs/${runIn(ended).id}`;
  const pauses: number[] = [];
  let ahead = 0;
  const clock = { now: () => new Date(Date.now() + ahead).toISOString() };
  const handler = composeApi(
    desk.config,
    { ...desk.around, clock },
    {
      pause(ms) {
        pauses.push(ms);
        ahead += ms;
        return Promise.resolve();
      },
    },
  );
  const served = await serveHandler(handler, desk.around.log);
  onTestFinished(() => served.close());
  const own = programWith({ apiUrl: served.url }, program.token);
  const now = await own.get(`${path}?wait=20`);
  expect([now.status, pauses]).toEqual([200, []]);
  const same = await own.get(`${path}?wait=20`, { "if-none-match": now.headers.get("etag") ?? "" });
  expect([same.status, same.body]).toEqual([304, ""]);
  expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(20_000);
  const other = await own.get(`${path}?wait=20`, { "if-none-match": '"another"' });
  expect(other.status).toBe(200);
  const long = await own.get(`${path}?wait=21`);
  expect([long.status, problemIn(long).errors]).toEqual([400, { "?wait": "must be at most 20 seconds" }]);
});

test("a run is cancelled once, and again the same; one that is over is not, and nobody else's is", async () => {
  const workflow = desk.offer(asking(ONE_APPROVER, () => askApproval(GO)));
  const waits = await program.post("/v1/runs", { workflow, ...start });
  const path = `/v1/runs/${runIn(waits).id}/cancel`;
  const outsider = await programOf(desk, { name: "outsider", owner: desk.otto.id });
  expect((await outsider.post(path)).status).toBe(403);
  const cancelled = await program.post(path, { reason: "Too late" });
  const again = await program.post(path, { reason: "Once more" });
  for (const answered of [cancelled, again])
    expect(runIn(answered)).toMatchObject({
      status: "cancelled",
      cancelled: { by: "U0RITA/ci", reason: "Too late" },
    });
  const done = await program.post("/v1/runs?wait=20", { workflow: quick, ...start });
  const over = await program.post(`/v1/runs/${runIn(done).id}/cancel`);
  expect([over.status, problemIn(over).detail]).toEqual([
    409,
    "Nothing was cancelled: the run is over already (done).",
  ]);
});

test("a history is whole as JSON, and as a file that anybody can verify, who changes a word of it is found out", async () => {
  const ended = await program.post("/v1/runs?wait=20", { workflow: quick, ...start });
  const path = `/v1/runs/${runIn(ended).id}/audit`;
  const whole = await program.get(path);
  expect(whole.body).toMatchObject({ isWhole: true, run: runIn(ended).id });
  const file = await program.get(path, { accept: "application/jsonl" });
  expect(file.headers.get("content-disposition")).toContain(`countersign-${runIn(ended).name}-audit.jsonl`);
  const verdictOf = (text: string): string => {
    const read = readExport(text);
    if (read.kind !== "export") return read.kind;
    const { team, thread, head, length } = read.header;
    return verifyChain(read.entries, { key: { team, thread }, end: { head, length } }).kind;
  };
  const text = String(file.body);
  expect([verdictOf(text), verdictOf(text.replace("U0RITA", "U0ANA"))]).toEqual(["whole", "broken"]);
});

test("what waits for a key's decision is listed for it, and what it may not see is unknown to it", async () => {
  const policy = { approvers: [{ apiKey: "lister" }] as [{ apiKey: string }], requesterMayApprove: false };
  const workflow = desk.offer(asking(policy, () => askApproval(GO)));
  const request = pendingIn(await program.post("/v1/runs?wait=20", { workflow, ...start }));
  const lister = await programOf(desk, { name: "lister", owner: desk.otto.id });
  expect((await lister.get("/v1/requests")).body).toMatchObject({ requests: [{ id: request.id }] });
  const unknown = await lister.get(`/v1/runs/${"0".repeat(32)}`);
  expect([unknown.status, problemIn(unknown).title]).toEqual([404, "Not found"]);
  expect((await lister.post(pathOf(request, "approve"), undefined, seen(request))).status).toBe(200);
});
