// npm run countersign -- purge: deletes everything of runs that are over, at once, and leaves that there was one; with the operator's own credentials.
import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import { StorageUnavailable } from "../../runs/errors.ts";
import { everyRun } from "../../runs/every-run.ts";
import { type PurgeRequest, purgeRun } from "../../runs/purge.ts";
import { hasEnded } from "../../runs/retention.ts";
import { type Run, runName } from "../../runs/run.ts";
import { SILENT } from "../../runs/silent-log.ts";
import type { Command, Given, Tools } from "../command.ts";
import { namedRun } from "../named-run.ts";
import { dryRunSaid, liveAmong, newTally, noteIn, purgedSaid, runsText, stoppedSaid } from "./said.ts";
import { before, type Purging, purgingIn } from "./words.ts";
import { refused, type Said } from "../said.ts";

export const purgeCommand: Command = {
  name: "purge",
  group: "Upkeep",
  says: "deletes everything of runs that are over, at once, and leaves a tombstone",
  usage: [
    "npm run countersign -- purge <run> --reason <why>",
    "npm run countersign -- purge --older-than <days>d [--status done,cancelled] --reason <why>",
  ],
  examples: [
    'npm run countersign -- purge r-1a2b3c --reason "Her data, at her request" (asks before it does)',
    "npm run countersign -- purge --older-than 400d --status cancelled --dry-run (counts, and deletes nothing)",
  ],
  options: {
    reason: { type: "string", takes: "<why>", says: "kept in the tombstone, with who did it" },
    "older-than": { type: "string", takes: "<days>d", says: "all runs that are over and were begun before" },
    status: { type: "string", takes: "<list>", says: "of these: done, cancelled; both, if it is not said" },
    "dry-run": { type: "boolean", says: "counts what would be deleted, and deletes nothing" },
    yes: { type: "boolean", says: "does not ask" },
  },
  async run(given) {
    const typed = purgingIn(given.words, given.options);
    if (typed.kind === "wrong") return typed.said;
    const tools = await given.tools();
    const chosen = await chosenRuns(tools, typed.purging);
    if (chosen.kind === "none") return chosen.said;
    return typed.purging.isDryRun
      ? counted(given, tools, chosen.runs)
      : asked(given, { tools, runs: chosen.runs, purging: typed.purging });
  },
};

type Chosen =
  { readonly kind: "runs"; readonly runs: readonly Run[] } | { readonly kind: "none"; readonly said: Said };

async function chosenRuns(tools: Tools, { what }: Purging): Promise<Chosen> {
  if (what.kind === "run") {
    const named = await namedRun(tools, what.word);
    return named.kind === "said"
      ? { kind: "none", said: named.said }
      : { kind: "runs", runs: [named.found.run] };
  }
  const { team, clock } = tools.place;
  const until = before(what.days, clock.now());
  const all = await Array.fromAsync(everyRun(tools.lists, { team, statuses: what.statuses }));
  const runs = all.filter(({ createdAt, removed }) => createdAt < until && removed?.kind !== "purged");
  return { kind: "runs", runs };
}

async function counted({ progress }: Given, { retention }: Tools, runs: readonly Run[]): Promise<Said> {
  const over = runs.filter(({ status }) => hasEnded(status));
  let items = 0;
  for (const [index, run] of over.entries()) {
    // The record stays, as the tombstone.
    items += Math.max(0, (await retention.count(run)) - 1);
    if ((index + 1) % 50 === 0) progress(`${index + 1} of ${over.length} runs counted.`);
  }
  return dryRunSaid({ runs: over, items, refused: liveAmong(runs) });
}

interface Doing {
  readonly tools: Tools;
  readonly runs: readonly Run[];
  readonly purging: Purging;
}

async function asked(given: Given, doing: Doing): Promise<Said> {
  const { runs, purging } = doing;
  if (runs.length === 0)
    return { code: 0, text: "There is nothing to purge.", data: { kind: "purged", runs: [], items: 0 } };
  const request = requestOf(given, purging);
  const refusals = liveAmong(runs);
  // Nobody is asked about what would be refused.
  if (refusals.length === runs.length) return purgedSaid({ ...newTally(), refused: refusals }, request);
  if (purging.isSure) return purge(given, doing);
  if (given.prompt === undefined)
    return refused("Nobody is there to be asked. Nothing was purged; say --yes to purge without a question.");
  const question = `Purge ${whatText(runs)}? This cannot be undone. Type yes`;
  const answer = await given.prompt(question, { isHidden: false });
  return answer.toLowerCase() === "yes"
    ? purge(given, doing)
    : refused("Nothing was purged.", { kind: "not-sure" });
}

function whatText(runs: readonly Run[]): string {
  const [run] = runs;
  return runs.length === 1 && run !== undefined
    ? `${run.workflow} ${runName(run.thread)}`
    : runsText(runs.length);
}

async function purge(given: Given, { tools, runs, purging }: Doing): Promise<Said> {
  const request = requestOf(given, purging);
  const deps = { ...tools, clock: tools.place.clock, newId: randomUUID, log: SILENT };
  const tally = newTally();
  for (const run of runs) {
    try {
      noteIn(tally, run, await purgeRun(deps, run, request), request);
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) throw error;
      return stoppedSaid(tally, run, error);
    }
    if ((tally.purged.length + tally.refused.length) % 20 === 0)
      given.progress(`${tally.purged.length} of ${runs.length} runs purged.`);
  }
  return purgedSaid(tally, request);
}

function requestOf({ env }: Given, { reason }: Purging): PurgeRequest {
  return { by: env["USER"] || userInfo().username, reason };
}
