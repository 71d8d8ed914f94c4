// Seed 000, the approval and the review/edit pattern: a model drafts an e-mail, people decide, and exactly what they approved is sent once.
import { expect, test } from "vitest";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import type { Message, View } from "../../src/local/slack/protocol.ts";
import { DEPLOYS, messageLike, startSystem, type System } from "../support/system.ts";

const COMMAND = '/countersign run email to=lee@example.com about="the release moves to Monday"';
const DRAFT = {
  to: "lee@example.com",
  subject: "The release moves to Monday",
  body: "Hello Lee,\n\nThe release moves to Monday.\n\nIf anything about this is unclear, just reply to this e-mail.\n\nThank you and best regards\nthe on-call team",
};
const ASKED = /^Approval needed: Send an e-mail to lee@example\.com/;

async function drafted(system: System): Promise<Message> {
  await system.rita.say(DEPLOYS, COMMAND);
  return messageLike(system.ana, ASKED);
}

function cardAfter(person: LocalPerson, ...earlier: readonly Message[]): Promise<Message> {
  return person.waitFor(({ messages }) =>
    messages.find(({ ts, text }) => ASKED.test(text) && earlier.every((card) => card.ts !== ts)),
  );
}

function formOf(person: LocalPerson, title: string): Promise<View> {
  return person.waitFor(({ views }) => views.find((view) => view.title === title));
}

async function reject(
  person: LocalPerson,
  card: Message,
  filled: Parameters<LocalPerson["submit"]>[1],
): Promise<void> {
  await person.click(card, "Reject…");
  await person.submit(await formOf(person, "Reject request"), filled);
}

test("an approved draft is sent once, as it stood on the card", async () => {
  const system = await startSystem();
  const card = await drafted(system);
  expect(JSON.stringify(card.blocks)).toContain(
    "A model wrote it; nothing is sent before somebody approves.",
  );
  expect(JSON.stringify(card.blocks)).toContain("Thank you and best regards");
  expect(await system.outbox()).toEqual([]);
  await system.ana.click(card, "Approve");
  await messageLike(system.rita, /^✅ Sent “The release moves to Monday” to lee@example\.com\./);
  expect(await system.outbox()).toMatchObject([{ ...DRAFT, performed: 1, replays: 0 }]);
  expect(await system.modelRequests()).toHaveLength(1);
});

test("an edited draft is sent as it was edited, and the card shows before and after", async () => {
  const system = await startSystem();
  const { ana } = system;
  await ana.click(await drafted(system), "Edit…");
  await ana.submit(await formOf(ana, "Edit request"), {
    "arg:subject": "Release: Monday",
    "arg:body": "Lee,\n\nMonday it is.",
  });
  await messageLike(ana, /^✅ Sent “Release: Monday”/);
  expect(await system.outbox()).toMatchObject([
    { to: "lee@example.com", subject: "Release: Monday", body: "Lee,\n\nMonday it is." },
  ]);
  const decided = await messageLike(ana, /^Approved with changes/);
  expect(JSON.stringify(decided.blocks)).toContain("Release: Monday");
  expect(JSON.stringify(decided.blocks)).toContain("The release moves to Monday");
});

test("an edit that could not be sent is refused at its field, and nothing is decided", async () => {
  const system = await startSystem();
  const { ana } = system;
  await ana.click(await drafted(system), "Edit…");
  const form = await formOf(ana, "Edit request");
  await ana.submit(form, { "arg:to": "lee" });
  const { errors } = await ana.waitFor(({ views }) =>
    views.find((view) => Object.keys(view.errors).length > 0),
  );
  expect(Object.values(errors).join(" ")).toContain("e-mail address");
  expect(await system.outbox()).toEqual([]);
  await ana.submit(form, { "arg:to": "kim@example.com" });
  await messageLike(ana, /^✅ Sent .* to kim@example\.com\./);
  expect(await system.outbox()).toMatchObject([{ to: "kim@example.com" }]);
});

test("a rejection goes back to the model with its reason, and the next draft is asked about anew", async () => {
  const system = await startSystem();
  const { ana, bo } = system;
  const first = await drafted(system);
  await reject(ana, first, { note: "Please make it shorter" });
  const second = await cardAfter(ana, first);
  expect(JSON.stringify(second.blocks)).toContain("This is draft 2.");
  expect(JSON.stringify(second.blocks)).not.toContain("If anything about this is unclear");
  const asked = await system.modelRequests();
  expect(asked).toHaveLength(2);
  expect(asked[1]?.slice(-2)).toEqual([
    JSON.stringify({ subject: DRAFT.subject, body: DRAFT.body }),
    "This draft was rejected: Please make it shorter\nWrite another one.",
  ]);
  await ana.waitFor(({ messages }) =>
    messages.some(
      ({ text, blocks }) =>
        text.startsWith("Rejected: ") && JSON.stringify(blocks).includes("the run was told, and tries again"),
    ),
  );
  // Somebody else may approve the second one.
  await bo.click(second, "Approve");
  await messageLike(bo, /^✅ Sent/);
  const [sent, ...others] = await system.outbox();
  expect(others).toEqual([]);
  expect(sent?.body).not.toContain("If anything about this is unclear");
});

test("a rejection without a reason is asked for one, and with “stop” it ends the run", async () => {
  const system = await startSystem();
  const { ana, rita } = system;
  const card = await drafted(system);
  await reject(ana, card, { stop: ["stop"] });
  const { errors } = await ana.waitFor(({ views }) =>
    views.find((view) => Object.keys(view.errors).length > 0),
  );
  expect(Object.keys(errors)).toEqual(["note"]);
  await ana.submit(await formOf(ana, "Reject request"), { note: "It is no longer true", stop: ["stop"] });
  await messageLike(rita, /Not sent: It is no longer true/);
  expect(await system.outbox()).toEqual([]);
  expect(await system.modelRequests()).toHaveLength(1);
});

test("with no model to be reached the run fails with a sentence, and Retry drafts", async () => {
  const system = await startSystem();
  const { rita, ana, relays } = system;
  relays.model.cut();
  await rita.say(DEPLOYS, COMMAND);
  const failed = await messageLike(rita, /failed/i, 15_000);
  expect(JSON.stringify(failed.blocks)).toContain("could not be reached or did not answer in time");
  relays.model.restore();
  const run = await ana.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes('"Retry"')),
  );
  await ana.click(run, "Retry");
  await ana.click(await messageLike(ana, ASKED), "Approve");
  await messageLike(ana, /^✅ Sent/);
  expect(await system.outbox()).toHaveLength(1);
});

test("when the outbox's answer is lost, Retry sends nothing a second time", async () => {
  const system = await startSystem();
  const { ana, relays } = system;
  const card = await drafted(system);
  relays.ops.loseAnswers();
  await ana.click(card, "Approve");
  await messageLike(ana, /failed/i, 15_000);
  relays.ops.restore();
  const run = await ana.waitFor(({ messages }) =>
    messages.find(({ blocks }) => JSON.stringify(blocks).includes('"Retry"')),
  );
  await ana.click(run, "Retry");
  await messageLike(ana, /^✅ Sent/);
  expect(await system.outbox()).toMatchObject([{ performed: 1, replays: 1 }]);
  expect(await system.modelRequests()).toHaveLength(1);
});
