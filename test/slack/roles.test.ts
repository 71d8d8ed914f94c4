// Invariant 12: each command with each role, as signed clicks. Whoever may not is told who may, and nothing changes.
import { describe, expect, test } from "vitest";
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import type { Run } from "../../src/runs/run.ts";
import { ACTION, encodeRequestRef, encodeRunRef, VIEW } from "../../src/slack/action-id.ts";
import { slashCommand, viewSubmission } from "../support/deliver.ts";
import { someApproval, someRun } from "./fixtures.ts";
import { type Door, startDoor } from "./support.ts";
import { clicksOn } from "./told.ts";

const { users, groups } = SEED;

/** Ana is an approver and an operator, Bo an approver; what makes Otto an operator is the workflow of this test. */
const ROLES = {
  requester: users.rita,
  approver: users.bo,
  operator: users.otto,
  "member without a role": users.ana,
  guest: users.gus,
  "member of another company": users.eve,
} as const;
type Role = keyof typeof ROLES;

const POLICY = { approvers: { users: [users.bo], groups: [] }, requesterMayApprove: false };

interface Command {
  readonly may: readonly Role[];
  readonly action: string;
  /** What is there before the click. */
  readonly run: Run["status"];
  readonly state: Approval["state"];
  readonly isDone: (stored: {
    readonly run: Run | undefined;
    readonly approval: Approval | undefined;
  }) => boolean;
  readonly refused: RegExp;
}

const failed = { kind: "failed", error: "The registry is down." } as const;
const waiting = { kind: "waiting" } as const;
const pending = { kind: "pending" } as const;
const decides = {
  ...{ may: ["approver"] as readonly Role[], run: waiting, state: pending },
  refused: /You can't decide|You started this run|Guests can't|other workspaces can't/,
} as const;

const COMMANDS: Readonly<Record<string, Command>> = {
  Approve: {
    ...{ ...decides, action: ACTION.approve },
    isDone: ({ approval }) => approval?.state.kind === "decided",
  },
  "Cancel run": {
    ...{ may: ["requester", "approver", "operator"], action: ACTION.cancel, run: waiting, state: pending },
    isDone: ({ run }) => run?.status.kind === "cancelled",
    refused: /^Only the requester, the approvers and the operators can cancel/,
  },
  Retry: {
    ...{ may: ["requester", "operator"], action: ACTION.retry, run: failed, state: pending },
    isDone: ({ run }) => run?.status.kind === "queued",
    refused: /^Only the requester and the operators can retry/,
  },
  "Ask again": {
    ...{ may: ["requester", "approver", "operator"], action: ACTION.askAgain, run: waiting },
    state: { kind: "expired", at: "2026-05-04T15:30:00.000Z" },
    isDone: ({ approval }) => approval?.state.kind === "pending",
    refused: /^Only the requester, the approvers and the operators can ask again/,
  },
};

const decidesCommand: Pick<Command, "run" | "state"> = { run: waiting, state: pending };

const CASES = Object.entries(COMMANDS).flatMap(([name, command]) =>
  Object.keys(ROLES).map((role) => [name, role as Role, command] as const),
);

/** Otto operates: he is put into the operators' group, and Ana is taken out of it. */
async function openDoor(): Promise<Door> {
  const door = await startDoor();
  const change = (user: string, isMember: boolean): Promise<Response> =>
    fetch(`${door.slack.url}/local/change`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "group", group: groups.ops, user, isMember }),
    });
  await change(users.otto, true);
  await change(users.ana, false);
  return door;
}

async function stored({ records }: Door, { run, state }: Pick<Command, "run" | "state">): Promise<Approval> {
  const asked = someApproval();
  const approval = { ...askedApproval({ ...asked, policy: POLICY }), state };
  await records.saveRun(someRun({ status: run, version: 1 }));
  await records.saveApproval(approval);
  return approval;
}

describe.each(CASES)("%s by the %s", (_, role, command) => {
  const mayDoIt = command.may.includes(role);
  test(mayDoIt ? "is done" : "is refused in words, and changes nothing", async () => {
    const door = await openDoor();
    const approval = await stored(door, command);
    const click = await clicksOn(door);
    const isOfRun = command.action === ACTION.cancel || command.action === ACTION.retry;
    const value = isOfRun ? encodeRunRef(approval.thread) : encodeRequestRef(approval);
    const { status, told } = await click({ user: ROLES[role], action: command.action, value });
    expect(status).toBe(200);
    const { run, approvals } = await door.records.thread(approval);
    expect(command.isDone({ run, approval: approvals[0] })).toBe(mayDoIt);
    expect(told).toMatch(mayDoIt ? /^$/ : command.refused);
  });
});

test.each<readonly [Role, boolean]>([
  ["requester", true],
  ["approver", true],
  ["operator", true],
  ["member without a role", true],
  ["guest", false],
  ["member of another company", false],
])("a run of a workflow that names no starters is started by the %s: %s", async (role, mayDoIt) => {
  const door = await startDoor();
  const command = slashCommand("run deploy service=checkout version=v2.4.1 env=prod", {
    user_id: ROLES[role],
  });
  const { body } = await door.send(command);
  expect(body).toMatch(mayDoIt ? /Started \*deploy\*/ : /Only full members of this workspace can start runs/);
});

const FORMS = {
  Reject: {
    callbackId: VIEW.reject,
    values: {
      reason: { reason: { selected_option: { value: "Not now" } } },
      note: { note: { value: null } },
    },
  },
  Edit: {
    callbackId: VIEW.edit,
    values: { "arg:version": { value: { type: "plain_text_input", value: "v2.4.2" } } },
  },
} as const;

describe.each(
  Object.entries(FORMS).flatMap(([name, form]) =>
    Object.keys(ROLES).map((role) => [name, role as Role, form] as const),
  ),
)("%s, submitted by the %s,", (_, role, { callbackId, values }) => {
  const mayDoIt = role === "approver";
  test(mayDoIt ? "is done" : "is refused in words, and changes nothing", async () => {
    const door = await openDoor();
    const approval = await stored(door, decidesCommand);
    const view = { callbackId, privateMetadata: encodeRequestRef(approval) };
    const { status, body } = await door.send(viewSubmission({ user: ROLES[role], view, blocks: [], values }));
    expect(status).toBe(200);
    const now = await door.records.approval(approval, approval.interrupt);
    expect(now?.state.kind).toBe(mayDoIt ? "decided" : "pending");
    expect(body).toMatch(mayDoIt ? /^$/ : /Not counted/);
  });
});
