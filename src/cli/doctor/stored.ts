// What is stored and does not go on: threads that nobody wakes, and runs whose jobs died.
import { createLists } from "../../aws/lists.ts";
import { createRecords } from "../../aws/records.ts";
import { later } from "../../approvals/later.ts";
import { isBuried } from "../../runs/dead-letter.ts";
import { firstOf, type Lists } from "../../runs/lists.ts";
import { UNCOUNTED } from "../../runs/metrics.ts";
import type { Records } from "../../runs/ports.ts";
import { runName } from "../../runs/run.ts";
import { lookInto } from "../../sqlite/existing.ts";
import { createLists as createFileLists } from "../../sqlite/lists.ts";
import { createRecords as createFileRecords } from "../../sqlite/records.ts";
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import type { DoctorFacts } from "./facts.ts";
import { dynamoOf } from "./table.ts";

export const storedCheck: Check = {
  name: "Runs",
  async look(facts) {
    const team = facts.values["SLACK_TEAM_ID"] ?? "";
    const opened = team === "" ? undefined : openedOf(facts);
    if (opened === undefined)
      return [unknown("No run was looked at: where they are kept, or SLACK_TEAM_ID, is not known here.")];
    const { records, lists, close } = opened;
    try {
      return await Promise.all([overdue(records, { team, now: facts.now }), buried(lists, team)]);
    } finally {
      close();
    }
  },
};

interface Opened {
  readonly records: Pick<Records, "due">;
  readonly lists: Pick<Lists, "runs">;
  readonly close: () => void;
}

function openedOf(facts: DoctorFacts): Opened | undefined {
  const { table, file } = facts;
  if (file !== undefined) return file.damage.length === 0 ? openedFile(file.file) : undefined;
  if (table.kind !== "known") return undefined;
  const dynamo = dynamoOf(facts);
  const records = createRecords(dynamo, table.value, UNCOUNTED);
  return { records, lists: createLists(dynamo, table.value), close: () => dynamo.destroy() };
}

function openedFile(file: string): Opened {
  const { database, close } = lookInto(file);
  return { records: createFileRecords(database), lists: createFileLists(database), close };
}

/** The sweeper looks every minute, and the queue takes its time. */
const LATE_MS = 5 * 60_000;
const MOST = 100;

async function overdue(
  records: Opened["records"],
  { team, now }: { readonly team: string; readonly now: string },
): Promise<Finding> {
  const due = await records.due(team, later(now, -LATE_MS), MOST);
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

async function buried(lists: Opened["lists"], team: string): Promise<Finding> {
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
