// The run's own message, from its first second to its outcome.
import { webhookRequester } from "../../../src/approvals/actor.ts";
import type { Approval } from "../../../src/approvals/approval.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import type { Run } from "../../../src/runs/run.ts";
import {
  allowedByAna,
  approvedByAna,
  decided,
  DECIDED_AT,
  RESTART,
  someApproval,
  someRun,
} from "../../slack/fixtures.ts";
import { drawingOf, type Scene } from "../scene.ts";

const deploy = someApproval();

function runOf(name: string, sees: string, run: Partial<Run>, approvals: readonly Approval[] = []): Scene {
  return drawingOf(name, sees, { kind: "run", run: someRun(run), approvals });
}

const plan = (done: readonly string[], ...next: readonly string[]): NonNullable<Run["progress"]> => ({
  ...{ done: [...done], next: [...next] },
  ...{ earlier: 0, slot: done.length, nodes: {} },
});

const many = ["db-1", "db-2", "db-3"].map((host, at) =>
  someApproval({ title: `Rotate the certificate of ${host}` }, { interrupt: `${at}`.padEnd(32, "c") }),
);

const allowing = ["staging", "dev", "ci", "demo", "preview", "load", "sandbox"].map((environment, at) =>
  decided(
    someApproval(
      {
        ...RESTART,
        action: { name: "restart_service", args: { environment, service: "web" } },
        ...(at === 1 && { forRun: [] }),
      },
      { interrupt: `${at}`.padEnd(32, "d") },
    ),
    allowedByAna,
    true,
  ),
);

const failed = "The deployment service answered 503.";

export const runScenes: readonly Scene[] = [
  runOf("run-queued", "Asked for a moment ago.", { status: { kind: "queued" } }),
  runOf("run-running", "Two steps are done, the third one runs.", {
    status: { kind: "queued" },
    progress: plan(["look_up", "plan"], "check"),
  }),
  runOf(
    "run-waiting",
    "It waits for a decision, two steps in.",
    { progress: plan(["look_up", "plan"], "approve") },
    [deploy],
  ),
  runOf(
    "run-waiting-for-several",
    "Three decisions, which can be made together.",
    { progress: plan(["list"], "rotate", "rotate", "rotate") },
    many,
  ),
  runOf(
    "run-alert-over",
    "Alertmanager asked for it, and the alert has stopped firing while it waits.",
    {
      progress: plan(["look_up"], "approve"),
      ...{ requester: webhookRequester("alertmanager"), alertResolvedAt: DECIDED_AT },
    },
    [deploy],
  ),
  runOf("run-by-key", "A program has asked for it, with somebody's API key.", {
    ...{ status: { kind: "queued" }, key: "release-train" },
  }),
  runOf(
    "run-decided",
    "Somebody has decided, and it goes on in a moment.",
    { progress: plan(["plan"], "approve") },
    [decided(deploy, approvedByAna)],
  ),
  runOf(
    "run-allowing",
    "Two kinds of actions need no question any more, and one waits for a decision.",
    { progress: plan(["look_up"], "restart") },
    [...allowing.slice(0, 2), deploy],
  ),
  runOf(
    "run-allowing-much",
    "More is allowed than its message has room for.",
    { progress: plan(["look_up"], "restart") },
    allowing,
  ),
  runOf("run-failed", "A step failed; Retry runs it again.", {
    ...{ status: { kind: "failed", error: failed }, progress: plan(["look_up", "approve"], "deploy") },
  }),
  runOf("run-failed-at-length", "What went wrong has several lines.", {
    status: {
      kind: "failed",
      error: `${failed}\nTried 4 times in 30 s.\nLast answer: upstream connect error`,
    },
  }),
  runOf("run-done", "It did what was asked for.", {
    status: { kind: "done", outcome: { good: true, text: "checkout in prod runs v2.4.1." } },
    progress: plan(["look_up", "approve", "deploy"]),
  }),
  runOf("run-ended-badly", "It ended without doing it.", {
    status: { kind: "done", outcome: { good: false, text: "Not deployed: the freeze lasts until 17:00." } },
  }),
  runOf("run-stopped", "Somebody's no has ended it.", {
    status: {
      kind: "done",
      outcome: { good: false, text: "Wrong target", stoppedBy: SEED.users.bo },
    },
  }),
  runOf("run-cancelled", "Rita has cancelled it.", {
    status: { kind: "cancelled", by: SEED.users.rita, at: DECIDED_AT },
    progress: plan(["look_up"], "approve"),
  }),
  runOf("run-expired", "Nobody decided in time.", { progress: plan(["look_up"], "approve") }, [
    someApproval({}, { state: { kind: "expired", at: DECIDED_AT } }),
  ]),
  runOf(
    "run-elsewhere",
    "It stands here because the app may not write where it was asked for.",
    {
      channel: SEED.channels.random,
    },
    [deploy],
  ),
];
