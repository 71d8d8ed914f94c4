// Who opened a request is noted for its history, behind the form that is open by then, and never in its way.
import { expect, test } from "vitest";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { ACTION } from "../../src/slack/action-id.ts";
import { startRelay } from "../support/relay.ts";
import { someApproval } from "./fixtures.ts";
import { type Door, startDoor } from "./support.ts";

const { ana, otto } = SEED.users;

async function notes({ records }: Pick<Door, "records">): Promise<readonly unknown[]> {
  const { noted } = await records.thread(someApproval());
  return noted.map((one) => (one.kind === "opened" ? `${one.by} ${one.form}` : one.kind));
}

test("each form that somebody opens is noted with who and which; what the form showed is its digest", async () => {
  const door = await startDoor();
  const card = await door.ask(someApproval());
  const person = door.slack.person(ana);
  for (const action of [ACTION.reject, ACTION.edit, ACTION.details]) await person.click(card, action);
  await door.slack.person(otto).click(card, ACTION.details);
  const expected = [`${ana} reject`, `${ana} edit`, `${ana} review`, `${otto} review`];
  expect(await notes(door)).toEqual(expected);
  const { noted } = await door.records.thread(someApproval());
  for (const one of noted) expect(one).toMatchObject({ digest: someApproval().digest });
});

test("the same form opened again has the same id, so that the history has it once", async () => {
  const door = await startDoor();
  const card = await door.ask(someApproval());
  const person = door.slack.person(ana);
  for (let times = 0; times < 2; times++) {
    await person.click(card, ACTION.reject);
    await person.close(await person.waitFor(({ views }) => views.at(-1)));
  }
  const { noted } = await door.records.thread(someApproval());
  expect(new Set(noted.map(({ id }) => id)).size).toBe(1);
});

test("a form that Slack did not open is not noted", async () => {
  const door = await startDoor();
  const card = await door.ask(someApproval());
  await createAdministrator(door.slack.url).faults({ kind: "expire-trigger", times: 2 });
  const person = door.slack.person(ana);
  await person.click(card, ACTION.reject);
  await person.click(card, ACTION.details);
  expect(await person.view()).toBeUndefined();
  expect(await notes(door)).toEqual([]);
});

test("a note that the database does not take is in nobody's way: the form is open, and nobody is told of it", async () => {
  const relays: Awaited<ReturnType<typeof startRelay>>[] = [];
  const door = await startDoor(Date.now, {
    between: async (addresses) => {
      const relay = await startRelay(addresses.dynamoUrl);
      relays.push(relay);
      return { ...addresses, dynamoUrl: relay.url };
    },
  });
  const card = await door.ask(someApproval());
  for (const relay of relays) relay.refuse(/PutItem/);
  const person = door.slack.person(ana);
  expect(await person.click(card, ACTION.reject)).toMatchObject({ ok: true, answer: { status: 200 } });
  expect(await person.view()).toBeDefined();
  expect(await person.ephemerals()).toEqual([]);
  expect(door.logLines.join("")).toContain("A click could not be noted.");
  expect(await notes(door)).toEqual([]);
  await Promise.all(relays.map((relay) => relay.close()));
});
