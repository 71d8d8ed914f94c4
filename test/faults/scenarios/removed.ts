// Runs of which nothing, or only the history, is kept, while workers still draw them and jobs come twice: one is purged as soon as it is over, one has expired and loses its items one by one.
import { verifyChain } from "../../../src/approvals/chain.ts";
import { wholeHistory } from "../../../src/runs/history.ts";
import type { ThreadJob } from "../../../src/runs/ports.ts";
import { purgeRun } from "../../../src/runs/purge.ts";
import type { Run } from "../../../src/runs/run.ts";
import type { Ports } from "../ports.ts";
import type { RunScenario } from "../scenario.ts";
import type { Played } from "../world.ts";
import { approver, ONE } from "./parts.ts";
import { planned } from "./planned.ts";

const BY = { by: "otto", reason: "Her data." };

/** Of every kind, and twice: late, as others have seen to it by then. */
async function disturb({ queue }: Ports, { team, thread }: Run): Promise<void> {
  for (const kind of ["resume", "redraw", "sweep"] satisfies ThreadJob["kind"][])
    for (const seconds of [0, 3]) await queue.send({ kind, team, thread }, seconds);
}

async function theRun({ records, threadId }: Ports): Promise<Run | undefined> {
  const [team = "", thread = ""] = threadId.split("#");
  return records.run({ team, thread });
}

export const purged: RunScenario = {
  name: "purged",
  workflow: (hands) => planned(hands, "purged", ONE),
  people: [
    approver("UANA"),
    approver("UBO"),
    {
      id: "UOTTO",
      async does(ports) {
        const run = await theRun(ports);
        if (run === undefined) return false;
        if (run.removed === undefined) await disturb(ports, run);
        const { kind } = await purgeRun(ports, run, BY);
        if (kind === "purged") await disturb(ports, run);
        return kind === "purged";
      },
    },
  ],
  wrong: () => [],
  judge: judgedPurged,
};

async function judgedPurged({ ports, around }: Played): Promise<readonly string[]> {
  const run = await theRun(ports);
  if (run?.removed?.kind !== "purged") return ["The run was not purged."];
  const items = await ports.retention.count(run);
  const cards = around.slack.shown().filter(({ text }) => !text.includes("was purged"));
  const done = around.target.acts.filter(({ isReplay }) => !isReplay).length;
  return [
    ...(items === 1 ? [] : [`${items} items are stored of the purged run.`]),
    ...(/plan-|URITA|UANA/.test(JSON.stringify(run)) ? ["The tombstone says what the run was about."] : []),
    ...cards.map(({ card, text }) => `A card still says “${text}”: ${card}.`),
    ...(done === 1 ? [] : [`It was performed ${done} times.`]),
    ...(await atRest(ports, around)),
  ];
}

async function atRest(ports: Ports, { key, queue }: Played["around"]): Promise<readonly string[]> {
  const due = await ports.records.due(key.team, "2099-01-01T00:00:00.000Z");
  return due.length === 0 && queue.isEmpty() ? [] : ["Something is still due, or still queued."];
}

/** Longer than details are kept, so that its record is reduced by then. */
const EXPIRED_MS = 91 * 24 * 3_600_000;

export const expired: RunScenario = {
  name: "expired",
  workflow: (hands) => planned(hands, "expired", ONE),
  people: [
    approver("UANA"),
    {
      id: "DynamoDB",
      afterMs: EXPIRED_MS,
      async does(ports) {
        const run = await theRun(ports);
        if (run?.removed === undefined) return false;
        await disturb(ports, run);
        await ports.checkpointer.delete(ports.threadId);
        await disturb(ports, run);
        return true;
      },
    },
  ],
  wrong: () => [],
  judge: judgedExpired,
};

async function judgedExpired({ ports, around }: Played): Promise<readonly string[]> {
  const run = await theRun(ports);
  if (run?.removed?.kind !== "expired") return ["The run has not expired."];
  const chain = await wholeHistory(ports.trail, run);
  const verdict = verifyChain(chain, { key: run, end: run.audit });
  const cards = around.slack.shown().filter(({ text }) => !/Approved|did plan/.test(text));
  const done = around.target.acts.filter(({ isReplay }) => !isReplay).length;
  return [
    ...(verdict.kind === "whole" ? [] : [verdict.text]),
    ...(run.status.kind === "done" ? [] : [`The run is ${run.status.kind}.`]),
    ...(JSON.stringify(run.input) === "{}" ? [] : ["Its input is kept."]),
    ...cards.map(({ text }) => `A card was drawn again: “${text}”.`),
    ...(done === 1 ? [] : [`It was performed ${done} times.`]),
    ...(await atRest(ports, around)),
  ];
}
