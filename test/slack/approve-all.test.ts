// Approve all… on a run's message: what it lists for whom, and what becomes of each request that is ticked.
import { describe, expect, test } from "vitest";
import { type Approval, approvalDigest } from "../../src/approvals/approval.ts";
import type { LocalPerson } from "../../src/local/slack/person.ts";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import type { Message, View } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { runCard } from "../../src/slack/blocks/run-card.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import { viewSubmission } from "../support/deliver.ts";
import { approvedByAna, decided, someApproval, someChoice, someRun } from "./fixtures.ts";
import { type Door, startDoor, told } from "./support.ts";

const run = someRun({ version: 1 });

/** Each with an id, a title and a digest of its own. */
function named(name: string, request: Parameters<typeof someApproval>[0] = {}): Approval {
  const approval = someApproval({ title: `Restart ${name}`, target: name, ...request });
  const interrupt = Buffer.from(name).toString("hex").padEnd(32, "0");
  return { ...approval, interrupt, digest: approvalDigest({ ...approval, interrupt }) };
}

const THREE = ["db-1", "db-2", "db-3"].map((name) => named(name));

async function shown(door: Door, approvals: readonly Approval[]): Promise<Message> {
  await door.records.saveRun(run);
  for (const approval of approvals) await door.records.saveApproval(approval);
  const messenger = createMessenger(door.slack.web, { defaultChannel: run.channel });
  const place = { team: run.team, thread: run.thread, card: "run", channel: run.channel, mayExist: false };
  const { ts } = await messenger.draw({ kind: "run", run, approvals }, place);
  const posted = (await door.slack.everything()).messages.find((message) => message.ts === ts);
  if (posted === undefined) throw new Error("The run's message was not posted.");
  return posted;
}

async function opened(person: LocalPerson, card: Message): Promise<View> {
  await person.click(card, /^approve_all$/);
  return person.waitFor(({ views }) => views.at(-1));
}

/** Who approved each of them; undefined for what is open. */
async function deciders(
  door: Door,
  approvals: readonly Approval[],
): Promise<readonly (string | undefined)[]> {
  const stored = await Promise.all(approvals.map((one) => door.records.approval(one, one.interrupt)));
  return stored.map((one) => (one?.state.kind === "decided" ? one.state.decision.by : undefined));
}

const valueOf = ({ interrupt, digest }: Approval): string => `${interrupt}:${digest}`;

async function noticeOf(person: LocalPerson): Promise<string> {
  const notice = await person.waitFor(({ views }) => views.find(({ submit }) => submit === undefined));
  return JSON.stringify(notice.blocks);
}

describe("the run's message", () => {
  const labels = (approvals: readonly Approval[], of = run): readonly string[] =>
    runCard(of, approvals, of.channel).blocks.flatMap((block) =>
      block.type === "actions"
        ? block.elements.flatMap((one) => (one.type === "button" ? [one.text.text] : []))
        : [],
    );

  test("offers to approve all from two on that one click on their cards would approve", () => {
    expect(labels(THREE)).toEqual(["Approve all 3…", "Cancel run"]);
    expect(labels(THREE.slice(0, 1))).toEqual(["Cancel run"]);
    expect(labels(THREE, someRun({ status: { kind: "cancelled", by: "U1", at: run.createdAt } }))).toEqual(
      [],
    );
  });

  test.each<readonly [what: string, other: Approval]>([
    [
      "does not fit on its card",
      named("long", { action: { name: "apply", args: { diff: "x".repeat(2_000) } } }),
    ],
    ["cannot be undone", named("gone", { risk: "destructive" })],
    ["may only be rejected", named("never", { allowed: ["reject"] })],
    ["is a choice", someChoice()],
    ["is decided", decided(named("done"), approvedByAna)],
  ])("does not count a request that %s", (_, other) => {
    expect(labels([...THREE, other])).toEqual(["Approve all 3…", "Cancel run"]);
  });
});

test("everything that is ticked is approved, each as it was shown, and the form closes", async () => {
  const door = await startDoor();
  const ana = door.slack.person(SEED.users.ana);
  const form = await opened(ana, await shown(door, THREE));
  expect(form).toMatchObject({ title: "Approve several", submit: "Approve ticked" });
  const [, input] = form.blocks;
  const options = THREE.map((one) => ({ text: { text: one.request.title }, value: valueOf(one) }));
  expect(input).toMatchObject({ element: { type: "checkboxes", options, initial_options: options } });
  await ana.submit(form);
  expect(await ana.view()).toBeUndefined();
  expect(await deciders(door, THREE)).toEqual([ana.id, ana.id, ana.id]);
});

test("what is not ticked stays open", async () => {
  const door = await startDoor();
  const bo = door.slack.person(SEED.users.bo);
  const form = await opened(bo, await shown(door, THREE));
  await bo.submit(form, { requests: THREE.slice(1, 2).map(valueOf) });
  expect(await deciders(door, THREE)).toEqual([undefined, bo.id, undefined]);
});

test("one that somebody else decided meanwhile takes no other with it, and it is said who was first", async () => {
  const door = await startDoor();
  const [ana, bo] = [door.slack.person(SEED.users.ana), door.slack.person(SEED.users.bo)];
  const card = await shown(door, THREE);
  const form = await opened(ana, card);
  await bo.submit(await opened(bo, card), { requests: THREE.slice(0, 1).map(valueOf) });
  await ana.submit(form);
  const said = await noticeOf(ana);
  expect(said).toContain("2 approved, 1 not:\\n• *Restart db-1*: ");
  expect(said).toContain(`<@${bo.id}> approved this`);
  expect(await deciders(door, THREE)).toEqual([bo.id, ana.id, ana.id]);
});

test("one that has changed since it was shown is not approved", async () => {
  const door = await startDoor();
  const ana = door.slack.person(SEED.users.ana);
  const form = await opened(ana, await shown(door, THREE));
  const [first] = THREE;
  if (first === undefined) throw new Error("There are three.");
  const next = { ...first, revision: 2, version: 2 };
  await door.records.saveApproval({ ...next, digest: approvalDigest(next) });
  await ana.submit(form);
  expect(await noticeOf(ana)).toMatch(/2 approved, 1 not:.*This request has changed since you saw it/);
  expect(await deciders(door, THREE)).toEqual([undefined, ana.id, ana.id]);
});

test.each([
  ["an outsider", SEED.users.otto],
  ["the requester", SEED.users.rita],
  ["a guest", SEED.users.gus],
])("%s is told that nothing there is theirs to approve, also with a form made by hand", async (_, id) => {
  const door = await startDoor();
  const person = door.slack.person(id);
  const card = await shown(door, THREE);
  await person.click(card, /^approve_all$/);
  expect((await told(person, /^Nothing here is yours to approve/)).text).toContain("Nothing was approved.");
  expect(await person.view()).toBeUndefined();
  const { status, body } = await door.send(submission(id, THREE.map(valueOf)));
  expect(status).toBe(200);
  expect(body).toContain("0 approved, 3 not:");
  expect(await deciders(door, THREE)).toEqual([undefined, undefined, undefined]);
});

function submission(user: string, values: readonly string[], metadata?: string) {
  const selected_options = values.map((value) => ({ value }));
  return viewSubmission({
    user,
    view: {
      callbackId: "approve_all_requests",
      privateMetadata: metadata ?? JSON.stringify({ v: 1, t: run.thread }),
    },
    blocks: [],
    values: { requests: { requests: { type: "checkboxes", selected_options } } },
  });
}

test("what does not fit on its card or cannot be undone is not listed, is counted, and is not approved from here", async () => {
  const door = await startDoor();
  const bo = door.slack.person(SEED.users.bo);
  const long = named("long", { action: { name: "apply", args: { diff: "x".repeat(2_000) } } });
  const gone = named("gone", { risk: "destructive" });
  const form = await opened(bo, await shown(door, [...THREE, long, gone]));
  const drawn = JSON.stringify(form.blocks);
  expect(drawn).toContain("2 more have to be decided on their own cards.");
  expect(drawn).not.toContain("Restart gone");
  const { body } = await door.send(submission(bo.id, [...THREE, gone].map(valueOf)));
  expect(body).toContain("3 approved, 1 not:\\n• *Restart gone*: This has to be decided on its own card.");
  expect(await deciders(door, [...THREE, long, gone])).toEqual([bo.id, bo.id, bo.id, undefined, undefined]);
});

test("of more than ten the first ten are listed, and it says so", async () => {
  const door = await startDoor();
  const ana = door.slack.person(SEED.users.ana);
  const many = Array.from({ length: 13 }, (_, at) => named(`h-${String(at).padStart(2, "0")}`));
  const form = await opened(ana, await shown(door, many));
  expect(JSON.stringify(form.blocks)).toContain("These are the first 10. Open this again for the other 3.");
  await ana.submit(form);
  const who = await deciders(door, many);
  expect(who.filter((one) => one === ana.id)).toHaveLength(10);
});

test("where two must agree, one's ticks count once, and the other's decide", async () => {
  const door = await startDoor();
  const [ana, bo] = [door.slack.person(SEED.users.ana), door.slack.person(SEED.users.bo)];
  const two = THREE.map((one) => {
    const asked = { ...one, policy: { ...one.policy, quorum: 2 } };
    return { ...asked, digest: approvalDigest(asked) };
  });
  const card = await shown(door, two);
  await ana.submit(await opened(ana, card));
  expect(await ana.view()).toBeUndefined();
  expect(await deciders(door, two)).toEqual([undefined, undefined, undefined]);
  await ana.click(card, /^approve_all$/);
  await told(ana, /^You have approved all of it that is yours to approve; others have to agree/);
  await bo.submit(await opened(bo, card));
  expect(await deciders(door, two)).toEqual([bo.id, bo.id, bo.id]);
});

test("when nothing waits any more, that is said", async () => {
  const door = await startDoor();
  const ana = door.slack.person(SEED.users.ana);
  const card = await shown(door, THREE);
  for (const one of THREE) await door.records.saveApproval(decided(one, approvedByAna));
  await ana.click(card, /^approve_all$/);
  await told(ana, /^Nothing of this run waits for a decision any more/);
});

test("when Slack does not say who somebody is, nothing is approved and the form stays", async () => {
  const now = { ms: Date.now() };
  const door = await startDoor(() => now.ms);
  const ana = door.slack.person(SEED.users.ana);
  const form = await opened(ana, await shown(door, THREE));
  now.ms += 120_000;
  const away = { kind: "rate-limit", method: "users.info", retryAfterSeconds: 1, times: 9 } as const;
  await createAdministrator(door.slack.url).faults(away);
  await ana.submit(form);
  const { errors } = await ana.waitFor(({ views }) =>
    views.find((view) => Object.keys(view.errors).length > 0),
  );
  expect(errors["requests"]).toContain("I couldn't check who may decide this");
  expect(await deciders(door, THREE)).toEqual([undefined, undefined, undefined]);
});

test.each([
  ["nothing ticked", [], undefined, "Please tick at least one."],
  ["what is no request", ["all"], undefined, "older version of this app"],
  ["another run's name", ["x".repeat(200)], "nothing", "older version of this app"],
  [
    "a run nobody knows",
    [`a:${"0".repeat(64)}`],
    JSON.stringify({ v: 1, t: "f".repeat(32) }),
    "I don't know this run",
  ],
  ["a request nobody knows", [`a:${"0".repeat(64)}`], undefined, "I don't know this request"],
])("a form made by hand with %s approves nothing", async (_, values, metadata, said) => {
  const door = await startDoor();
  await shown(door, THREE);
  const { status, body } = await door.send(submission(SEED.users.ana, values, metadata));
  expect(status).toBe(200);
  expect(body).toContain(said);
  expect(await deciders(door, THREE)).toEqual([undefined, undefined, undefined]);
});
