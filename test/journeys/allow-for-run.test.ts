// Allow for this run, through Slack: what is allowed is not asked about again, shows on the run's message, and can be taken back.
import { expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message, View } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { type Restarts, restartingWorkflow } from "../runs/restarting.ts";
import { startOwnWorkflow } from "../support/own-workflow.ts";
import { told } from "../support/system.ts";

const { users } = SEED;

async function restarting(environments: string, ways?: Parameters<typeof restartingWorkflow>[1]) {
  const restarts: Restarts = [];
  const workflow = restartingWorkflow(restarts, ways);
  const system = await startOwnWorkflow({ workflow, words: { environments } });
  const { rita, goOn } = system;
  await goOn();
  const likes = async (pattern: RegExp): Promise<readonly Message[]> =>
    (await rita.snapshot()).messages.filter(
      ({ text, visibleTo }) => visibleTo === undefined && pattern.test(text),
    );
  const last = async (pattern: RegExp): Promise<Message> => {
    const message = (await likes(pattern)).at(-1);
    if (message === undefined) throw new Error(`There is no message like ${String(pattern)}.`);
    return message;
  };
  const shown = async (pattern: RegExp): Promise<string> => JSON.stringify((await last(pattern)).blocks);
  return {
    ...system,
    restarts,
    last,
    card: () => last(/^(Approval needed|Approved): /),
    shownOnCard: () => shown(/^(Approval needed|Approved): /),
    shownOnRun: () => shown(/^restarting r-/),
    asked: async () => (await likes(/^Approval needed/)).length,
    async history(): Promise<string> {
      const [name = ""] = /r-[0-9a-f]{6}/.exec((await last(/^restarting r-/)).text) ?? [];
      await rita.say(SEED.channels.deploys, `${SEED.command} history ${name}`);
      return JSON.stringify((await told(rita, /^History of restarting/)).blocks);
    },
  };
}

async function formOf(person: LocalPerson, card: Message): Promise<View> {
  await person.click(card, "Allow for this run…");
  return person.waitFor(({ views }) => views.at(-1));
}

const ALLOWED =
  /🔓 Without asking in this run: `restart_service` while environment is staging · allowed by <@/;

test("what Ana allows for the run is not asked about again; other values are, and the cards and the history say so", async () => {
  const { ana, card, goOn, restarts, asked, shownOnCard, shownOnRun, last, history } =
    await restarting("staging,staging,prod");
  const form = await formOf(ana, await card());
  expect(JSON.stringify(form.blocks)).toContain(
    "Approve this, and from then on `restart_service` without asking in this run, while environment is staging. Others are still asked about. It can be taken back on the run's card.",
  );
  await ana.submit(form, { comment: "Only staging" });
  await goOn();
  expect(restarts).toEqual([`staging: approved by ${users.ana}`, `staging: allowed by ${users.ana}`]);
  expect(await asked()).toBe(1);
  expect(await shownOnRun()).toMatch(ALLOWED);
  const approved = await last(/^Approved: Restart web-0/);
  expect(JSON.stringify(approved.blocks)).toContain("allowed for this run while environment is staging");
  expect(JSON.stringify(approved.blocks)).toContain("Only staging");
  expect(await shownOnCard()).toContain("Restart web-2 in prod");
  await ana.click(await card(), "Approve");
  await goOn();
  expect(await shownOnRun()).not.toContain("🔓");
  expect(JSON.stringify((await last(/^Approved: Restart web-0/)).blocks)).not.toContain("Stop allowing");
  const told = await history();
  expect(told).toContain("approved, and allowed it for the rest of this run: “Only staging”");
  expect(told).toContain(`restart_service ran without asking: <@${users.ana}> had allowed it for this run`);
});

test("Rita stops it: she is told, everybody sees it, the next one is asked about, and once more says who had stopped it", async () => {
  const { ana, rita, card, goOn, restarts, shownOnRun, last } = await restarting("staging,prod,staging");
  await ana.submit(await formOf(ana, await card()));
  await goOn();
  const run = await last(/^restarting r-/);
  await rita.click(run, "Stop allowing");
  const answer = await told(rita, /asks again in this run/);
  expect(answer.text).toMatch(
    /^`restart_service` asks again in this run from now on\. What has run stays as it is\./,
  );
  await goOn();
  expect(await shownOnRun()).not.toContain("🔓");
  expect(JSON.stringify((await last(/^Approved: Restart web-0/)).blocks)).toContain(
    `until <@${users.rita}> stopped it`,
  );
  await rita.click(run, "Stop allowing", { stale: true });
  expect((await told(rita, /stopped this/)).text).toMatch(new RegExp(`^<@${users.rita}> stopped this \\d+`));
  await ana.click(await card(), "Approve");
  await goOn();
  expect(await card()).toMatchObject({ text: expect.stringContaining("Restart web-2 in staging") as string });
  expect(restarts.some((line) => line.includes("allowed"))).toBe(false);
});

test("somebody who may not decide can neither open the form nor stop what is allowed, and is told why", async () => {
  const { ana, otto, card, goOn, last, shownOnRun } = await restarting("staging,prod");
  await otto.click(await card(), "Allow for this run…");
  await told(otto, /^You can't decide this one/);
  expect((await otto.snapshot()).views).toEqual([]);
  await ana.submit(await formOf(ana, await card()));
  await goOn();
  await otto.click(await last(/^restarting r-/), "Stop allowing");
  await told(otto, /^Only .*, the requester and the operators can stop this\. Nothing was changed\.$/);
  await goOn();
  expect(await shownOnRun()).toMatch(ALLOWED);
});

test("one approves while another one's form is open: the first decides, the other is told, and nothing is allowed", async () => {
  const { ana, bo, card, goOn, asked } = await restarting("staging,staging");
  const form = await formOf(ana, await card());
  await bo.click(await card(), "Approve");
  await ana.submit(form);
  const notice = await ana.waitFor(({ views }) => views.find(({ title }) => title === "Not counted"));
  expect(JSON.stringify(notice.blocks)).toContain(`<@${users.bo}> approved this`);
  await goOn();
  expect(await asked()).toBe(1);
});

test("where two must agree both must allow it: the card says who would, and of one alone it is approved and no more", async () => {
  const { ana, bo, card, goOn, restarts, shownOnCard } = await restarting("staging,staging,staging", {
    quorum: 2,
  });
  await ana.submit(await formOf(ana, await card()));
  await goOn();
  expect(await shownOnCard()).toContain(`<@${users.ana}> approved and would allow it for this run`);
  await bo.click(await card(), "Approve");
  await goOn();
  expect(await shownOnCard()).toContain("Restart web-1 in staging");
  await ana.submit(await formOf(ana, await card()));
  await bo.submit(await formOf(bo, await card()));
  await goOn();
  expect(restarts.at(-1)).toBe(`staging: allowed by ${users.ana}, ${users.bo}`);
});

test("what cannot be undone is allowed only by who says that they know", async () => {
  const { ana, card, goOn, restarts } = await restarting("staging,staging", { risk: "destructive" });
  const form = await formOf(ana, await card());
  await ana.submit(form);
  expect((await ana.snapshot()).views.at(-1)?.id).toBe(form.id);
  await ana.submit(form, { confirm: ["confirm"] });
  await goOn();
  expect(restarts.at(-1)).toBe(`staging: allowed by ${users.ana}`);
});

test("of a request that does not fit its card all of it is read first, page by page", async () => {
  const log = Array.from({ length: 9_000 }, (_, at) => `line ${at}`).join("\n");
  const { ana, card, goOn, restarts } = await restarting("staging,staging", { args: { log } });
  const form = await formOf(ana, await card());
  expect(form.submit).toBeUndefined();
  let page = form;
  while (page.submit === undefined) {
    const { hash } = page;
    await ana.click(page, "Next");
    page = await ana.waitFor(({ views }) => views.find((view) => view.hash !== hash));
  }
  expect(JSON.stringify(page.blocks)).toContain("from then on `restart_service` without asking");
  await ana.submit(page);
  await goOn();
  expect(restarts.at(-1)).toBe(`staging: allowed by ${users.ana}`);
});
