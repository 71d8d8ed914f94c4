// A deployment replaces handlers under runs that wait: what the kept handlers of an earlier state began, today's end, and the other way round.
import { beforeAll, expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { encodeJob } from "../../src/runs/job-text.ts";
import { encodeValue } from "../../src/graph/index.ts";
import { buildBundles, loadFrom, unpackPrevious } from "../support/bundles.ts";
import { runIn } from "../support/api.ts";
import { startDeployed } from "../support/deployed.ts";
import { messageLike, pendingCard } from "../support/system.ts";
import {
  askedBy,
  DEPLOY,
  type Direction,
  expiresSoon,
  type Folders,
  programsOf,
  purge,
  startBoth,
  storedRun,
  storedShape,
  sweptLater,
} from "./both-states.ts";
import { HANDLERS } from "../../infra/bundle.ts";
import kept from "../fixtures/previous/manifest.json" with { type: "json" };

let folders: Folders;
beforeAll(async () => {
  folders = { previous: await unpackPrevious(), current: (await buildBundles()).dir };
}, 120_000);

test("every kept handler loads", async () => {
  const { env } = await startDeployed();
  for (const name of HANDLERS) expect(loadFrom(folders.previous, name, env).handler).toBeTypeOf("function");
});

test("jobs and values are written as the kept handlers write them", () => {
  const job: unknown = JSON.parse(encodeJob({ kind: "sweep", team: "", thread: "" }));
  const value = encodeValue(new Map(), "A value");
  const advice =
    "The format has changed: while a deployment replaces the handlers, those before it read what these write. Deploy first what reads both, keep that by npm run fixture, and only then write the new one.";
  expect(job, advice).toMatchObject({ v: kept.formats.job });
  expect(value, advice).toHaveProperty([kept.formats.value]);
});

const BOTH_WAYS: readonly Direction[] = [
  { first: "previous", then: "current" },
  { first: "current", then: "previous" },
];

const saidTo = async (person: LocalPerson): Promise<string> => (await person.ephemerals()).at(-1)?.text ?? "";

test.each(BOTH_WAYS)(
  "what the $first functions ask is listed and decided by those of $then, and a click on the card as it was says who decided",
  async (direction) => {
    const both = await startBoth(folders, direction);
    const { first, then, rita, ana, bo } = both;
    const card = await askedBy(first, both);
    then.takesOver();
    await ana.say(SEED.channels.deploys, "/countersign pending");
    expect(await saidTo(ana)).toContain("Deploy checkout v2.4.1 to prod");
    await ana.click(card, "Approve");
    await then.works();
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)/);
    for (const side of [then, first]) {
      side.takesOver();
      await bo.click(card, "Approve", { stale: true });
      expect(await saidTo(bo)).toMatch(
        /^<@U0ANA> approved this .* Your click was not counted; nothing more to do\.$/,
      );
    }
    await first.works();
    expect((await rita.snapshot()).messages.filter(isDeployed)).toHaveLength(1);
  },
  60_000,
);

const isDeployed = ({ text }: Message): boolean => /^✅ Deployed/.test(text);

test.each(BOTH_WAYS)(
  "a form that the $first functions opened is taken by those of $then, whose job the $first ones do",
  async (direction) => {
    const both = await startBoth(folders, direction);
    const { first, then, rita, ana } = both;
    const card = await askedBy(first, both);
    await ana.click(card, "Edit…");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    then.takesOver();
    await ana.submit(form, { "arg:version": "v2.4.2" });
    await first.works();
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.2 to prod/);
    await messageLike(ana, /^Approved with changes: /);
  },
  60_000,
);

test.each(BOTH_WAYS)(
  "what the queue lost of the $first functions is found by the sweeper of $then, before the question and behind the answer",
  async (direction) => {
    const both = await startBoth(folders, direction);
    const { first, then, rita, ana, loseJobs } = both;
    await rita.say(SEED.channels.deploys, DEPLOY);
    expect(await loseJobs()).toBeGreaterThan(0);
    await sweptLater(then, both);
    await then.works();
    const card = await pendingCard(ana);
    await ana.click(card, "Approve");
    expect(await loseJobs()).toBeGreaterThan(0);
    await sweptLater(then, both);
    await first.works();
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
  },
  60_000,
);

test.each(BOTH_WAYS)(
  "a question of the $first functions expires by the sweeper of $then, and is asked again and approved by the $first ones",
  async (direction) => {
    const both = await startBoth(folders, direction);
    const { first, then, rita, ana, laterBy } = both;
    await askedBy(first, both);
    await expiresSoon(both);
    await sweptLater(then, both);
    await then.works();
    const expired = await messageLike(ana, /^Expired with no decision: Deploy checkout v2\.4\.1 to prod/);
    // A card is not drawn twice within a moment.
    laterBy(10_000);
    await rita.click(expired, "Ask again");
    await first.works();
    await ana.click(await pendingCard(ana), "Approve");
    await then.works();
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
  },
  60_000,
);

test.each(BOTH_WAYS)(
  "a job that the $first functions sent, and nobody could do, fails its run by the dead-letter function of $then, and Retry goes on with it",
  async (direction) => {
    const both = await startBoth(folders, direction);
    const { first, then, rita, ana } = both;
    const card = await askedBy(first, both);
    await ana.click(card, "Approve");
    await then.givesUp();
    await messageLike(rita, /^⚠️ Failed: This run could not go on/);
    first.takesOver();
    await rita.say(SEED.channels.deploys, `/countersign retry ${await runOf(rita)}`);
    await then.works();
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
  },
  60_000,
);

test.each(BOTH_WAYS)(
  "what the $first functions did and heard nothing of is done again by those of $then with the same key, and so only once",
  async (direction) => {
    const both = await startBoth(folders, direction);
    const { first, then, rita, ana, target } = both;
    const card = await askedBy(first, both);
    target.isSilent = true;
    await ana.click(card, "Approve");
    await first.works();
    await messageLike(rita, /^⚠️ Failed: /);
    const tries = target.keys.length;
    expect(tries).toBeGreaterThan(0);
    target.isSilent = false;
    then.takesOver();
    await rita.say(SEED.channels.deploys, `/countersign retry ${await runOf(rita)}`);
    await then.works();
    await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)/);
    expect(target.keys.length).toBeGreaterThan(tries);
    expect(new Set(target.keys).size).toBe(1);
  },
  60_000,
);

async function runOf(person: LocalPerson): Promise<string> {
  const [, name = ""] =
    /as (r-[0-9a-f]+)/.exec((await person.ephemerals()).map(({ text }) => text).join()) ?? [];
  return name;
}

test.each(BOTH_WAYS)(
  "a run that was started over REST by $first is the same for $then, which says what it waits for and cancels it",
  async (direction) => {
    const both = await startBoth(folders, direction);
    const { first, rita } = both;
    const programs = await programsOf(both);
    const start = { workflow: "deploy", input: { service: "checkout", version: "v2.4.1", env: "prod" } };
    const once = { "idempotency-key": "once" };
    const started = await programs.first.post("/v1/runs", start, once);
    expect(started.status).toBe(202);
    const { id } = runIn(started);
    await first.works();
    // The same request once more: the answer to the first one was lost.
    expect(runIn(await programs.then.post("/v1/runs", start, once)).id).toBe(id);
    expect(runIn(await programs.then.get(`/v1/runs/${id}`))).toMatchObject({
      ...{ status: "waiting", requests: [{ state: "pending", title: "Deploy checkout v2.4.1 to prod" }] },
    });
    expect(await programs.then.post(`/v1/runs/${id}/cancel`, {})).toMatchObject({ status: 200 });
    await first.works();
    await messageLike(rita, /^🚫 Cancelled by <@U0RITA>/);
    expect(runIn(await programs.first.get(`/v1/runs/${id}`))).toMatchObject({ status: "cancelled" });
  },
  60_000,
);

test("a run that was purged is looked at by the previous functions, answered for and shown, and nothing of its tombstone is lost", async () => {
  const both = await startBoth(folders, { first: "current", then: "previous" });
  const { first, then, rita, ana, bo, laterBy } = both;
  const card = await askedBy(first, both);
  await ana.click(card, "Approve");
  await first.works();
  await messageLike(rita, /^✅ Deployed/);
  await purge(both, await storedRun(both));
  const purged = await storedRun(both);
  expect(purged.removed).toMatchObject({ kind: "purged", by: "otto" });
  then.takesOver();
  laterBy(60 * 60_000);
  await then.sweeps();
  await then.works();
  await bo.click(card, "Approve", { stale: true });
  expect(await saidTo(bo)).toMatch(/^I don't know this request; .* Your click was not counted\.$/);
  await ana.say(SEED.channels.deploys, `/countersign show ${await runOf(rita)}`);
  expect(await saidTo(ana)).toContain("Purged");
  await then.works();
  expect(await storedRun(both)).toEqual(purged);
}, 60_000);

test("of a run that uses nothing new, both store the same attributes and fields: neither loses one that the other has written", async () => {
  const shapes = [];
  for (const state of ["previous", "current"] as const) {
    const both = await startBoth(folders, { first: state, then: state });
    const card = await askedBy(both.first, both);
    const asked = await storedShape(both);
    await both.ana.click(card, "Approve");
    await both.first.works();
    await messageLike(both.rita, /^✅ Deployed/);
    shapes.push({ asked, done: await storedShape(both) });
  }
  const [previous, current] = shapes;
  expect(previous?.asked.length).toBeGreaterThan(50);
  expect(current).toEqual(previous);
}, 60_000);
