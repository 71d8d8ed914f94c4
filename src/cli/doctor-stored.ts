// What is stored and does not go on: threads that nobody wakes, and runs whose jobs died.
import { createLists } from "../aws/lists.ts";
import { createRecords } from "../aws/records.ts";
import { later } from "../approvals/later.ts";
import { systemClock } from "../lambda/surroundings.ts";
import { isBuried } from "../runs/dead-letter.ts";
import { firstOf } from "../runs/lists.ts";
import { UNCOUNTED } from "../runs/metrics.ts";
import { runName } from "../runs/run.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./doctor-check.ts";
import { dynamoOf } from "./doctor-table.ts";

export const storedCheck: Check = {
  name: "Runs",
  async look(facts) {
    const { table, values } = facts;
    const team = values["SLACK_TEAM_ID"] ?? "";
    if (table.kind !== "known" || team === "")
      return [unknown("No run was looked at: the table or SLACK_TEAM_ID is not known here.")];
    const dynamo = dynamoOf(facts);
    try {
      const records = createRecords(dynamo, table.value, UNCOUNTED);
      const lists = createLists(dynamo, table.value);
      return await Promise.all([overdue(records, team), buried(lists, team)]);
    } finally {
      dynamo.destroy();
    }
  },
};

/** The sweeper looks every minute, and the queue takes its time. */
const LATE_MS = 5 * 60_000;
const MOST = 100;

async function overdue(records: ReturnType<typeof createRecords>, team: string): Promise<Finding> {
  const due = await records.due(team, later(systemClock.now(), -LATE_MS), MOST);
  const [oldest] = due.map(({ dueAt }) => dueAt).sort();
  if (oldest === undefined) return fine("Nothing has been due for more than five minutes.");
  const many =
    due.length >= MOST ? `${MOST} threads or more` : due.length === 1 ? "1 thread" : `${due.length} threads`;
  return wrong(
    `${many} should have gone on more than five minutes ago, the first one at ${oldest.slice(0, 16).replace("T", " ")} UTC.`,
    "Look whether the sweeper runs (its schedule and its log) and whether the worker does; docs/operations.md says more under overdue and sweeper-silent.",
  );
}

const NAMED = 5;

async function buried(lists: ReturnType<typeof createLists>, team: string): Promise<Finding> {
  const of = { kind: "status", status: "failed" } as const;
  const { items, isCut } = await firstOf(
    (page) => lists.runs({ team, of, order: "newest", ...page }),
    isBuried,
  );
  if (items.length === 0) return fine("No run was given up because its job failed each time.");
  const names = items.slice(0, NAMED).map(({ thread }) => runName(thread));
  const more = items.length > NAMED ? ` and ${items.length - NAMED} more` : "";
  const least = isCut ? "at least " : "";
  return wrong(
    `${least}${items.length} ${items.length === 1 ? "run was" : "runs were"} given up because a job failed each time: ${names.join(", ")}${more}.`,
    "Mend what the worker's log says under their threads, then: npm run countersign -- redrive",
  );
}
