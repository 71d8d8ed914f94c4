// Writes the histories of all runs into a folder, each into a file by its thread; what is there already and still so is not written again.
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NO_CHAIN } from "../../approvals/chain.ts";
import { reasonOf } from "../../approvals/reason.ts";
import { exportOf, type ExportHeader, readExport } from "../../runs/audit-export.ts";
import { historyVerdict } from "../../runs/history-verdict.ts";
import { wholeHistory } from "../../runs/history.ts";
import { type Run, runName } from "../../runs/run.ts";
import type { Tools } from "../command.ts";
import { pagesOf } from "../pages.ts";
import { refused, type Said } from "../said.ts";
import { written } from "./written.ts";

interface Into {
  readonly folder: string;
  readonly force: boolean;
  readonly progress: (line: string) => void;
}

/** "gone": purged, or deleted in part; what was written of it before stays as it is. */
type Outcome = "written" | "renewed" | "there" | "gone" | Left;

interface Left {
  readonly run: string;
  readonly file: string;
  readonly why: string;
}

export async function exportedAll(tools: Tools, { folder, force, progress }: Into): Promise<Said> {
  const { lists, place } = tools;
  const trouble = made(folder);
  if (trouble !== undefined) return refused(trouble, { kind: "not-written", folder });
  const count = { written: 0, renewed: 0, there: 0, gone: 0 };
  const left: Left[] = [];
  const all = pagesOf((page) =>
    lists.runs({ team: place.team, of: { kind: "team" }, order: "oldest", ...page }),
  );
  for await (const runs of all) {
    for (const run of runs) {
      const outcome = await exported(tools, run, { folder, force });
      if (typeof outcome === "string") count[outcome]++;
      else left.push(outcome);
    }
    const done = count.written + count.renewed;
    if (runs.length > 0) progress(`${done} written, ${count.there} there already…`);
  }
  const text = `Into ${folder}: ${count.written} histories written, ${count.renewed} renewed that had gone on, ${count.there} there already${count.gone === 0 ? "" : `, ${count.gone} not any more: purged, or over their time`}.`;
  if (left.length === 0) return { code: 0, text, data: { kind: "exported", folder, ...count, left } };
  const lines = left.map(({ run, why }) => `  ${run}: ${why}`);
  return refused([text, `${left.length} were not written:`, ...lines].join("\n"), {
    ...{ kind: "not-written", folder, ...count, left },
  });
}

/** A sentence when it cannot be. */
function made(folder: string): string | undefined {
  try {
    mkdirSync(folder, { recursive: true });
    return undefined;
  } catch (error) {
    return `The folder ${folder} cannot be made: ${reasonOf(error)}`;
  }
}

/** What is there of this run is an earlier state of it, or the same; anything else is not ours to write over. */
async function exported(
  { trail, place }: Tools,
  run: Run,
  { folder, force }: Pick<Into, "folder" | "force">,
): Promise<Outcome> {
  const file = join(folder, `${run.thread}.jsonl`);
  const before = stateOf(file, run);
  if (before === "same") return "there";
  const now = place.clock.now();
  const chain = await wholeHistory(trail, run);
  const { kind } = historyVerdict(run, chain, now);
  if (kind === "purged" || (kind === "deleted" && before !== "none")) return "gone";
  const text = exportOf(run, chain, now);
  const why = written(file, text, force || before === "earlier");
  if (why !== undefined) return { run: runName(run.thread), file, why };
  return before === "none" ? "written" : "renewed";
}

/** By what is in it, not by what its first line says of it. */
function stateOf(file: string, run: Run): "none" | "same" | "earlier" | "other" {
  const text = textIn(file);
  if (text === undefined) return "none";
  const read = readExport(text);
  // Files are written whole, so what is damaged was not left behind by us: somebody should look at it.
  if (read.kind !== "export" || !isOf(read.header, run)) return "other";
  const last = read.entries.at(-1)?.hash ?? NO_CHAIN.head;
  if (read.entries.length === run.audit.length && last === run.audit.head) return "same";
  return read.entries.length < run.audit.length ? "earlier" : "other";
}

function isOf({ team, thread }: ExportHeader, run: Run): boolean {
  return team === run.team && thread === run.thread;
}

function textIn(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // What cannot be read is not written over either: whoever writes it says why.
    return undefined;
  }
}
