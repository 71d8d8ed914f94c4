// The form that starts a run: opened by a command with fields missing or by a button, filled in with what was typed, and submitted once.
import { expect, test } from "vitest";
import type { HomeView, View } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Run } from "../../src/runs/run.ts";
import { encodeStart } from "../../src/slack/start-ref.ts";
import { type Door, startDoor } from "../slack/support.ts";
import { answer } from "../support/commands.ts";
import { viewSubmission } from "../support/deliver.ts";
import { DEPLOYS, pendingCard, startSystem, type System, told } from "../support/system.ts";

const { users } = SEED;
const TYPED = "/countersign run deploy service=checkout version=latest env=prod";

/** Rita has typed it; the form that opened. */
async function formFor({ rita }: Pick<System, "rita">, text = TYPED): Promise<View> {
  await rita.say(DEPLOYS, text);
  return rita.waitFor(({ views }) => views.at(-1));
}

const inputs = ({ blocks }: View): readonly unknown[] =>
  blocks.flatMap(({ type, block_id, element }) => (type === "input" ? [{ block_id, element }] : []));

test("a command with a field that does not fit opens a form with what was typed and what is wrong, and submitting it starts the run", async () => {
  const system = await startSystem();
  const { rita, ana } = system;
  const form = await formFor(system);
  expect(form).toMatchObject({ title: "Start deploy", submit: "Start" });
  expect(JSON.stringify(form.blocks[0])).toContain("`version`: Must be: a version like v2.4.1.");
  expect(inputs(form)).toMatchObject([
    { block_id: "arg:service", element: { initial_value: "checkout" } },
    { block_id: "arg:version", element: { initial_value: "latest" } },
    { block_id: "arg:env", element: { type: "static_select", initial_option: { value: "prod" } } },
  ]);
  await told(rita, /^Opened a form for \*deploy\*\. Nothing is started until you submit it\.$/);
  await rita.submit(form);
  expect((await rita.view())?.errors).toEqual({ "arg:version": "Must be: a version like v2.4.1." });
  await rita.submit(form, { "arg:version": "v2.4.1" });
  const notice = await rita.waitFor(({ views }) => views.find(({ title }) => title === "Started"));
  expect(JSON.stringify(notice.blocks)).toMatch(
    /Started \*deploy\* as r-[0-9a-f]{6}\. Its card appears in <#C0DEPLOYS> in a moment\./,
  );
  const card = await pendingCard(ana);
  expect(card).toMatchObject({
    channel: DEPLOYS,
    text: expect.stringContaining("Deploy checkout v2.4.1 to prod") as unknown,
  });
});

test("submitting twice starts one run, and so does a submission that Slack delivers twice", async () => {
  const system = await startSystem();
  const { rita, administrator, untilIdle } = system;
  const form = await formFor(system);
  await administrator.faults({ kind: "deliver-twice", type: "view_submission", times: 1 });
  await rita.submit(form, { "arg:version": "v2.4.1" });
  await rita.waitFor(({ views }) => views.find(({ title }) => title === "Started"));
  await untilIdle();
  const runs = (await rita.messages(DEPLOYS)).filter(({ text }) => /^deploy r-/.test(text));
  expect(runs).toHaveLength(1);
});

/** As an App Home has it: in no channel. */
async function homeWith(door: Door, user: string, value: string): Promise<HomeView> {
  const start = {
    type: "button",
    text: { type: "plain_text", text: "Start…" },
    action_id: "start_form",
    value,
  } as const;
  const blocks = [{ type: "actions" as const, elements: [start] }];
  await door.slack.web.views.publish({ user_id: user, view: { type: "home", blocks } });
  const { home } = await door.slack.person(user).snapshot();
  if (home === undefined) throw new Error("There is no App Home.");
  return home;
}

async function onlyRun({ records }: Door): Promise<Run | undefined> {
  const [key] = await records.due(SEED.teamId, "9999-01-01T00:00:00.000Z");
  return key && records.run(key);
}

test("a button of the App Home opens the empty form, and its run goes to the default channel", async () => {
  const door = await startDoor();
  const rita = door.slack.person(users.rita);
  await rita.click(await homeWith(door, users.rita, "email"), "Start…");
  const form = await rita.waitFor(({ views }) => views.at(-1));
  expect(form.title).toBe("Start email");
  expect(JSON.stringify(form.blocks)).not.toContain("initial_value");
  await rita.submit(form, { "arg:to": "lee@example.com", "arg:about": "The release" });
  await rita.waitFor(({ views }) => views.find(({ title }) => title === "Recorded" || title === "Started"));
  expect(await onlyRun(door)).toMatchObject({
    ...{ workflow: "email", requester: users.rita, channel: DEPLOYS },
    input: { to: "lee@example.com", about: "The release" },
  });
});

test.each([
  ["a guest", users.gus, "deploy", /Only full members of this workspace can start runs/],
  ["somebody of another company", users.eve, "deploy", /Only full members of this workspace can start runs/],
  ["whose workflow is gone", users.rita, "deplyo", /There is no such workflow\. Did you mean \*deploy\*/],
  ["whose button is not of ours", users.rita, "{}", /older version of this app/],
])("%s gets no form but a sentence", async (_, user, value, sentence) => {
  const door = await startDoor();
  const person = door.slack.person(user);
  await person.click(await homeWith(door, user, value), "Start…");
  const notice = await person.waitFor(({ views }) => views.at(-1));
  expect(notice.title).toBe("Not started");
  expect(JSON.stringify(notice.blocks)).toMatch(sentence);
  expect(inputs(notice)).toEqual([]);
});

test("a guest who types a command with fields missing is told that they may not, and gets no form", async () => {
  const door = await startDoor();
  const { text } = await answer(door, users.gus, "run deploy service=checkout");
  expect(text).toBe("Only full members of this workspace can start runs. Nothing was started.");
  expect(await door.slack.person(users.gus).view()).toBeUndefined();
});

test("where Slack opens no form any more, what to type is said instead", async () => {
  const { rita, administrator } = await startSystem();
  await administrator.faults({ kind: "expire-trigger", times: 1 });
  await rita.say(DEPLOYS, TYPED);
  await told(rita, /^Couldn't start \*deploy\*; nothing was started\.\n• `version`: Must be/);
  expect(await rita.view()).toBeUndefined();
});

test("what is longer than a form can carry is not filled in but answered", async () => {
  const door = await startDoor();
  const { text } = await answer(door, users.rita, `run email to=lee about="${"x".repeat(2_950)}"`);
  expect(text).toMatch(/^Couldn't start \*email\*; nothing was started\.\n• `to`:/);
  expect(await door.slack.person(users.rita).view()).toBeUndefined();
});

test("when the database is away the form stays open with what was typed, and starts the run once it is back", async () => {
  const system = await startSystem();
  const { rita, ana, relays } = system;
  const form = await formFor(system);
  relays.dynamo.cut();
  await rita.submit(form, { "arg:version": "v2.4.1" });
  const kept = await rita.waitFor(({ views }) => views.find(({ errors }) => Object.keys(errors).length > 0));
  expect(kept.errors["arg:service"]).toMatch(
    /^I couldn't (start the run: the database|confirm that the run was started)/,
  );
  relays.dynamo.restore();
  await rita.submit(form, { "arg:version": "v2.4.1" });
  await pendingCard(ana);
  const runs = (await rita.messages(DEPLOYS)).filter(({ text }) => /^deploy r-/.test(text));
  expect(runs).toHaveLength(1);
});

test("a submission that the form did not make is refused, and nothing is started", async () => {
  const door = await startDoor();
  const metadata =
    encodeStart({ workflow: "deploy", args: {}, delivery: "d", channel: DEPLOYS }, 3_000) ?? "";
  const value = { value: { type: "plain_text_input", value: "x" } };
  for (const [privateMetadata, values] of [
    [metadata, { "arg:admin": value }],
    [metadata, { "arg:service": { other: {} } }],
    ["{}", { "arg:service": value }],
    ["deploy", { "arg:service": value }],
    [metadata.replace("deploy", "gone"), { "arg:service": value }],
  ] as const) {
    const view = { callbackId: "start_run", privateMetadata };
    const { body } = await door.send(viewSubmission({ user: users.rita, view, blocks: [], values }));
    expect(body).toContain("Nothing was started; please open it again.");
  }
  expect(await onlyRun(door)).toBeUndefined();
});
