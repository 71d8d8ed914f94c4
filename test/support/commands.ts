// Typed commands against records that a test has stored, as people see the answers.
import { expect } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { later } from "../../src/approvals/later.ts";
import type { Run } from "../../src/runs/run.ts";
import { someApproval, someRun } from "../slack/fixtures.ts";
import { type Door, startDoor } from "../slack/support.ts";
import { DEPLOYS } from "./system.ts";

/** No channel of anybody's. */
export const ELSEWHERE = "C0ELSEWHERE";
/** Five minutes before now: files share this module, so it is no constant. */
export const ago = (): string => later(new Date().toISOString(), -300_000);

export const openRun = (name: string, change: Partial<Run> = {}): Run =>
  someRun({ thread: name.padEnd(32, "0"), channel: ELSEWHERE, createdAt: ago(), version: 1, ...change });

export function question(run: Run, title: string, change: Partial<Approval> = {}): Approval {
  const { thread, channel, requester } = run;
  return { ...someApproval({ title }), thread, channel, requester, askedAt: ago(), ...change };
}

export async function store(
  { records }: Door,
  runs: readonly Run[],
  approvals: readonly Approval[] = [],
): Promise<void> {
  for (const run of runs) expect(await records.saveRun(run)).toBe(true);
  for (const approval of approvals) expect(await records.saveApproval(approval)).toBe(true);
}

export async function doorWith(runs: readonly Run[], approvals: readonly Approval[] = []): Promise<Door> {
  const door = await startDoor();
  await store(door, runs, approvals);
  return door;
}

/** What the person is shown, once Slack has taken it: an answer that breaks its limits is none. */
export async function answer({ slack }: Pick<Door, "slack">, user: string, text: string): Promise<Message> {
  const person = slack.person(user);
  const before = (await person.ephemerals()).length;
  expect(await person.say(DEPLOYS, `/countersign ${text}`)).toMatchObject({ answer: { kind: "ok" } });
  const [said] = (await person.ephemerals()).slice(before);
  if (said === undefined) throw new Error("There was no answer.");
  return said;
}

/** All but what Slack itself put there. */
export const wholeOf = ({ text, blocks }: Message): string =>
  `${text}\n${JSON.stringify(blocks, (name, value: unknown) => (name === "block_id" ? undefined : value))}`;
