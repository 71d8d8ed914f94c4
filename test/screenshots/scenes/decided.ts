// Cards of questions that somebody has decided, each way.
import type { Approval } from "../../../src/approvals/approval.ts";
import { type Decision, SYSTEM } from "../../../src/approvals/decision.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import {
  allowedByAna,
  approvedByAna,
  ASKED_AT,
  decided,
  DECIDED_AT,
  rejectedByBo,
  RESTART,
  someApproval,
} from "../../slack/fixtures.ts";
import { agentQuestion, inbox, tools, windowQuestion, wordsQuestion } from "../asking.ts";
import { cardOf, type Scene } from "../scene.ts";

const { users } = SEED;
const by = { by: users.ana, at: DECIDED_AT };
const deploy = someApproval();

const edited: Decision = {
  ...{ kind: "edited", ...by, comment: "v2.4.1 has the bug with the coupons." },
  before: { service: "checkout", version: "v2.4.1" },
  args: { service: "checkout", version: "v2.4.2" },
};
const changed = someApproval({
  title: "Deploy checkout to prod",
  action: { name: "deploy", args: edited.args },
});

function stalled(approval: Approval, decision: Decision): Approval {
  return { ...approval, version: 2, state: { kind: "decided", decision, resumed: false, stalled: true } };
}

export const decidedScenes: readonly Scene[] = [
  cardOf("approved", "Ana has approved, and the run has continued.", decided(deploy, approvedByAna, true)),
  cardOf(
    "approved-by-two",
    "Two have agreed, and one says why.",
    decided(
      deploy,
      {
        ...{ kind: "approved", by: users.bo, at: DECIDED_AT, comment: "The dashboards are quiet." },
        votes: [{ by: users.ana, at: ASKED_AT }],
      },
      true,
    ),
  ),
  cardOf(
    "allowed-for-run",
    "Ana has approved, and such actions need no question any more.",
    decided(someApproval(RESTART), allowedByAna, true),
  ),
  cardOf("allowed-until-stopped", "Rita has stopped what Ana had allowed.", {
    ...decided(someApproval(RESTART), allowedByAna, true),
    revoked: { by: users.rita, at: "2026-05-04T15:20:00.000Z" },
  }),
  cardOf("approved-with-changes", "Approved with another version.", decided(changed, edited, true)),
  cardOf(
    "rejected",
    "Bo has said no, and why.",
    decided(deploy, rejectedByBo("Not now: the shop has a sale until 17:00."), true),
  ),
  cardOf(
    "rejected-to-try-again",
    "The agent is told what should change, and tries again.",
    decided(someApproval({ again: true }), rejectedByBo("Deploy to one region first, please."), true),
  ),
  cardOf(
    "rejected-and-stopped",
    "With this no, the run was stopped.",
    decided(deploy, { kind: "rejected", by: users.bo, at: DECIDED_AT, reason: "Wrong target", stop: true }),
    { status: { kind: "cancelled", by: users.bo, at: DECIDED_AT } },
  ),
  cardOf("ignored", "Ignored, as Agent Inbox calls it.", decided(inbox, rejectedByBo(""), true)),
  cardOf(
    "chosen",
    "One of three answers.",
    decided(windowQuestion, { kind: "chosen", ...by, option: "2" }, true),
  ),
  cardOf(
    "answered",
    "A question answered in words.",
    decided(
      wordsQuestion,
      { kind: "responded", ...by, text: "We are looking into it.\nOrders are safe." },
      true,
    ),
  ),
  cardOf(
    "answered-agent",
    "An agent's question, with what its requester answered.",
    decided(agentQuestion, { kind: "responded", by: users.rita, at: DECIDED_AT, text: "staging-1" }, true),
  ),
  cardOf(
    "reviewed",
    "One action approved with changes, another one rejected.",
    decided(
      tools,
      {
        ...{ kind: "reviewed", ...by },
        items: [
          { kind: "edited", args: { to: "lee@example.com", subject: "Your refund of 129.90 EUR" } },
          { kind: "rejected", reason: "Finance does this one by hand." },
        ],
      },
      true,
    ),
  ),
  cardOf(
    "expired-and-resumed",
    "Nobody decided, and the policy says to go on all the same.",
    decided(deploy, { kind: "expired", by: SYSTEM, at: DECIDED_AT }, true),
  ),
  cardOf("deciding", "Approved a moment ago: the run has yet to hear of it.", decided(deploy, approvedByAna)),
  cardOf(
    "stalled",
    "The decision stands, but the run failed before it could go on.",
    stalled(deploy, approvedByAna),
    {
      status: { kind: "failed", error: "The deployment service answered 503." },
    },
  ),
];
