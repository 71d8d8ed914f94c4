// Seed 004, financial transaction approval, and seed 001, example 4: small payments pass, larger ones take a manager and then compliance.
import { expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { DEPLOYS, messageLike, startSystem, type System, told } from "../support/system.ts";

const MANAGER = /^Approval needed: Manager, 1 of 2: pay €750\.00 to Hotel Post/;
const COMPLIANCE = /^Approval needed: Compliance, 2 of 2: pay €750\.00 to Hotel Post/;
const EXPENSE = { payee: "Hotel Post", amount: 750, currency: "EUR", purpose: "Rooms for the team" };

async function askToPay({ rita }: System, amount: string): Promise<void> {
  const command = `/countersign run expense payee="Hotel Post" amount=${amount} currency=EUR purpose="Rooms for the team"`;
  await rita.say(DEPLOYS, command);
}

/** Up to the card for compliance; Ana has agreed as the manager. */
async function askedOfCompliance(system: System): Promise<Message> {
  await askToPay(system, "750");
  await system.ana.click(await messageLike(system.ana, MANAGER), "Approve");
  return messageLike(system.bo, COMPLIANCE);
}

async function reject(person: LocalPerson, card: Message, note: string): Promise<void> {
  await person.click(card, "Reject…");
  await person.submit(await person.waitFor(({ views }) => views.at(-1)), { reason: "Not now", note });
}

test("an expense under 500 is paid without a question", async () => {
  const system = await startSystem();
  await askToPay(system, "499.99");
  await messageLike(system.rita, /^✅ Paid €499\.99 to Hotel Post for “Rooms for the team”\./);
  expect(await system.acts("payment")).toMatchObject([
    { body: { ...EXPENSE, amount: 499.99 }, performed: 1 },
  ]);
  const { messages } = await system.ana.snapshot();
  expect(messages.filter(({ text }) => text.startsWith("Approval needed"))).toEqual([]);
});

test("from 500 on a manager is asked, then compliance, and then it is paid once", async () => {
  const system = await startSystem();
  const { ana, bo, rita } = system;
  await askToPay(system, "500");
  const first = await messageLike(ana, /^Approval needed: Manager, 1 of 2: pay €500\.00 to Hotel Post/);
  const { messages } = await ana.snapshot();
  expect(messages.filter(({ text }) => text.includes("Compliance, 2 of 2"))).toEqual([]);
  await ana.click(first, "Approve");
  const second = await messageLike(bo, /^Approval needed: Compliance, 2 of 2: pay €500\.00 to Hotel Post/);
  expect(await system.acts("payment")).toEqual([]);
  await bo.click(second, "Approve");
  await messageLike(rita, /^✅ Paid €500\.00 to Hotel Post for “Rooms for the team”\. <@U0RITA>$/);
  expect(await system.acts("payment")).toMatchObject([
    { body: { ...EXPENSE, amount: 500 }, performed: 1, replays: 0 },
  ]);
});

test("an amount of nothing, below it, or of tenths of a cent is refused at its field until it fits", async () => {
  const system = await startSystem();
  const { rita } = system;
  await askToPay(system, "0");
  const form = await rita.waitFor(({ views }) => views.at(-1));
  expect(JSON.stringify(form.blocks[0])).toContain("`amount`: Must be at least 0.01.");
  for (const [amount, error] of [
    ["-20", "Must be at least 0.01."],
    ["12.345", "Must be a multiple of 0.01."],
    ["much", "Please enter a number."],
    ["1000000.01", "Must be at most 1000000."],
  ] as const) {
    await rita.submit(form, { "arg:amount": amount });
    expect((await rita.view())?.errors).toEqual({ "arg:amount": error });
  }
  expect(await system.acts("payment")).toEqual([]);
  await rita.submit(form, { "arg:amount": "0.01" });
  await messageLike(rita, /^✅ Paid €0\.01 to Hotel Post/);
  expect(await system.acts("payment")).toHaveLength(1);
});

test("what the manager rejects compliance is never asked about", async () => {
  const system = await startSystem();
  const { ana, bo, rita } = system;
  await askToPay(system, "750");
  await reject(ana, await messageLike(ana, MANAGER), "Book a cheaper one");
  await messageLike(
    rita,
    /^⛔ Not paid: €750\.00 to Hotel Post\. The manager rejected it: Not now: Book a cheaper one <@U0RITA>$/,
  );
  expect((await bo.snapshot()).messages.filter(({ text }) => text.includes("Compliance, 2 of 2"))).toEqual(
    [],
  );
  expect(await system.acts("payment")).toEqual([]);
});

test("what compliance rejects is not paid, although the manager agreed", async () => {
  const system = await startSystem();
  await reject(system.bo, await askedOfCompliance(system), "No invoice");
  await messageLike(system.rita, /^⛔ Not paid: .*\. Compliance rejected it: Not now: No invoice/);
  expect(await system.acts("payment")).toEqual([]);
});

test("whoever agreed as the manager cannot agree for compliance, and is told so; somebody else can", async () => {
  const system = await startSystem();
  const { ana, bo, rita } = system;
  const card = await askedOfCompliance(system);
  await ana.click(card, "Approve");
  const again = await messageLike(bo, /^Approval needed again: Compliance, 2 of 2: pay €750\.00/);
  expect(again.ts).toBe(card.ts);
  expect(JSON.stringify(again.blocks)).toContain(
    "whoever agreed as manager cannot agree for compliance, too",
  );
  expect(await system.acts("payment")).toEqual([]);
  await bo.click(again, "Approve");
  await messageLike(rita, /^✅ Paid €750\.00/);
  expect(await system.acts("payment")).toMatchObject([{ performed: 1 }]);
});

test("only a manager agrees as one, until it has waited for a day; the requester never does", async () => {
  const system = await startSystem();
  const { ana, bo, rita } = system;
  await askToPay(system, "750");
  const card = await messageLike(ana, MANAGER);
  await bo.click(card, "Approve");
  await told(bo, /^You can't decide this one/);
  await rita.click(card, "Approve");
  await told(rita, /^You started this run/);
  await system.sweepAfter(24 * 60 * 60 + 60);
  await bo.waitFor(({ messages }) => messages.some(({ text }) => text.includes("S0ONCALL")));
  await bo.click(await messageLike(bo, MANAGER), "Approve");
  await ana.click(await messageLike(ana, COMPLIANCE), "Approve");
  await messageLike(rita, /^✅ Paid/);
});

test("when the target's answer is lost, Retry asks nobody again and pays nothing a second time", async () => {
  const system = await startSystem();
  const { bo, rita, relays } = system;
  const card = await askedOfCompliance(system);
  relays.ops.loseAnswers();
  await bo.click(card, "Approve");
  await messageLike(rita, /failed/i, 15_000);
  relays.ops.restore();
  const run = await rita.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes('"Retry"')),
  );
  await rita.click(run, "Retry");
  await messageLike(rita, /^✅ Paid €750\.00/);
  expect(await system.acts("payment")).toMatchObject([{ performed: 1, replays: 1 }]);
});
