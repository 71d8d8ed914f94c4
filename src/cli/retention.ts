// npm run countersign -- retention apply: makes what is set of how long runs are kept count for runs that had ended before, too.
import { randomUUID } from "node:crypto";
import { everyRun } from "../runs/every-run.ts";
import { keepAnew } from "../runs/keep-anew.ts";
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
async function applied({ options, progress }: Given, tools: Tools): Promise<Said> {
  const isDryRun = options["dry-run"] === true;
  const { team, clock } = tools.place;
  let [runs, busy] = [0, 0];
  for await (const run of everyRun(tools.lists, { team, statuses: ENDED })) {
    if (run.removed !== undefined) continue;
    const told = isDryRun ? "due" : await keepAnew({ ...tools, clock, newId: randomUUID }, run);
    if (told === "busy") busy += 1;
    if (told !== "due") continue;
    runs += 1;
    if (runs % 50 === 0) progress(`${runs} runs.`);
  }
  return isDryRun ? counted(runs) : saidOf({ runs, busy });
}

function counted(runs: number): Said {
  const text = `${runsText(runs)} would be looked at again. Nothing was changed.`;
  return { code: 0, text, data: { kind: "dry-run", runs } };
}

function saidOf({ runs, busy }: { readonly runs: number; readonly busy: number }): Said {
  const done = `${runsText(runs)} will be looked at again by the worker, within some minutes for every thousand, and kept for as long as is set now.`;
  const left = `A worker had ${runsText(busy)} just then, of which nothing was changed. Do it again in a minute.`;
  const text = busy === 0 ? done : `${done}\n${left}`;
  return { code: busy === 0 ? 0 : 1, text, data: { kind: "applied", runs, busy } };
}

function runsText(count: number): string {
  return count === 1 ? "1 run" : `${count} runs`;
}
