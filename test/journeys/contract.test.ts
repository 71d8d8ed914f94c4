// Seed 004, "Legal and Compliance Document Generation": a model drafts clauses, the run pauses at each that touches liability, a lawyer edits its text or agrees, and the document is filed.
import { expect, test } from "vitest";
import { contract } from "../../src/workflows/contract.ts";
import type { Line } from "../support/model.ts";
import {
  cardOf,
  endOf,
  type ModelledRun,
  openCards,
  performed,
  startModelled,
} from "../support/modelled-workflow.ts";
import { textIn } from "../support/one-question.ts";
import { DEPLOYS, messageLike, startSystem, told } from "../support/system.ts";

const FEES = { heading: "Fees", text: "The customer pays 900 EUR a month." };
const LIMIT = { heading: "Limits", text: "Our liability is limited to 10,000 EUR." };
const TERM = { heading: "Term", text: "It runs for a year." };
const CARE = { heading: "Care", text: "We compensate what we break." };
const clauses = (...all: readonly object[]): string => JSON.stringify({ clauses: all });

function started(...lines: [Line, ...Line[]]): Promise<ModelledRun> {
  return startModelled(contract, { contract: "globex", terms: "As agreed." }, lines);
}

const clause = (place: number): string => `Agree to clause ${place} of globex`;

async function filed(run: ModelledRun): Promise<unknown> {
  return (await performed(run, "documents")).map(({ text }) => text);
}

test("the terms on file become clauses, a lawyer decides on each about liability, and the document is filed once", async () => {
  const system = await startSystem();
  const { rita, bo } = system;
  await rita.say(DEPLOYS, `/countersign run contract ${contract.listing.example}`);
  await bo.click(await cardOf(bo, "Agree to clause 4 of acme-hosting"), "Approve");
  await bo.click(await cardOf(bo, "Agree to clause 5 of acme-hosting"), "Approve");
  expect(await endOf(system)).toContain(
    "Filed acme-hosting with 5 clauses: 2 agreed to and 3 that nobody was asked about.",
  );
  expect(await performed(system, "documents")).toMatchObject([
    {
      contract: "acme-hosting",
      text: expect.stringContaining("4. Liability\nOur liability is limited") as unknown,
      performed: 1,
    },
  ]);
}, 30_000);

test("clause after clause is asked about in the order of the document, each with the words that it is asked for", async () => {
  const run = await started(clauses(FEES, LIMIT, TERM, CARE));
  expect(run.asked[0]?.at(-1)?.content).toBe("Draft the clauses of a contract from these terms:\nAs agreed.");
  const [first, ...others] = await openCards(run.bo);
  expect(others).toEqual([]);
  expect(first).toContain("liability");
  expect(first).toContain("this one and 1 more");
  expect(first).toContain("Terms of the deal*\nAs agreed.");
  expect(first).toContain("heading: Limits\ntext: Our liability is limited to 10,000 EUR.");
  await run.act(clause(2), "Approve");
  expect(textIn(await cardOf(run.bo, clause(4)))).toContain("compensate");
  expect(await filed(run)).toEqual([]);
  await run.act(clause(4), "Approve");
  expect(await filed(run)).toEqual([
    "1. Fees\nThe customer pays 900 EUR a month.\n\n2. Limits\nOur liability is limited to 10,000 EUR.\n\n3. Term\nIt runs for a year.\n\n4. Care\nWe compensate what we break.",
  ]);
}, 30_000);

test("the lawyer's words stand in the document in place of the model's", async () => {
  const run = await started(clauses(FEES, LIMIT));
  await run.act(clause(2), "Edit…", { "arg:text": "Our liability is limited to 5,000 EUR." });
  expect(await filed(run)).toEqual([
    "1. Fees\nThe customer pays 900 EUR a month.\n\n2. Limits\nOur liability is limited to 5,000 EUR.",
  ]);
  await messageLike(run.bo, /^Approved with changes/);
}, 30_000);

test("a rejected clause ends it: nothing is filed, and no other clause is asked about", async () => {
  const run = await started(clauses(LIMIT, CARE));
  await run.act(clause(1), "Reject…", { reason: "Other", note: "Ask for 10 times that." });
  expect(await endOf(run)).toContain("globex was not filed. Clause 1 was rejected: Ask for 10 times that.");
  expect(await filed(run)).toEqual([]);
  expect(await openCards(run.bo)).toEqual([]);
}, 30_000);

test("a clause in letters that are not Latin is asked about, and so says its card", async () => {
  const run = await started(clauses({ heading: "Limits", text: "Our l\u0456ability ends here." }));
  const [card] = await openCards(run.bo);
  expect(card).toContain("It has letters that are not Latin, and may touch liability.");
  expect(card).toContain("Letters that are not Latin*\n\u0456");
  await run.act(clause(1), "Approve");
  expect(await endOf(run)).toContain("Filed globex with 1 clause: 1 agreed to.");
}, 30_000);

test("a contract that does not touch liability is filed without a question", async () => {
  const run = await started(clauses(FEES, TERM));
  expect(await endOf(run)).toContain("Filed globex with 2 clauses: 2 that nobody was asked about.");
  expect(await openCards(run.bo)).toEqual([]);
}, 30_000);

test.each<[string, Line, RegExp]>([
  ["an empty answer", "", /gave an empty answer/],
  ["an answer without clauses", "Here you are!", /has no clauses that can be used/],
])(
  "%s of the model fails the run with a sentence, and Retry asks it again",
  async (_, line, words) => {
    const run = await started(line, clauses(FEES));
    await messageLike(run.rita, words);
    await run.rita.click(await messageLike(run.rita, /^contract r-.*Failed/), "Retry");
    await told(run.rita, /^The run is queued again/);
    await run.goOn();
    expect(await endOf(run)).toContain("Filed globex with 1 clause: 1 that nobody was asked about.");
  },
  30_000,
);

test("a contract that there are no terms of is named with its nearest", async () => {
  const run = await startModelled(contract, { contract: "acme-hostin" }, [clauses(FEES)]);
  await messageLike(run.rita, /There are no terms of "acme-hostin"\. Nearest: acme-hosting/);
  expect(run.asked).toEqual([]);
}, 30_000);

test("when the answer to filing is lost, Retry files nothing a second time", async () => {
  const run = await started(clauses(FEES, LIMIT));
  run.relays.ops.loseAnswers("/documents");
  await run.act(clause(2), "Approve");
  run.relays.ops.restore();
  await run.rita.click(await messageLike(run.rita, /^contract r-.*Failed/), "Retry");
  await told(run.rita, /^The run is queued again/);
  await run.goOn();
  expect(await endOf(run)).toContain("Filed globex with 2 clauses: 1 agreed to");
  expect(await performed(run, "documents")).toMatchObject([{ performed: 1, replays: 1 }]);
}, 30_000);
