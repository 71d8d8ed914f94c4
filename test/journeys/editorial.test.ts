// Seed 001, examples 2 and 5: one node asks for title and text, then a draft is accepted, rejected or edited, and comes back from each edit.
import { expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { DEPLOYS, messageLike, startSystem, type System, told } from "../support/system.ts";

const TITLE = /^Answer needed: Is the title acceptable\?/;
const TEXT = /^Answer needed: Is the text acceptable\?/;
const REVIEW = /^Answer needed: Accept, reject or edit “We are back”\?/;
const DRAFT = { title: "We are back", body: "The search works again since noon." };

async function started(): Promise<System> {
  const system = await startSystem();
  const { title, body } = DRAFT;
  await system.rita.say(DEPLOYS, `/countersign run editorial title="${title}" body="${body}"`);
  return system;
}

/** Yes to both, one question after the other. */
async function checked(system: System): Promise<Message> {
  const { ana } = system;
  await ana.click(await messageLike(ana, TITLE), "Yes");
  await ana.click(await messageLike(ana, TEXT), "Yes");
  return messageLike(ana, REVIEW);
}

async function rewrite(person: LocalPerson, card: Message, draft: string): Promise<void> {
  await person.click(card, "Answer…");
  await person.submit(await person.waitFor(({ views }) => views.at(-1)), { answer: draft });
}

const WRITE = (title: string) => new RegExp(`^Answer needed: Write “${title}” anew`);

test("the text is asked about once the title was answered, then the draft; accepted, it is published once", async () => {
  const system = await started();
  const { ana, bo, rita } = system;
  const title = await messageLike(ana, TITLE);
  expect(JSON.stringify(title.blocks)).toContain("We are back");
  expect((await ana.snapshot()).messages.filter(({ text }) => TEXT.test(text))).toEqual([]);
  await ana.click(title, "Yes");
  const text = await messageLike(bo, TEXT);
  expect(JSON.stringify(text.blocks)).toContain(DRAFT.body);
  await bo.click(text, "Yes");
  const review = await messageLike(ana, REVIEW);
  expect(JSON.stringify(review.blocks)).toContain(DRAFT.body);
  expect(await system.acts("publication")).toEqual([]);
  await ana.click(review, "Accept");
  await messageLike(rita, /^✅ Published “We are back”\. <@U0RITA>$/);
  expect(await system.acts("publication")).toMatchObject([{ body: DRAFT, performed: 1, replays: 0 }]);
});

test("a text that does not fit its card is read in full before anybody accepts it", async () => {
  const system = await startSystem();
  const { ana, rita } = system;
  const body = `${"All of the search works again. ".repeat(75)}And the end.`;
  await rita.say(DEPLOYS, `/countersign run editorial title="We are back" body="${body}"`);
  await ana.click(await messageLike(ana, TITLE), "Yes");
  // The first answer of each.
  for (const question of [TEXT, REVIEW]) {
    const card = await messageLike(ana, question);
    expect(JSON.stringify(card.blocks)).not.toContain("And the end.");
    expect(JSON.stringify(card.blocks)).not.toContain('"choose:');
    await ana.click(card, "Read all and choose…");
    const form = await ana.waitFor(({ views }) => views.at(-1));
    expect(JSON.stringify(form)).toContain("And the end.");
    await ana.submit(form, { option: "1" });
  }
  await messageLike(rita, /^✅ Published “We are back”\./);
  expect(await system.acts("publication")).toMatchObject([{ body: { body }, performed: 1 }]);
});

test("a rejected draft is not published", async () => {
  const system = await started();
  await system.ana.click(await checked(system), "Reject");
  await messageLike(system.rita, /^⛔ Not published: the editor rejected “We are back”\. <@U0RITA>$/);
  expect(await system.acts("publication")).toEqual([]);
});

test("an edit asks for another draft in words and comes back to the review, as often as it takes", async () => {
  const system = await started();
  const { ana, rita } = system;
  await ana.click(await checked(system), "Edit");
  // The one who asked for it writes it anew.
  await rewrite(
    rita,
    await messageLike(rita, WRITE("We are back")),
    "Search is back\n\nSince noon.\n\nSorry.",
  );
  const second = await messageLike(ana, /^Answer needed: Accept, reject or edit “Search is back”\?/);
  expect(JSON.stringify(second.blocks)).toContain("Since noon.");
  await ana.click(second, "Edit");
  await rewrite(ana, await messageLike(ana, WRITE("Search is back")), "Search works\r\nSince noon\r\ntoday.");
  const third = await messageLike(ana, /^Answer needed: Accept, reject or edit “Search works”\?/);
  expect(await system.acts("publication")).toEqual([]);
  await ana.click(third, "Accept");
  await messageLike(rita, /^✅ Published “Search works”\./);
  expect(await system.acts("publication")).toMatchObject([
    { body: { title: "Search works", body: "Since noon\ntoday." }, performed: 1 },
  ]);
});

test.each([
  ["title", ["No", "Yes"]],
  ["text", ["Yes", "No"]],
] as const)("a %s that is not acceptable is written anew before the review", async (_, answers) => {
  const system = await started();
  const { ana } = system;
  await ana.click(await messageLike(ana, TITLE), answers[0]);
  await ana.click(await messageLike(ana, TEXT), answers[1]);
  await rewrite(ana, await messageLike(ana, WRITE("We are back")), "We are back\nAnd faster.");
  await ana.click(await messageLike(ana, REVIEW), "Accept");
  await messageLike(ana, /^✅ Published “We are back”\./);
  expect(await system.acts("publication")).toMatchObject([{ body: { ...DRAFT, body: "And faster." } }]);
});

test("a draft without a title is asked for again, with what is missing", async () => {
  const system = await started();
  const { ana, rita } = system;
  await ana.click(await checked(system), "Edit");
  const card = await messageLike(rita, WRITE("We are back"));
  await rewrite(rita, card, "Only a title");
  const again = await messageLike(rita, /^Answer needed again: Write “We are back” anew/);
  expect(again.ts).toBe(card.ts);
  expect(JSON.stringify(again.blocks)).toContain(
    "must have the title in its first line, and the text below it",
  );
  await rewrite(rita, again, "A title\nAnd a text");
  await messageLike(ana, /^Answer needed: Accept, reject or edit “A title”\?/);
});

test("the requester rewrites, and does not accept; nobody else does either", async () => {
  const system = await started();
  const { rita, otto } = system;
  const card = await checked(system);
  await rita.click(card, "Accept");
  await told(rita, /^You started this run/);
  await otto.click(card, "Accept");
  await told(otto, /^You can't decide this one/);
  expect(await system.acts("publication")).toEqual([]);
});

test("when the target's answer is lost, Retry publishes nothing a second time", async () => {
  const system = await started();
  const { ana, rita, relays } = system;
  const card = await checked(system);
  relays.ops.loseAnswers();
  await ana.click(card, "Accept");
  await messageLike(rita, /failed/i, 15_000);
  relays.ops.restore();
  const run = await rita.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes('"Retry"')),
  );
  await rita.click(run, "Retry");
  await messageLike(rita, /^✅ Published/);
  expect(await system.acts("publication")).toMatchObject([{ performed: 1, replays: 1 }]);
});
