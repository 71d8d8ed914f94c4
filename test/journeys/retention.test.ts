// Runs whose details are not kept any more, and purged runs, as people, programs and operators meet them.
import { expect, test } from "vitest";
import { keepingOf } from "../../src/runs/removed.ts";
import { type Deployed, deleteExpired, deployed, purge, untilExpired } from "../support/removed.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, told } from "../support/system.ts";

function command(system: Deployed, line: string): Promise<unknown> {
  return system.ana.say(DEPLOYS, `/countersign ${line}`);
}

test("once its details have had their time, a run is told of by its history alone, and nothing of it comes back", async () => {
  const system = await deployed();
  const { ana, name, card, deployments } = system;
  await untilExpired(system);
  expect(await deleteExpired(system)).toBeGreaterThan(2);
  await ana.click(card, "Approve", { stale: true });
  await told(ana, /^The details of r-\w+ were deleted on .+ Your click was not counted\.$/);
  await command(system, `show ${name}`);
  await told(ana, /The details of r-\w+ were deleted on/);
  await command(system, `history ${name}`);
  await told(ana, /^History of deploy r-\w+: \d+ entries/);
  await command(system, `audit ${name}`);
  await told(ana, /^Audit of deploy/);
  await command(system, `replay ${name}`);
  await told(ana, /can't be replayed. Start a new run instead/);
  expect(await deployments()).toHaveLength(1);
});

test("a run is kept for as long as is configured, and a question that waits for longer is answered all the same", async () => {
  const system = await deployed({ keeping: keepingOf(7, 30) });
  const { ana, rita, name, askToDeploy, deployments } = system;
  const waiting = await askToDeploy(DEPLOY_COMMAND.replace("v2.4.1", "v2.5.0"));
  await untilExpired(system, 5);
  await command(system, `show ${name}`);
  await messageLike(rita, /^Approval needed: Deploy checkout v2\.5\.0/);
  await expect.poll(async () => (await ana.ephemerals()).at(-1)?.text).toMatch(new RegExp(name));
  expect((await ana.ephemerals()).at(-1)?.text).not.toMatch(/were deleted/);
  await untilExpired(system, 2);
  await command(system, `show ${name}`);
  await told(ana, /The details of r-\w+ were deleted on/);
  await deleteExpired(system);
  await ana.click(waiting, "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.5\.0/);
  expect(await deployments()).toHaveLength(2);
});

test("an operator purges a run: its cards are emptied, and whoever asks is told who did it and why", async () => {
  const system = await deployed();
  const { ana, name, card, sweepAfter, untilIdle } = system;
  const dry = await purge(system, [name, "--dry-run", "--json"]);
  expect(JSON.parse(dry.out)).toMatchObject({ kind: "dry-run" });
  expect(await purge(system, [name, "--reason", "Her data"])).toMatchObject({ code: 1 });
  const { code, out } = await purge(system, [name, "--reason", "Her data", "--yes"]);
  expect({ code, out }).toMatchObject({ code: 0 });
  expect(out).toMatch(/^1 run purged: \d+ items deleted/);
  await sweepAfter(60);
  await untilIdle();
  const { messages } = await ana.snapshot();
  const texts = JSON.stringify(messages);
  expect(texts).toContain(`${name} was purged`);
  expect(texts).not.toContain("v2.4.1");
  for (const home of [await ana.home(), await system.rita.home()])
    expect(JSON.stringify(home)).not.toMatch(/v2\.4\.1|Her data/);
  await command(system, "pending");
  await told(ana, /[Nn]othing/);
  await command(system, `show ${name}`);
  await told(ana, /was purged on .* by otto: “Her data”/);
  await command(system, `history ${name}`);
  await told(ana, /Its history is gone as well: it had \d+ entries/);
  await ana.click(card, "Approve", { stale: true });
  await told(ana, /was purged on .* Your click was not counted\.$/);
  await command(system, `replay ${name}`);
  await told(ana, /can't be replayed/);
});
