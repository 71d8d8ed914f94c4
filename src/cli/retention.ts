// npm run countersign -- retention apply: makes what is set of how long runs are kept count for runs that had ended before, too.
import { everyRun } from "../runs/every-run.ts";
import type { Command, Given, Tools } from "./command.ts";
import { type Said, wrong } from "./said.ts";

const ENDED = ["done", "cancelled"] as const;

export const retentionCommand: Command = {
  name: "retention",
  group: "Upkeep",
  says: "applies a changed RETENTION_DAYS or AUDIT_RETENTION_DAYS to runs that had ended before",
  usage: ["npm run countersign -- retention apply [--dry-run]"],
  options: { "dry-run": { type: "boolean", says: "counts the runs, and changes nothing" } },
  async run(given) {
    if (given.words.join(" ") !== "apply") return wrong(`Write "retention apply".`);
    return applied(given, await given.tools());
  },
};

/** The functions know the settings: each run is put on the sweeper's list, and a worker looks at it. */
async function applied(
  { options, progress }: Given,
  { lists, records, retention, place }: Tools,
): Promise<Said> {
  const isDryRun = options["dry-run"] === true;
  const { team, clock } = place;
  let runs = 0;
  for await (const run of everyRun(lists, { team, statuses: ENDED })) {
    if (run.removed !== undefined) continue;
    if (!isDryRun) {
      // An older version, or a restored table, may have told it to be deleted at another time.
      await retention.spare(run);
      await records.reschedule(run, clock.now());
    }
    runs += 1;
    if (runs % 50 === 0) progress(`${runs} runs.`);
  }
  const count = runs === 1 ? "1 run" : `${runs} runs`;
  const text = isDryRun
    ? `${count} would be looked at again. Nothing was changed.`
    : `${count} will be looked at again by the worker, within some minutes for every thousand, and kept for as long as is set now.`;
  return { code: 0, text, data: { kind: isDryRun ? "dry-run" : "applied", runs } };
}
