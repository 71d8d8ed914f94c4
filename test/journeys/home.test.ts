// The App Home on the whole product: who sees what waits, what has stalled, runs and is done; what they can do there; and how it keeps up.
import { expect, test } from "vitest";
import type { HomeView, View } from "../../src/local/slack/protocol.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, startSystem } from "../support/system.ts";

/** All that is to be read. */
function textOf(home: HomeView | undefined): string {
  return JSON.stringify(home?.blocks ?? []);
}

/** Opens it, as a person does. */
async function opened(person: LocalPerson): Promise<HomeView> {
  const answer = await person.home();
  if (!answer.ok || answer.view === undefined) throw new Error("The app has published no home.");
  return answer.view;
}

/** The home as it stands in the person's window once it reads like this. */
function homeLike(person: LocalPerson, pattern: RegExp): Promise<HomeView> {
  return person.waitFor(({ home }) => (pattern.test(textOf(home)) ? home : undefined));
}

function modal(person: LocalPerson): Promise<View> {
  return person.waitFor(({ views }) => views.at(-1));
}

test("an approver sees what waits for her, the requester sees it run, and it concerns nobody else", async () => {
  const { ana, rita, otto, askToDeploy } = await startSystem();
  await askToDeploy();
  const anas = textOf(await opened(ana));
  expect(anas).toContain("Waiting for you 1 · Stalled 0 · Running 0 · Done today 0");
  expect(anas).toContain("Deploy checkout v2.4.1 to prod");
  expect(anas).toMatch(/r-[0-9a-f]{6} · asked by <@U0RITA> \d+ s ago in <#C0DEPLOYS>/);
  const ritas = textOf(await opened(rita));
  expect(ritas).toContain("Waiting for you 0 · Running 1 · Done today 0");
  expect(ritas).toContain("Waiting for <!subteam^S0ONCALL>");
  expect(ritas).not.toContain('"Review"');
  const ottos = await opened(otto);
  expect(textOf(ottos)).toContain("All quiet: nothing waits for you");
  expect(textOf(ottos)).toContain("/countersign help");
  // He is in its channel, so that he may see it when he wants to.
  await otto.click(ottos, /home:filter/, { option: "Everything I may see" });
  await homeLike(otto, /Running 1/);
});

test("a guest and somebody of another workspace see nothing of runs", async () => {
  const { gus, eve, askToDeploy } = await startSystem();
  await askToDeploy();
  const homes = [await opened(gus), await opened(eve)].map(textOf);
  expect(homes[0]).toContain("Guests of this workspace can't see runs here.");
  expect(homes[1]).toContain("People of other workspaces can't see runs here.");
  for (const home of homes) expect(home).not.toMatch(/deploy|r-[0-9a-f]{6}|Start…/);
});

test("who reviews and approves in her home has the row gone at once, and a colleague a few seconds later", async () => {
  const { ana, bo, askToDeploy } = await startSystem();
  await askToDeploy();
  await homeWith(bo, "Waiting for you 1");
  const home = await homeWith(ana, "Waiting for you 1");
  expect(await ana.click(home, "Review")).toMatchObject({ answer: { kind: "ok" } });
  const review = await modal(ana);
  expect(review.title).toBe("Full request");
  await ana.submit(review);
  const { home: after } = await ana.snapshot();
  expect(textOf(after)).toContain("Waiting for you 0");
  await bo.waitFor(({ home: his }) => textOf(his).includes("Waiting for you 0"), 15_000);
  await messageLike(ana, /^✅ Deployed/);
});

async function homeWith(person: LocalPerson, text: string): Promise<HomeView> {
  const home = await opened(person);
  expect(textOf(home)).toContain(text);
  return home;
}

test("an operator retries what failed, from her home, which says so", async () => {
  const { ana, rita, relays, askToDeploy } = await startSystem();
  const card = await askToDeploy();
  relays.ops.cut();
  await ana.click(card, "Approve");
  await messageLike(ana, /^deploy .*Failed/, 20_000);
  const home = await homeWith(ana, "Stalled 1");
  expect(textOf(home)).toContain("Retry runs the failed step again");
  // Who operates nothing reads what became of her run among what is done.
  expect(textOf(await opened(rita))).toMatch(/⚠️ \*deploy\* · Failed/);
  relays.ops.restore();
  await ana.click(home, "Retry");
  expect(textOf((await ana.snapshot()).home)).toMatch(/ℹ️ r-[0-9a-f]{6} runs again/);
  await messageLike(ana, /^✅ Deployed/);
});

test("a question that nobody decides is stalled: an operator nudges, and cancels the run", async () => {
  const { ana, bo, askToDeploy, sweepAfter, untilIdle, deployments } = await startSystem();
  await askToDeploy();
  await homeWith(ana, "Stalled 0");
  await sweepAfter(5 * 60 * 60);
  await untilIdle();
  const home = await homeWith(ana, "Stalled 1");
  expect(textOf(home)).toContain("Waiting 5 h 0 min for <!subteam^S0ONCALL>");
  expect(textOf(await opened(bo))).not.toContain("Stalled");
  await ana.click(home, "Nudge");
  const nudged = (await ana.snapshot()).home;
  expect(textOf(nudged)).toMatch(/ℹ️ Nudged r-[0-9a-f]{6}; whoever it waits for is reminded/);
  await messageLike(
    bo,
    /^👋 <!subteam\^S0ONCALL> or <!subteam\^S0OPS>: <@U0ANA> asks you to decide \*Deploy checkout/,
  );
  if (nudged === undefined) throw new Error("The home is gone.");
  await ana.click(nudged, "Cancel run");
  const cancelled = textOf((await ana.snapshot()).home);
  expect(cancelled).toMatch(/ℹ️ Cancelled r-[0-9a-f]{6}\. What was done stays done\./);
  expect(cancelled).toContain("Waiting for you 0 · Stalled 0");
  expect(await deployments()).toEqual([]);
});

test("filter and page stay as they were chosen, when it is opened again and when it is brought up to date", async () => {
  const { rita, untilIdle } = await startSystem();
  for (let n = 0; n < 14; n += 1) await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await rita.waitFor(
    ({ messages }) => messages.filter(({ text }) => text.startsWith("Approval needed")).length === 14,
    20_000,
  );
  await untilIdle();
  await rita.click(await homeWith(rita, "Running 14"), "Show more");
  const second = await homeLike(rita, /Running\* · page 2/);
  expect(textOf(second).match(/asked by/g)).toHaveLength(2);
  expect(textOf(await opened(rita))).toContain("page 2");
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  const kept = await rita.waitFor(({ home }) => /Running 15/.test(textOf(home)) && home, 15_000);
  expect(textOf(kept)).toContain("page 2");
  await rita.click(await opened(rita), /home:filter/, { option: "My groups" });
  await homeLike(rita, /All quiet/);
  expect(textOf(await opened(rita))).toContain("All quiet");
});

test("when the database is away the home says so and how to try again, and the click is answered there", async () => {
  const { ana, relays, askToDeploy } = await startSystem();
  await askToDeploy();
  const home = await homeWith(ana, "Waiting for you 1");
  relays.dynamo.cut();
  await ana.click(home, "Refresh");
  const sorry = await homeLike(ana, /I couldn't read what is going on: the database did not answer/);
  relays.dynamo.restore();
  await ana.click(sorry, "Refresh");
  await homeLike(ana, /Waiting for you 1/);
});

test("many changes publish a home once, and one that shows the same is not published anew", async () => {
  const { bo, otto, rita, untilIdle } = await startSystem();
  await opened(bo);
  const ottos = (await opened(otto)).hash;
  for (let n = 0; n < 3; n += 1) await rita.say(DEPLOYS, DEPLOY_COMMAND);
  const hashes = new Set<string | undefined>();
  await bo.waitFor(({ home }) => {
    hashes.add(home?.hash);
    return /Waiting for you 3/.test(textOf(home));
  }, 15_000);
  await untilIdle();
  expect(hashes.size).toBe(2);
  expect((await otto.snapshot()).home?.hash).toBe(ottos);
});
