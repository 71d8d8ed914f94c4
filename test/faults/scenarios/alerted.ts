// An alert starts a run, again and again, and stops firing while somebody thinks about it: then it is still theirs to decide.
import { answered, WEBHOOK_SECRET } from "../programs.ts";
import type { Ports } from "../ports.ts";
import type { RunScenario } from "../scenario.ts";
import { approver, ONE } from "./parts.ts";
import { planned, wrongPlan } from "./planned.ts";

const STARTS_AT = "2026-03-01T03:12:00.000Z";

/** Whether it was taken. */
async function notified(ports: Ports, team: string, status: "firing" | "resolved"): Promise<boolean> {
  const alert = {
    status,
    labels: { version: "v1" },
    annotations: {},
    startsAt: STARTS_AT,
    fingerprint: "c0ffee",
  };
  const answer = await answered(ports, team, {
    path: "/v1/webhooks/alertmanager/alerted",
    headers: { authorization: `Bearer ${WEBHOOK_SECRET}` },
    body: { version: "4", groupKey: "{}", alerts: [alert] },
  });
  if (answer !== undefined && answer.status !== 200)
    throw new Error(`The alert was not taken: ${JSON.stringify(answer)}.`);
  return answer !== undefined;
}

export const alerted: RunScenario = {
  name: "alerted",
  workflow: (hands) => {
    const workflow = planned(hands, "alerted", ONE);
    return { ...workflow, listing: { ...workflow.listing, webhooks: ["alertmanager"] } };
  },
  asked: {
    delivery: `alertmanager:${JSON.stringify(["alerted", "{}", "c0ffee", STARTS_AT])}`,
    send: (ports, team) => notified(ports, team, "firing"),
  },
  // Long enough for Alertmanager to say it, whatever breaks.
  people: [
    { id: "alertmanager", does: (ports, team) => notified(ports, team, "resolved") },
    approver("UANA", 300_000),
  ],
  wrong: (end) => {
    const { run, entries } = end;
    const told = entries.filter(({ kind }) => kind === "alert-resolved").length;
    return [
      ...wrongPlan(end),
      ...(run.requester === "webhook:alertmanager" ? [] : [`It was asked for by ${run.requester}.`]),
      ...(run.alertResolvedAt === undefined ? ["The run does not say that its alert is over."] : []),
      ...(told === 1 ? [] : [`The history tells ${told} times that the alert is over.`]),
    ];
  },
};
