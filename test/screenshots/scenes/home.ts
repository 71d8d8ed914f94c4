// The App Home: full, filtered and paged, quiet, closed to guests, and when it cannot be read.
import { SEED } from "../../../src/local/slack/seed.ts";
import type { Home, OpenHome, Part } from "../../../src/runs/home.ts";
import { FIRST_STATE } from "../../../src/runs/home-state.ts";
import type { Run } from "../../../src/runs/run.ts";
import type { Stall, Stalled } from "../../../src/runs/stalled.ts";
import { apologyView } from "../../../src/slack/home/apology.ts";
import { homeView } from "../../../src/slack/home/view.ts";
import { ASKED_AT, DECIDED_AT, someApproval, someRun, THREAD } from "../../slack/fixtures.ts";
import { catalog } from "../commands.ts";
import type { Scene } from "../scene.ts";
import { NOW } from "../stage.ts";

const command = SEED.command;

function homeOf(name: string, sees: string, home: Home, said?: string): Scene {
  return { name: `home-${name}`, sees, shows: { kind: "home", view: homeView(home, { command, said }) } };
}

function part<Row>(...rows: readonly Row[]): Part<Row> {
  return { rows, count: { number: rows.length, isMore: false }, hasNext: false };
}

const waiting = someApproval({}, { expiresAt: "2026-05-04T16:00:00.000Z" });
const voted = someApproval({ title: "Fail over the database of checkout" });
const done: readonly Run["status"][] = [
  { kind: "done", outcome: { good: true, text: "checkout in prod runs v2.4.0." } },
  { kind: "done", outcome: { good: false, text: "Not sent: Lee has left.", stoppedBy: SEED.users.bo } },
  { kind: "cancelled", by: SEED.users.rita, at: DECIDED_AT },
];

function stalled(at: number, why: Stall): Stalled {
  const { team, requester, channel } = someRun();
  const thread = `${at}`.padEnd(32, "d");
  return { team, thread, workflow: "deploy", requester, channel, at: ASKED_AT, why };
}

const full: OpenHome = {
  ...{ kind: "open", at: NOW, state: FIRST_STATE },
  waiting: part({ approval: waiting, hasVoted: false }, { approval: voted, hasVoted: true }),
  stalled: part(
    stalled(1, { kind: "failed", error: "The deployment service answered 503." }),
    stalled(2, { kind: "expired", approval: waiting }),
    stalled(3, { kind: "undecided", approval: voted }),
    stalled(4, { kind: "overdue" }),
  ),
  running: part(
    { run: someRun(), asks: [waiting] },
    { run: someRun({ workflow: "email", status: { kind: "queued" } }), asks: [] },
  ),
  done: part(...done.map((status) => someRun({ status, thread: THREAD }))),
  ...{ doneToday: { number: 3, isMore: false }, startable: catalog },
};

const quiet: OpenHome = {
  ...{ kind: "open", at: NOW, state: FIRST_STATE, waiting: part(), stalled: undefined },
  ...{ running: part(), done: part(), doneToday: { number: 0, isMore: false }, startable: catalog },
};

const second: OpenHome = {
  ...full,
  state: { filter: "all", pages: { ...FIRST_STATE.pages, waiting: 1 } },
  waiting: { ...full.waiting, count: { number: 40, isMore: true }, hasNext: true },
  stalled: undefined,
};

export const homeScenes: readonly Scene[] = [
  homeOf(
    "full",
    "What waits for Ana, what has stalled, what runs, what is done, and what she can start.",
    full,
  ),
  homeOf(
    "said",
    "What came of the click before stands on top.",
    full,
    "Nudged r-7f3a21; whoever it waits for is reminded in its thread.",
  ),
  homeOf("paged", "The second page of all that she may see.", second),
  homeOf("quiet", "Nothing waits.", quiet),
  homeOf("closed", "Guests see nothing of runs.", { kind: "closed", because: "guest", at: NOW }),
  {
    name: "home-apology",
    sees: "It could not be read.",
    shows: { kind: "home", view: apologyView({ because: "storage" }) },
  },
];
