// What is said in a run's thread so that people hear of it.
import type { Ping } from "../../../src/approvals/attention.ts";
import type { Approval } from "../../../src/approvals/approval.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import type { Run } from "../../../src/runs/run.ts";
import { DECIDED_AT, someApproval, someRun } from "../../slack/fixtures.ts";
import { drawingOf, type Scene } from "../scene.ts";

const { users, groups, channels } = SEED;
const run = someRun();
const nobody = { users: [], groups: [] };
const oncall = { users: [], groups: [groups.oncall] };

interface Pinged extends Pick<Ping, "why" | "to"> {
  readonly approval?: Approval;
}

function ping(name: string, sees: string, { why, to, approval = someApproval() }: Pinged): Scene {
  const one = { number: 1, revision: 1, at: DECIDED_AT, to, why };
  return drawingOf(`ping-${name}`, sees, { kind: "ping", approval, run, ping: one });
}

function note(name: string, sees: string, origin: NonNullable<Approval["origin"]>): Scene {
  const approval = someApproval({}, { revision: 2, origin });
  return drawingOf(`note-${name}`, sees, { kind: "note", approval, run });
}

const ANSWER =
  "checkout answers again after the restart.\nThe cause was a full connection pool; https://wiki.example/pools says how to raise it.";

function outcome(name: string, sees: string, status: Run["status"]): Scene {
  return drawingOf(`outcome-${name}`, sees, { kind: "outcome", run: someRun({ status }) });
}

const by = { by: users.ana, at: DECIDED_AT };
const expiring = someApproval({}, { expiresAt: "2026-05-04T16:00:00.000Z" });

const tombstone = { kind: "purged", at: DECIDED_AT, by: "otto", reason: "At her request" } as const;

export const replyScenes: readonly Scene[] = [
  drawingOf("purged", "An operator has purged the run; every card of it says the same.", {
    ...{ kind: "purged", run: someRun({ removed: tombstone }) },
  }),
  ping("waiting", "A reminder to those who can decide.", { why: { kind: "waiting" }, to: oncall }),
  ping("expiring", "A reminder that says until when.", {
    ...{ why: { kind: "waiting" }, to: oncall, approval: expiring },
  }),
  ping("snoozed", "Ana wanted to be reminded now.", {
    why: { kind: "snoozed" },
    to: { ...nobody, users: [users.ana] },
  }),
  ping("nudged", "Rita asks for a decision.", { why: { kind: "nudged", by: users.rita }, to: oncall }),
  ping("handed-over", "Ana has handed it to Bo.", {
    ...{ why: { kind: "handed-over", by: users.ana }, to: { ...nobody, users: [users.bo] } },
  }),
  ping("escalated", "Another group can decide it now, too.", {
    ...{ why: { kind: "escalated" }, to: { ...nobody, groups: [groups.ops] } },
  }),
  ping("escalated-to-channel", "Another channel shows it now, too.", {
    ...{ why: { kind: "escalated", channel: channels.general }, to: nobody },
  }),
  ping("escalated-to-nobody", "It was to go on to whoever is on call, and nobody is.", {
    ...{ why: { kind: "escalated" }, to: nobody },
  }),
  ping("nudged-nobody", "Rita asks for a decision, and nobody is on call.", {
    ...{ why: { kind: "nudged", by: users.rita }, to: nobody },
  }),
  note("edited", "Somebody has changed what is asked.", {
    ...{ kind: "edit", ...by },
    before: { service: "checkout", version: "v2.4.0" },
  }),
  note("refused", "The answer did not fit.", { kind: "again", because: "refused", ...by, notes: [] }),
  note("changed", "What was decided has changed.", { kind: "again", because: "changed", ...by, notes: [] }),
  note("workflow", "The workflow was changed.", { kind: "again", because: "workflow", ...by, notes: [] }),
  note("expired", "Somebody asked again.", { kind: "again", because: "expired", ...by, notes: [] }),
  outcome("done", "The requester hears that it is done.", {
    ...{ kind: "done", outcome: { good: true, text: "checkout in prod runs v2.4.1." } },
  }),
  outcome("agent", "The requester reads the answer of an agent.", {
    ...{ kind: "done", outcome: { good: true, text: ANSWER, isProse: true } },
  }),
  outcome("stopped", "The requester hears who has stopped it, and why.", {
    ...{ kind: "done", outcome: { good: false, text: "Wrong target", stoppedBy: users.bo } },
  }),
  outcome("failed", "The requester hears that a step failed.", {
    ...{ kind: "failed", error: "The deployment service answered 503." },
  }),
];
