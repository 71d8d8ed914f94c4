// The App Home: full, filtered and paged, quiet, closed to guests, and when it cannot be read.
import { SEED } from "../../../src/local/slack/seed.ts";
import type { Home, OpenHome, Part } from "../../../src/runs/home.ts";
import { FIRST_STATE } from "../../../src/runs/home-state.ts";
import type { Run } from "../../../src/runs/run.ts";
import type { Stall, Stalled } from "../../../src/runs/stalled.ts";
import { apologyView } from "../../../src/slack/home/apology.ts";
import { homeView } from "../../../src/slack/home/view.ts";
import { ASKED_AT, someApproval, someRun } from "../../slack/fixtures.ts";
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

/** Each run has a name of its own. */
function thread(name: string): string {
  return name.padEnd(32, "0");
}

const waiting = someApproval({}, { expiresAt: "2026-05-04T16:00:00.000Z" });
const failover = {
  ...someApproval({ title: "Fail over the database of checkout" }),
  thread: thread("a41f07"),
};
const done: readonly Run[] = [
  someRun({
    ...{ thread: thread("5be2c9"), createdAt: "2026-05-04T11:20:00.000Z" },
    status: { kind: "done", outcome: { good: true, text: "checkout in prod runs v2.4.0." } },
  }),
  someRun({
    ...{ thread: thread("09d3e1"), createdAt: "2026-05-04T09:05:00.000Z", workflow: "email" },
    status: {
      kind: "done",
      outcome: { good: false, text: "Lee has left.", stoppedBy: SEED.users.bo },
    },
  }),
  someRun({
    ...{ thread: thread("e7712b"), createdAt: "2026-05-04T08:40:00.000Z" },
    status: { kind: "cancelled", by: SEED.users.rita, at: "2026-05-04T08:41:00.000Z" },
  }),
];

function stalled(name: string, why: Stall): Stalled {
  const { team, requester, channel } = someRun();
  return { team, thread: thread(name), workflow: "deploy", requester, channel, at: ASKED_AT, why };
}

const full: OpenHome = {
  ...{ kind: "open", at: NOW, state: FIRST_STATE },
  waiting: {
    ...part({ approval: waiting, hasVoted: false }, { approval: failover, hasVoted: true }),
    count: { number: 1, isMore: false },
  },
  stalled: part(
    stalled("3fa8d0", { kind: "failed", error: "The deployment service answered 503." }),
    stalled("c65b12", { kind: "expired", approval: waiting }),
    stalled("a41f07", { kind: "undecided", approval: failover }),
    stalled("80e94d", { kind: "overdue" }),
  ),
  running: part(
    { run: someRun(), asks: [waiting] },
    { run: someRun({ thread: thread("d20c77"), workflow: "email", status: { kind: "queued" } }), asks: [] },
  ),
  ...{ done: part(...done), doneToday: { number: 3, isMore: false }, startable: catalog },
};

const usual: OpenHome = {
  ...full,
  waiting: part({ approval: waiting, hasVoted: false }),
  stalled: part(stalled("3fa8d0", { kind: "failed", error: "The deployment service answered 503." })),
  running: part({ run: someRun(), asks: [waiting] }),
  ...{ done: part(...done.slice(0, 1)), doneToday: { number: 1, isMore: false } },
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
  homeOf("usual", "One request waits for Ana, one run has failed, one waits, one is done.", usual),
  homeOf("full", "As much as there can be of each: every way to stall, to run and to be done.", full),
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
