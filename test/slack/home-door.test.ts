// Clicks in an App Home through the Slack function's door: each is answered in the home itself, whoever clicks and whatever the click carries.
import { expect, test } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { AskRequest } from "../../src/approvals/request.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { ACTION, encodeRequestRef, encodeRunRef, HOME_ACTION } from "../../src/slack/action-id.ts";
import { encodeHomeState } from "../../src/slack/home/state.ts";
import { interaction } from "../support/deliver.ts";
import { someApproval, someChoice, someRun, THREAD } from "./fixtures.ts";
import { type Door, startDoor } from "./support.ts";

const { ana, rita, otto, gus, eve } = SEED.users;
const SHOWN = { filter: "all", pages: { waiting: 0, stalled: 0, running: 0, done: 0 } } as const;

interface Click {
  readonly user: string;
  readonly action: string;
  readonly value: string;
  readonly metadata?: string;
  readonly trigger?: string;
}

/** As Slack tells of a click in a home: there is no channel, and nowhere to answer in private. */
async function click({ send }: Door, { user, action, value, metadata, trigger = "none" }: Click) {
  const pressed = { type: "button", block_id: "b", action_id: action, action_ts: "1.0", value };
  const chosen = { type: "static_select", selected_option: { value } };
  const answer = await send(
    interaction({
      type: "block_actions",
      user: { id: user, team_id: SEED.teamId },
      team: { id: SEED.teamId, domain: "local" },
      ...{ api_app_id: "A0LOCAL", trigger_id: trigger, container: { type: "view", view_id: "V1" } },
      view: {
        ...{ id: "V1", type: "home", callback_id: "", blocks: [], state: { values: {} } },
        private_metadata: metadata ?? encodeHomeState(SHOWN),
      },
      actions: [action === HOME_ACTION.filter ? { ...pressed, ...chosen } : pressed],
    }),
  );
  expect(answer.status).toBe(200);
}

async function homeOf({ slack }: Door, user: string): Promise<string> {
  return JSON.stringify((await slack.person(user).snapshot()).home?.blocks ?? []);
}

async function expired(door: Door): Promise<Approval> {
  const approval = someApproval();
  await door.records.saveRun(someRun({ version: 1 }));
  await door.records.saveApproval(approval);
  const closed = { ...approval, version: 2, state: { kind: "expired" as const, at: approval.askedAt } };
  await door.records.saveApproval(closed);
  return closed;
}

test("Ask again in a home opens the question once more, and the home says so", async () => {
  const door = await startDoor();
  const approval = await expired(door);
  await click(door, { user: ana, action: HOME_ACTION.refresh, value: "refresh" });
  expect(await homeOf(door, ana)).toContain("Nobody decided in time");
  await click(door, { user: ana, action: HOME_ACTION.askAgain, value: encodeRequestRef(approval) });
  const home = await homeOf(door, ana);
  expect(home).toContain("ℹ️ The question of r-7f3a21 is open again.");
  expect(home).toContain("Waiting for you 1");
  expect(home).not.toContain("Nobody decided in time");
});

test.each([
  [HOME_ACTION.cancel, "waiting", /Only the requester, the approvers and the operators can cancel/],
  [HOME_ACTION.nudge, "waiting", /Only the requester and the operators can nudge a run\. Nothing was done/],
  [HOME_ACTION.retry, "failed", /Only the requester and the operators can retry a run\. Nothing was retried/],
] as const)("who may not do it is told so in the home, on %s", async (action, kind, words) => {
  const door = await startDoor();
  const run = someRun({ version: 1, status: kind === "failed" ? { kind, error: "No." } : { kind } });
  await door.records.saveRun(run);
  await door.records.saveApproval(someApproval());
  for (const user of [otto, gus, eve]) {
    await click(door, { user, action, value: encodeRunRef(THREAD) });
    expect(await homeOf(door, user)).toMatch(user === otto ? words : /can't see runs here/);
  }
  expect(await door.records.run(run)).toEqual(run);
  expect((await door.records.approval(run, someApproval().interrupt))?.version).toBe(1);
});

test("who may not ask again is told so in the home, and what may not be decided is only read there", async () => {
  const door = await startDoor();
  const approval = await expired(door);
  const value = encodeRequestRef(approval);
  await click(door, { user: otto, action: HOME_ACTION.askAgain, value });
  expect(await homeOf(door, otto)).toMatch(
    /Only the requester, the approvers and the operators can ask again/,
  );
  expect(await door.records.approval(approval, approval.interrupt)).toEqual(approval);
});

test.each(Object.values(HOME_ACTION))(
  "what is none of ours is answered in the home, on %s",
  async (action) => {
    const door = await startDoor();
    for (const value of ["", "{", '{"v":1,"t":"unknown"}', "x".repeat(1_999)]) {
      await click(door, { user: rita, action, value, metadata: value });
      expect(await homeOf(door, rita)).toMatch(/Waiting for you 0/);
    }
    await click(door, { user: rita, action: "home:of_old", value: "x" });
    expect(await homeOf(door, rita)).toContain("This button is from an older version of this app");
    expect(door.logLines.filter((line) => line.includes("A listener failed"))).toEqual([]);
  },
);

test("a page or a filter that is asked for is shown, and stays in what the home carries", async () => {
  const door = await startDoor();
  await click(door, { user: rita, action: HOME_ACTION.filter, value: "groups" });
  expect(await homeOf(door, rita)).toContain(
    '"initial_option":{"text":{"type":"plain_text","text":"My groups"',
  );
  await click(door, { user: rita, action: HOME_ACTION.refresh, value: "", metadata: "lost" });
  expect(await homeOf(door, rita)).toContain(
    '"initial_option":{"text":{"type":"plain_text","text":"My groups"',
  );
});

function question(): Approval {
  const request = AskRequest.parse({ kind: "ask", title: "Which?", action: { name: "ask", args: {} } });
  return { ...someChoice(), request };
}

test.each([
  ["an action", someApproval(), "view", "Full request"],
  ["a choice", someChoice(), "choose_request", "Retry"],
  ["a question", question(), "answer_request", "Which?"],
])("Review opens what answers %s", async (_, approval, callback, shown) => {
  const door = await startDoor();
  await door.records.saveApproval(approval);
  const person = door.slack.person(ana);
  const opened = await person.home();
  if (!opened.ok || opened.view === undefined) throw new Error("There is no home.");
  await person.click(opened.view, "Review");
  const modal = await person.view();
  expect(modal?.callbackId).toContain(callback);
  expect(JSON.stringify(modal)).toMatch(new RegExp(shown, "i"));
  expect(JSON.parse(modal?.privateMetadata ?? "")).toMatchObject({ home: true, i: approval.interrupt });
});

test.each([
  ["an action", someApproval()],
  ["a choice", someChoice()],
  ["a question", question()],
  [
    "an action of many pages",
    someApproval({ details: [{ label: "Log", value: "A long story. ".repeat(12_000) }] }),
  ],
])("View details of %s that one has voted on is for reading, on every page", async (_, asked) => {
  const door = await startDoor();
  const votes = [{ by: ana, at: asked.askedAt, vote: { kind: "approve" as const } }];
  await door.records.saveApproval({ ...asked, state: { kind: "pending", votes } });
  const person = door.slack.person(ana);
  const opened = await person.home();
  if (!opened.ok || opened.view === undefined) throw new Error("There is no home.");
  await person.click(opened.view, "View details");
  let modal = await person.view();
  while (modal !== undefined && JSON.stringify(modal).includes('"text":"Next"')) {
    expect(modal.submit).toBeUndefined();
    await person.click(modal, "Next");
    modal = await person.view();
  }
  expect(JSON.stringify(modal)).toContain("You have voted, and it counts; others have to agree.");
  expect(modal).toMatchObject({ title: "Full request" });
  expect(modal?.submit).toBeUndefined();
});

test("Review of a question that nobody knows any more is answered in the home", async () => {
  const door = await startDoor();
  const value = encodeRequestRef(someApproval());
  await click(door, { user: ana, action: HOME_ACTION.review, value });
  expect(await homeOf(door, ana)).toContain("I don't know this request");
});

test("a form that Slack does not open from a home is said so in the home, and what it shows stays", async () => {
  const door = await startDoor();
  await click(door, { user: rita, action: HOME_ACTION.refresh, value: "refresh" });
  await click(door, { user: rita, action: ACTION.startForm, value: "deploy", trigger: "expired" });
  const home = await homeOf(door, rita);
  expect(home).toContain("ℹ️ Slack did not open the form. Nothing was started; please try again.");
  expect(home).toContain(`"initial_option":{"text":{"type":"plain_text","text":"Everything I may see"`);
});

test("a click that takes too long is answered with what came of it, and the rest when it is asked for", async () => {
  let at = Date.now();
  // Whoever asks for the time finds that some of it has gone by.
  const door = await startDoor(() => (at += 400));
  await door.records.saveRun(someRun({ version: 1 }));
  await click(door, { user: rita, action: HOME_ACTION.cancel, value: encodeRunRef(THREAD) });
  const home = await homeOf(door, rita);
  expect(home).toContain("ℹ️ Cancelled r-7f3a21.");
  expect(home).toContain("That took a while, so the rest is not here yet. Refresh shows it.");
});
