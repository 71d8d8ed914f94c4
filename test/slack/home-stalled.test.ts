// What has stalled, in the App Home of who operates it, from records as they are stored: each reason, from when on it counts, and for whom.
import { expect, test } from "vitest";
import { later } from "../../src/approvals/later.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Run } from "../../src/runs/run.ts";
import { question } from "../support/commands.ts";
import { someRun } from "./fixtures.ts";
import { type Door, startDoor } from "./support.ts";

const { ana, bo, rita } = SEED.users;
const NOW = new Date().toISOString();
const ago = (minutes: number): string => later(NOW, -minutes * 60_000);

interface There {
  readonly minutes: number;
  readonly status?: Run["status"];
  /** For how long the sweeper should have seen to it. */
  readonly dueFor?: number;
  readonly asked?: { readonly expiresIn?: number; readonly expired?: true };
}

/** A run from so many minutes ago, and its question where it has one. */
async function there(
  door: Door,
  { minutes, status = { kind: "waiting" }, dueFor, asked }: There,
): Promise<void> {
  const run = someRun({ createdAt: ago(minutes), status, version: 1 });
  expect(await door.records.saveRun(run, dueFor === undefined ? undefined : ago(dueFor))).toBe(true);
  if (asked === undefined) return;
  const { expiresIn, expired } = asked;
  const approval = question(run, "Deploy checkout", {
    askedAt: ago(minutes),
    ...(expiresIn !== undefined && { expiresAt: later(NOW, expiresIn * 60_000) }),
  });
  expect(await door.records.saveApproval(approval)).toBe(true);
  const closed = { ...approval, version: 2, state: { kind: "expired" as const, at: ago(1) } };
  if (expired) expect(await door.records.saveApproval(closed)).toBe(true);
}

/** A busy machine may answer too late for a home, which says so and is opened once more. */
async function homeOf({ slack }: Door, user: string): Promise<string> {
  for (;;) {
    const opened = await slack.person(user).home();
    if (!opened.ok || opened.view === undefined) throw new Error("There is no home.");
    const home = JSON.stringify(opened.view.blocks);
    if (!home.includes("I couldn't read what is going on")) return home;
  }
}

test.each<readonly [what: string, there: There, says: string, button: string]>([
  ["has failed", { minutes: 10, status: { kind: "failed", error: "No disk." } }, "No disk.", "Retry"],
  [
    "has a question that nobody decided in time",
    { minutes: 60, asked: { expired: true } },
    "Nobody decided in time",
    "Ask again",
  ],
  // A lease that has run out is on that list as well: it is when the sweeper is to look should its holder die.
  [
    "should have gone on more than three minutes ago",
    { minutes: 20, status: { kind: "queued" }, dueFor: 4 },
    "Should have gone on by itself",
    "Nudge",
  ],
  [
    "has waited for more than half of the time there is",
    { minutes: 31, asked: { expiresIn: 29 } },
    "Waiting 31 min for",
    "Nudge",
  ],
  [
    "has waited for more than four hours without a limit",
    { minutes: 241, asked: {} },
    "Waiting 4 h 1 min for",
    "Nudge",
  ],
])("what %s has stalled, and only who operates it sees that", async (_, what, says, button) => {
  const door = await startDoor();
  await there(door, what);
  const home = await homeOf(door, ana);
  expect(home).toContain("Stalled 1 · Running 0");
  expect(home).toContain(says);
  expect(home).toContain(`"text":"${button}"`);
  expect(home).toContain('"text":"Cancel run"');
  for (const user of [bo, rita]) {
    const other = await homeOf(door, user);
    expect(other).not.toMatch(/Stalled|Should have gone on|Cancel run/);
    expect(other).not.toContain(`"text":"${button}"`);
  }
});

test.each<readonly [what: string, there: There]>([
  ["should have gone on two minutes ago", { minutes: 20, status: { kind: "queued" }, dueFor: 2 }],
  ["has waited for less than half of its time", { minutes: 29, asked: { expiresIn: 31 } }],
  ["has waited for less than four hours", { minutes: 239, asked: {} }],
  [
    "is over, though its card is behind",
    { minutes: 20, status: { kind: "done", outcome: { good: true, text: "Done." } }, dueFor: 4 },
  ],
])("what %s has not stalled", async (_, what) => {
  const door = await startDoor();
  await there(door, what);
  expect(await homeOf(door, ana)).toContain("Stalled 0");
});
