// Somebody clicks at the very end of a question's time: either it counts, or it has expired; never both.
import type { RunScenario } from "../scenario.ts";
import { approver, ONE, performed } from "./parts.ts";
import { planned, wrongPlan } from "./planned.ts";

const EXPIRES_AFTER_MS = 90_000;

export const expiry: RunScenario = {
  name: "expiry",
  workflow: (hands) => planned(hands, "expiry", { ...ONE, expiresAfterMs: EXPIRES_AFTER_MS }),
  // What it takes from the question to its card, and from the click to its record, decides.
  people: [approver("UANA", EXPIRES_AFTER_MS - 500)],
  wrong: (end) => {
    const [approval] = end.approvals;
    if (approval?.state.kind === "decided") return wrongPlan(end);
    const wasCounted = end.told.some(({ kind }) => kind === "recorded");
    return [
      ...(approval?.state.kind === "expired" ? [] : [`The question is ${String(approval?.state.kind)}.`]),
      ...(end.run.status.kind === "waiting"
        ? []
        : [`The run is ${end.run.status.kind}, and nobody decided.`]),
      ...(wasCounted ? ["Somebody was told that the click counted, and the question expired."] : []),
      ...performed(end, {}),
    ];
  },
};
