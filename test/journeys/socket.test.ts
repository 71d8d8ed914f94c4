// The same journeys however Slack delivers: over HTTP, as on AWS, and over a socket, as to a laptop. And what only a socket does: end in the middle.
import { expect, test } from "vitest";
import { DEPLOYS, messageLike, pendingCard, startSystem, told } from "../support/system.ts";

const TRANSPORTS = ["HTTP", "a socket"] as const;
const WITHOUT_VERSION = "/countersign run deploy service=checkout version=latest env=prod";

test.each(TRANSPORTS)(
  "over %s a home is published when it is opened, and a mention is answered",
  async (over) => {
    const { ana, rita } = await startSystem({ over });
    expect(await ana.home()).toMatchObject({ answer: { kind: "ok" }, view: { user: ana.id } });
    await rita.say(DEPLOYS, "@countersign help");
    await told(rita, /pending/);
  },
);

test.each(TRANSPORTS)(
  "over %s a form that is wrong says where, starts a run once it is right, and a click on its card deploys",
  async (over) => {
    const { rita, ana, administrator, deployments } = await startSystem({ over });
    await rita.say(DEPLOYS, WITHOUT_VERSION);
    const form = await rita.waitFor(({ views }) => views.at(-1));
    await told(rita, /^Opened a form for \*deploy\*\./);
    await rita.submit(form);
    expect((await rita.view())?.errors).toEqual({ "arg:version": "Must be: a version like v2.4.1." });
    await rita.submit(form, { "arg:version": "v2.4.1" });
    await rita.waitFor(({ views }) => views.find(({ title }) => title === "Started"));
    const clicked = await ana.click(await pendingCard(ana), "Approve");
    expect(clicked).toMatchObject({ ok: true, answer: { kind: "ok", status: 200 } });
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
    expect(await deployments()).toHaveLength(1);
    const { deliveries } = await administrator.everything();
    expect(deliveries.map(({ type, kind }) => `${type} ${kind}`)).toEqual([
      ...["slash_command ok", "view_submission ok", "view_submission ok", "block_actions ok"],
    ]);
  },
);

test("an envelope that comes twice starts one run, and one that clicks twice deploys once", async () => {
  const { rita, ana, administrator, askToDeploy, untilIdle, deployments } = await startSystem({
    over: "a socket",
  });
  await administrator.faults(
    { kind: "deliver-twice", type: "slash_command", times: 1 },
    { kind: "deliver-twice", type: "block_actions", times: 1 },
  );
  const card = await askToDeploy();
  await ana.click(card, "Approve");
  await messageLike(rita, /^✅ Deployed/);
  await untilIdle();
  expect(await administrator.pending()).toEqual([]);
  expect((await rita.messages(DEPLOYS)).filter(({ text }) => /^deploy r-/.test(text))).toHaveLength(1);
  expect(await deployments()).toHaveLength(1);
});

test("a click whose socket is lost before its answer counts all the same, and what comes while there is none is delivered to the next one", async () => {
  const { rita, ana, relays, askToDeploy, untilIdle, administrator, deployments } = await startSystem({
    over: "a socket",
  });
  const card = await askToDeploy();
  await untilIdle();
  // The click has reached the app when it first asks the database for something.
  relays.dynamo.onceUsed(() => relays.socket.cut());
  expect(await ana.click(card, "Approve")).toMatchObject({ answer: { kind: "failed" } });
  expect(await ana.home()).toMatchObject({ answer: { kind: "failed" } });
  relays.socket.restore();
  await messageLike(rita, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
  const last = async (): Promise<unknown> => (await administrator.everything()).deliveries.at(-1);
  await expect.poll(last).toMatchObject({ type: "app_home_opened", kind: "ok" });
  await ana.waitFor(({ home }) => home !== undefined);
});
