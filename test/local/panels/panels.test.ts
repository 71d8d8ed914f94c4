// What the side panels are told: the ops target, the runs with the path each took, and the model.
import { describe, expect, onTestFinished, test } from "vitest";
import { createOps } from "../../../src/local/ops/server.ts";
import type { About, ModelNote, OpsPicture, RunPicture, Runs } from "../../../src/local/panels/protocol.ts";
import type { RunLog } from "../../../src/local/panels/run-log.ts";
import { createPanels } from "../../../src/local/panels/server.ts";
import { DEPLOYS, messageLike, pendingCard, startSystem } from "../../support/system.ts";

async function read<T>(base: string, path: string): Promise<T> {
  return (await (await fetch(`${base}/panels/${path}`)).json()) as T;
}

const NO_RUNS: RunLog = {
  list: () => Promise.resolve({ runs: [] }),
  picture: () => Promise.resolve(undefined),
  close: () => undefined,
};

async function panelsOnly(model: ModelNote, opsUrl?: string) {
  const ops = await createOps({ store: ":memory:", now: () => 0 }).listen(0);
  onTestFinished(() => ops.close());
  const panels = createPanels({ opsUrl: opsUrl ?? ops.url, model, runs: NO_RUNS });
  const answerTo = (path: string) => panels(new Request(`http://127.0.0.1/panels/${path}`));
  return { ops, answerTo };
}

describe("the runs", () => {
  test("a run that waits: where it is, what it passed, what is still open", async () => {
    const { slackUrl, askToDeploy } = await startSystem();
    expect(await read<Runs>(slackUrl, "runs")).toEqual({ runs: [] });
    await askToDeploy();
    const { runs } = await read<Runs>(slackUrl, "runs");
    expect(runs).toMatchObject([
      { workflow: "deploy", status: "waiting", requester: "U0RITA", channel: DEPLOYS },
    ]);
    expect(runs[0]?.label).toBe(`r-${runs[0]?.thread.slice(0, 6) ?? ""}`);
    const run = await read<RunPicture>(slackUrl, `runs/${runs[0]?.thread ?? ""}`);
    expect(run.nodes.map(({ name, state }) => [name, state])).toEqual([
      ["plan", "done"],
      ["approve", "waiting"],
      ["deploy", "not reached"],
    ]);
    expect(run.path).toEqual([["plan"]]);
    expect(run.edges.find(({ from }) => from === "plan")).toMatchObject({ to: "approve", taken: true });
  });

  test("a run that went round again and ended, newest first", async () => {
    const { slackUrl, rita, ana, askToDeploy } = await startSystem();
    await askToDeploy();
    await rita.say(DEPLOYS, '/countersign run email to=lee@example.com about="it is late"');
    const card = await messageLike(ana, /^Approval needed: Send an e-mail/);
    await ana.click(card, "Reject…");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    await ana.submit(form, { note: "Shorter" });
    const second = await ana.waitFor(({ messages }) =>
      messages.find(({ ts, text }) => text.startsWith("Approval needed: Send") && ts !== card.ts),
    );
    await ana.click(second, "Approve");
    await messageLike(ana, /^✅ Sent/);
    const { runs } = await read<Runs>(slackUrl, "runs");
    expect(runs.map(({ workflow, status }) => [workflow, status])).toEqual([
      ["email", "done"],
      ["deploy", "waiting"],
    ]);
    const run = await read<RunPicture>(slackUrl, `runs/${runs[0]?.thread ?? ""}`);
    expect(run.path).toEqual([["write"], ["review"], ["write"], ["review"], ["send"]]);
    expect(run.nodes.find(({ name }) => name === "write")).toEqual({
      name: "write",
      state: "done",
      times: 2,
    });
    expect(run.edges.find(({ from, to }) => from === "review" && to === "write")).toMatchObject({
      taken: true,
    });
  });

  test("a run that failed says why", async () => {
    const { slackUrl, relays, rita } = await startSystem();
    relays.ops.cut();
    await rita.say(DEPLOYS, "/countersign run deploy service=checkout version=v2.4.1 env=prod");
    await messageLike(rita, /failed/i);
    const { runs } = await read<Runs>(slackUrl, "runs");
    const run = await read<RunPicture>(slackUrl, `runs/${runs[0]?.thread ?? ""}`);
    expect(run).toMatchObject({ status: "failed", nodes: [{ name: "plan", state: "failed" }, {}, {}] });
    expect(run.error).not.toBe("");
  });

  test("no run of that name is a 404 with a sentence", async () => {
    const { slackUrl } = await startSystem();
    const answer = await fetch(`${slackUrl}/panels/runs/none`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { ok: false, error: "There is no run none here." },
    ]);
  });
});

test("the ops target: services, deployments, the outbox and what else was done, newest first, each with how often it was done", async () => {
  const { slackUrl, ana, rita, askToDeploy } = await startSystem();
  await ana.click(await askToDeploy(), "Approve");
  await messageLike(ana, /^✅ Deployed/);
  await rita.say(DEPLOYS, '/countersign run email to=lee@example.com about="checkout is deployed"');
  await ana.click(await pendingCard(ana), "Approve");
  await messageLike(ana, /^✅ Sent/);
  await rita.say(DEPLOYS, "/countersign run expense payee=Lee amount=20 currency=EUR purpose=Taxi");
  await messageLike(rita, /^✅ Paid/);
  const { services, deployments, outbox, others } = await read<OpsPicture>(slackUrl, "ops");
  expect(others).toMatchObject([{ kind: "payment", said: "20.00 EUR to Lee", performed: 1, replays: 0 }]);
  expect(services).toContainEqual({ name: "checkout", env: "prod", version: "v2.4.1", replicas: 12 });
  expect(deployments).toMatchObject([
    { service: "checkout", env: "prod", previous: "v2.4.0", version: "v2.4.1", performed: 1, replays: 0 },
  ]);
  expect(outbox).toMatchObject([{ to: "lee@example.com", performed: 1, replays: 0 }]);
  // Keys would let whoever reads them act in a run's name.
  expect(JSON.stringify({ deployments, outbox, others })).not.toContain("dempotency");
});

test.each<ModelNote>([{ kind: "scripted" }, { kind: "configured", name: "large", host: "api.openai.com" }])(
  "the model: %j",
  async (model) => {
    const { answerTo } = await panelsOnly(model);
    expect(await (await answerTo("about")).json()).toEqual({ model } satisfies About);
  },
);

test("an ops target that is away is a sentence, not a crash; so is a panel there is not", async () => {
  const { answerTo } = await panelsOnly({ kind: "scripted" }, "http://127.0.0.1:9");
  const away = await answerTo("ops");
  expect([away.status, await away.json()]).toEqual([
    502,
    { ok: false, error: "The ops target does not answer: fetch failed." },
  ]);
  expect((await answerTo("nothing")).status).toBe(404);
});
