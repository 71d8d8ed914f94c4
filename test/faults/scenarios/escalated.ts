// Nobody decides: people are reminded, somebody hands it over, it goes on to one person and to a channel, and that person decides on a copy of the card.
import type { DeclaredPolicy } from "../../../src/approvals/declared-policy.ts";
import type { RunScenario } from "../scenario.ts";
import { APPROVE, ONE } from "./parts.ts";
import { planned, wrongPlan } from "./planned.ts";

const POLICY: DeclaredPolicy = {
  ...ONE,
  remindAfterMs: [30_000, 100_000],
  escalation: [
    { afterMs: 230_000, to: [{ user: "UOTTO" }] },
    { afterMs: 20_000, channel: "C0OTHERS" },
  ],
};

export const escalated: RunScenario = {
  name: "escalated",
  workflow: (hands) => planned(hands, "escalated", POLICY),
  people: [
    { id: "UANA", afterMs: 10_000, handsTo: "UBO" },
    { id: "UOTTO", afterMs: 50_000, onCopy: true, vote: () => APPROVE },
  ],
  wrong: wrongPlan,
};
