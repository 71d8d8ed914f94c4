// Cards of an action that waits for a yes.
import { keyGroup, webhookRequester } from "../../../src/approvals/actor.ts";
import type { Approval } from "../../../src/approvals/approval.ts";
import { changedVersion } from "../../../src/approvals/changed-version.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { ASKED_AT, DECIDED_AT, RESTART, someApproval, someRun } from "../../slack/fixtures.ts";
import { cardOf, drawingOf, pressed, type Scene } from "../scene.ts";

const { users, groups } = SEED;
const oncall = { users: [], groups: [groups.oncall] };
const deploy = someApproval();
const two = { ...deploy.policy, quorum: 2 };
const expiring = {
  policy: { ...deploy.policy, expiresAfterMs: 3_600_000 },
  expiresAt: "2026-05-04T16:00:00.000Z",
};

const restart = someApproval({
  ...{ title: "Restart the metrics agent on web-3", summary: "", target: "web-3", facts: [], risk: "low" },
  action: { name: "restart", args: { host: "web-3", unit: "metrics-agent" } },
  allowed: ["approve", "reject"],
});

const drop = someApproval({
  ...{ title: "Drop the table orders_2019", target: "orders_2019 in prod", risk: "destructive" },
  summary: "Nothing has read it for 90 days. The last backup is from this morning.",
  facts: [
    { label: "Rows", value: "12,480,113" },
    { label: "Last read", value: "3 February" },
  ],
  action: { name: "drop_table", args: { database: "prod", table: "orders_2019" } },
  allowed: ["approve", "reject"],
});

const rotation = Object.fromEntries(
  Array.from({ length: 40 }, (_, at) => [`certificate_${at + 1}`, `*.shard-${at + 1}.example.com, 90 days`]),
);

const email = someApproval({
  ...{ title: "Send the release notice to lee@example.com", target: "lee@example.com", risk: "medium" },
  ...{ summary: "", facts: [{ label: "Subject", value: "Release of v2.4.1" }] },
  details: [
    {
      label: "Draft",
      value:
        "Dear Lee,\n\nthe release of v2.4.1 is on Monday at 09:00 UTC.\nNothing will be unavailable.\n\nKind regards\nThe release team",
    },
  ],
  action: { name: "send_email", args: { to: "lee@example.com", subject: "Release of v2.4.1" } },
});

const incident = someApproval({
  title: "Fail over the database of checkout",
  target: "checkout-db in eu-west-1",
  summary: "The primary has not answered for four minutes.\nThe replica is 2 s behind.",
  facts: [
    { label: "Primary", value: "db-1, eu-west-1a" },
    { label: "Replica", value: "db-2, eu-west-1b" },
    { label: "Error rate", value: "5.2 %, usually below 0.1 %" },
    { label: "Open orders", value: "1,204" },
    {
      label: "Last log lines",
      value: "14:55:01 db-1 health check failed\n14:56:01 db-1 health check failed\n14:57:02 pager: Ana, Bo",
    },
  ],
  action: { name: "failover", args: { cluster: "checkout-db", to: "db-2" } },
});

const secret = someApproval({
  title: "Give the billing service its new key",
  ...{ target: "billing in prod", summary: "", facts: [] },
  action: {
    name: "set_secret",
    args: { service: "billing", api_key: "sk-local-0123456789abcdef", owner: "lee" },
  },
});

function again(because: "refused" | "changed" | "expired" | "workflow", notes: readonly string[]): Approval {
  const again = { because, by: users.ana, at: DECIDED_AT, notes: [...notes] };
  return someApproval({}, { revision: 2, origin: { kind: "again", ...again } });
}

const prose =
  "I looked at the error rates and **v2.4.1** fixes them. See https://example.com/why for details. Please approve quickly!";

export const pendingScenes: readonly Scene[] = [
  cardOf("request", "An action of high risk waits for the people on call.", deploy),
  cardOf("request-low", "A small one, which cannot be edited.", restart),
  cardOf("request-destructive", "One that cannot be undone: its button is red.", drop),
  pressed(
    cardOf("request-confirm", "The button of a destructive action asks once more, with its target.", drop),
    "Approve",
  ),
  cardOf(
    "request-clipped",
    "More arguments than a card holds: deciding needs the full request.",
    someApproval({ title: "Rotate 40 certificates", facts: [], action: { name: "rotate", args: rotation } }),
  ),
  cardOf(
    "request-tool",
    "A tool of an agent's: what the author declares of it, and what the agent says beside it.",
    someApproval({
      ...{ title: "Restart checkout", target: "checkout in prod", summary: "" },
      said: "Errors began with the last deployment, see https://logs.example/checkout. A restart should clear them.",
      ...{ facts: [], action: { name: "restart_service", args: { service: "checkout", env: "prod" } } },
      ...{ allowed: ["approve", "edit", "reject", "respond"], forRun: ["env"] },
    }),
  ),
  cardOf("request-alert-over", "Its alert has stopped firing, and it still waits.", deploy, {
    ...{ requester: webhookRequester("alertmanager"), alertResolvedAt: DECIDED_AT },
  }),
  cardOf(
    "request-of-keys",
    "A program asked for it, and another program or the people on call decide.",
    someApproval(
      {},
      {
        policy: {
          ...deploy.policy,
          approvers: { users: [], groups: [keyGroup("change-window"), groups.oncall] },
        },
      },
    ),
    { key: "release-train" },
  ),
  cardOf("request-facts", "Short facts side by side, a long one behind a bar.", incident),
  cardOf("request-details", "A draft to read before it is sent.", email),
  cardOf("request-masked", "A key that nobody is shown.", secret),
  cardOf(
    "request-prose",
    "What an agent says for itself is marked, and leads nowhere.",
    someApproval({ guessed: true, summary: prose }),
  ),
  cardOf(
    "request-two-needed",
    "Two people have to agree within the hour, and nobody has yet.",
    someApproval({}, { ...expiring, policy: { ...expiring.policy, quorum: 2 } }),
  ),
  cardOf(
    "request-votes",
    "One of two has agreed.",
    someApproval(
      {},
      {
        policy: two,
        state: { kind: "pending", votes: [{ by: users.ana, at: DECIDED_AT, vote: { kind: "approve" } }] },
      },
    ),
  ),
  cardOf(
    "request-vote-for-run",
    "One of two has agreed, and would allow it for the run.",
    someApproval(RESTART, {
      policy: two,
      state: {
        kind: "pending",
        votes: [{ by: users.ana, at: DECIDED_AT, vote: { kind: "approve", forRun: true } }],
      },
    }),
  ),
  cardOf(
    "request-votes-differ",
    "One has agreed, another has not, and two are needed either way.",
    someApproval(
      {},
      {
        policy: { ...two, rejections: 2 },
        state: {
          kind: "pending",
          votes: [
            { by: users.ana, at: ASKED_AT, vote: { kind: "approve" } },
            { by: users.bo, at: DECIDED_AT, vote: { kind: "reject", reason: "Not now" } },
          ],
        },
      },
    ),
  ),
  cardOf(
    "request-handed-over",
    "Ana has handed it over to Bo.",
    someApproval(
      {},
      {
        attention: {
          ...{ since: ASKED_AT, reminders: 0, steps: 0, snoozed: {}, pings: [] },
          handedTo: { user: users.bo, by: users.ana, at: DECIDED_AT },
        },
      },
    ),
  ),
  cardOf(
    "request-escalated",
    "Nobody decided, so that another group may decide it, too.",
    someApproval(
      {},
      {
        policy: {
          ...deploy.policy,
          escalation: [{ afterMs: 300_000, to: { kind: "people", users: [], groups: [groups.ops] } }],
        },
        attention: { since: ASKED_AT, reminders: 1, steps: 1, snoozed: {}, pings: [] },
      },
    ),
  ),
  cardOf(
    "request-again-refused",
    "The answer did not fit, so that it is asked again.",
    again("refused", ["version: must be a version that exists"]),
  ),
  cardOf(
    "request-again-changed",
    "What was approved has changed since.",
    again("changed", ["Running now: v2.4.0 → v2.3.9"]),
  ),
  cardOf(
    "request-again-workflow",
    "The workflow was changed while it waited.",
    again("workflow", [changedVersion("1", "2")]),
  ),
  cardOf("request-again-expired", "Nobody had decided, and somebody asked again.", again("expired", [])),
  cardOf(
    "request-edited",
    "Ana changed the version, and Bo has to agree to that.",
    someApproval(
      {
        title: "Deploy checkout to prod",
        action: { name: "deploy", args: { service: "checkout", version: "v2.4.2" } },
      },
      {
        revision: 2,
        origin: {
          ...{ kind: "edit", by: users.ana, at: DECIDED_AT },
          before: { service: "checkout", version: "v2.4.1" },
        },
        policy: { ...two, approvers: oncall },
        state: { kind: "pending", votes: [{ by: users.ana, at: DECIDED_AT, vote: { kind: "approve" } }] },
      },
    ),
  ),
  drawingOf("request-copy", "In a direct message, the card says where it stands.", {
    ...{ kind: "copy", approval: deploy, run: someRun() },
  }),
  pressed(cardOf("request-menu", "What a card offers besides its answers.", deploy), "More actions"),
];
