// A program asks for a run over REST, and it takes another program's agreement beside a person's.
import { deliveryOf } from "../../../src/api/idempotency.ts";
import { actorText } from "../../../src/approvals/actor.ts";
import { answered, bearer } from "../programs.ts";
import type { RunScenario } from "../scenario.ts";
import { APPROVE, approver, TWO } from "./parts.ts";
import { planned, wrongPlan } from "./planned.ts";

const REQUEST = { workflow: "programmed", input: { version: "v1" } };
const IDEMPOTENCY_KEY = "release-1";
const ANSWERER = actorText({ user: "UGATE", key: "gate" });

export const programmed: RunScenario = {
  name: "programmed",
  workflow: (hands) => planned(hands, "programmed", { ...TWO, approvers: [{ apiKey: "gate" }, "approvers"] }),
  keys: [
    { name: "ci", owner: "URITA" },
    { name: "gate", owner: "UGATE" },
  ],
  asked: {
    delivery: deliveryOf(
      { key: { name: "ci" } },
      { idempotencyKey: IDEMPOTENCY_KEY, asked: { start: REQUEST } },
    ),
    send: async (ports, team) => {
      const headers = { ...bearer("ci"), "idempotency-key": IDEMPOTENCY_KEY };
      const answer = await answered(ports, team, { path: "/v1/runs", headers, body: REQUEST });
      if (answer !== undefined && answer.status !== 202)
        throw new Error(`The run did not start: ${JSON.stringify(answer)}.`);
      return answer !== undefined;
    },
  },
  people: [
    { id: ANSWERER, key: "gate", vote: ({ asks }) => (asks === "approve" ? APPROVE : undefined) },
    approver("UANA"),
  ],
  wrong: (end) => {
    const { run, entries } = end;
    const voters = entries.flatMap((entry) =>
      entry.kind === "voted" || entry.kind === "decided" ? [entry.by] : [],
    );
    return [
      ...wrongPlan(end),
      ...(run.key === "ci" && run.requester === "URITA"
        ? []
        : ["The run does not say which key started it."]),
      ...(new Set(voters).size === 2 && voters.includes(ANSWERER) && voters.includes("UANA")
        ? []
        : [`It was decided by ${voters.join(", ")}.`]),
    ];
  },
};
