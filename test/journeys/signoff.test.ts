// Seed 001, example 3: legal and finance sign off one proposal. Both are asked at once, and each is resumed by its own id, in any order.
import { expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { DEPLOYS, messageLike, startSystem, type System, told } from "../support/system.ts";

const LEGAL = /^Approval needed: Legal sign-off: Acquire WidgetCo/;
const FINANCE = /^Approval needed: Finance sign-off: Acquire WidgetCo/;
const SIGNED = /^✅ Signed by Legal \(U0ANA\) and Finance \(U0\w+\): Acquire WidgetCo\. <@U0RITA>$/;

interface Asked {
  readonly system: System;
  readonly legal: Message;
  readonly finance: Message;
}

/** Both cards stand there before anybody has answered. */
async function asked(words = ""): Promise<Asked> {
  const system = await startSystem();
  await system.rita.say(DEPLOYS, `/countersign run signoff proposal="Acquire WidgetCo"${words}`);
  const legal = await messageLike(system.ana, LEGAL);
  return { system, legal, finance: await messageLike(system.bo, FINANCE) };
}

async function reject(person: LocalPerson, card: Message, note: string): Promise<void> {
  await person.click(card, "Reject…");
  await person.submit(await person.waitFor(({ views }) => views.at(-1)), { reason: "Not now", note });
}

test.each(["legal", "finance"] as const)(
  "both are asked at once, %s answers first, and it is signed once when the other one has agreed",
  async (first) => {
    const { system, legal, finance } = await asked();
    const { ana, bo, rita } = system;
    const answers = [() => ana.click(legal, "Approve"), () => bo.click(finance, "Approve")];
    const [one, other] = first === "legal" ? answers : answers.toReversed();
    await one?.();
    await messageLike(rita, first === "legal" ? /^Approved: Legal/ : /^Approved: Finance/);
    await system.untilIdle();
    expect(await system.acts("signoff")).toEqual([]);
    // The other question is the same as before, at the same card.
    await messageLike(rita, first === "legal" ? FINANCE : LEGAL);
    await other?.();
    expect((await messageLike(rita, SIGNED)).text).toContain(`Legal (${ana.id}) and Finance (${bo.id})`);
    expect(await system.acts("signoff")).toMatchObject([
      {
        body: { proposal: "Acquire WidgetCo", signedBy: { Legal: ana.id, Finance: bo.id } },
        ...{ performed: 1, replays: 0 },
      },
    ]);
  },
);

test("both ids in one step: whoever may answer both approves them with one click", async () => {
  const { system } = await asked();
  const { ana, rita } = system;
  const run = await messageLike(ana, /^signoff r-/);
  await ana.click(run, "Approve all 2…");
  await ana.submit(await ana.waitFor(({ views }) => views.at(-1)));
  await messageLike(rita, SIGNED);
  expect(await system.acts("signoff")).toMatchObject([
    { body: { signedBy: { Legal: ana.id, Finance: ana.id } }, performed: 1 },
  ]);
});

test("what one department rejects is not signed, and the other one is still heard", async () => {
  const { system, legal, finance } = await asked();
  await reject(system.ana, legal, "The warranty is missing");
  await messageLike(system.rita, /^Rejected: Legal/);
  await system.bo.click(finance, "Approve");
  await messageLike(
    system.rita,
    /^⛔ Not signed: Acquire WidgetCo\. Legal refused: Not now: The warranty is missing <@U0RITA>$/,
  );
  expect(await system.acts("signoff")).toEqual([]);
});

test("when both reject, the outcome has both reasons", async () => {
  const { system, legal, finance } = await asked();
  await reject(system.bo, finance, "Too expensive");
  await reject(system.ana, legal, "The warranty is missing");
  const { text } = await messageLike(system.rita, /^⛔ Not signed/);
  expect(text).toContain("Legal refused: Not now: The warranty is missing");
  expect(text).toContain("Finance refused: Not now: Too expensive");
});

test("nobody signs for a department that is not theirs", async () => {
  const { system, legal } = await asked();
  const { bo, rita } = system;
  await bo.click(legal, "Approve");
  await told(bo, /^You can't decide this one/);
  await rita.click(legal, "Approve");
  await told(rita, /^You started this run/);
  expect(await system.acts("signoff")).toEqual([]);
});

test("the terms are on both cards, to be read before anybody signs, and in what is recorded as signed", async () => {
  const terms = "40 million, half of it in shares";
  const { system, legal, finance } = await asked(` terms="${terms}"`);
  for (const { blocks } of [legal, finance]) {
    expect(JSON.stringify(blocks)).toContain(terms);
    expect(JSON.stringify(blocks)).toContain("Whoever is in both departments may sign for both.");
  }
  await system.ana.click(legal, "Approve");
  await messageLike(system.rita, /^Approved: Legal/);
  await system.bo.click(finance, "Approve");
  await messageLike(system.rita, SIGNED);
  expect(await system.acts("signoff")).toMatchObject([{ body: { proposal: "Acquire WidgetCo", terms } }]);
});

test("when the target's answer is lost, Retry signs nothing a second time", async () => {
  const { system, legal, finance } = await asked();
  const { ana, bo, rita, relays } = system;
  await ana.click(legal, "Approve");
  await messageLike(rita, /^Approved: Legal/);
  relays.ops.loseAnswers();
  await bo.click(finance, "Approve");
  await messageLike(rita, /failed/i, 15_000);
  relays.ops.restore();
  const run = await rita.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes('"Retry"')),
  );
  await rita.click(run, "Retry");
  await messageLike(rita, SIGNED);
  expect(await system.acts("signoff")).toMatchObject([{ performed: 1, replays: 1 }]);
});
