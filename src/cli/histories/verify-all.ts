// Verifies the histories of all runs that are stored, and names those that are broken.
import { type HistoryVerdict, historyVerdict } from "../../runs/history-verdict.ts";
import { wholeHistory } from "../../runs/history.ts";
import { type Run, runName } from "../../runs/run.ts";
import type { Tools } from "../command.ts";
import { pagesOf } from "../pages.ts";
import { refused, type Said } from "../said.ts";
import { entriesOf } from "./verify.ts";

interface Broken {
  readonly run: string;
  readonly thread: string;
  readonly why: string;
}

/** So many are read at a time: as many as a table of any size answers calmly. */
const AT_A_TIME = 8;

export async function verifiedAll(tools: Tools, progress: (line: string) => void): Promise<Said> {
  const { lists, place } = tools;
  const broken: Broken[] = [];
  const gone = { deleted: 0, purged: 0 };
  let checked = 0;
  let entries = 0;
  const all = pagesOf((page) =>
    lists.runs({ team: place.team, of: { kind: "team" }, order: "oldest", ...page }),
  );
  for await (const runs of all) {
    for (let from = 0; from < runs.length; from += AT_A_TIME) {
      const some = runs.slice(from, from + AT_A_TIME);
      for (const { run, verdict } of await Promise.all(some.map((run) => verdictOf(tools, run)))) {
        if (verdict.kind === "deleted" || verdict.kind === "purged") gone[verdict.kind]++;
        if (verdict.kind === "whole") entries += run.audit.length;
        if (verdict.kind === "broken")
          broken.push({ run: runName(run.thread), thread: run.thread, why: verdict.text });
      }
    }
    checked += runs.length;
    if (runs.length > 0)
      progress(`${checked} histories verified${broken.length === 0 ? "" : `, ${broken.length} broken`}…`);
  }
  const data = { checked, entries, ...gone, broken };
  if (broken.length === 0)
    return {
      code: 0,
      text: `${wholeText(checked - gone.deleted - gone.purged, checked)}: ${entriesOf(entries)}.${goneText(gone)} Whether an end was cut off, together with what its run says of it, only a head from elsewhere shows: audit verify --run <run> --head <hash>.`,
      data: { kind: "whole", ...data },
    };
  const lines = broken.map(({ run, thread, why }) => `  ${run} (thread ${thread}): ${why}`);
  const text = [`${broken.length} of ${checked} histories are broken:`, ...lines].join("\n");
  return refused(text, { kind: "broken", ...data });
}

interface Verified {
  readonly run: Run;
  readonly verdict: HistoryVerdict;
}

async function verdictOf({ trail, place }: Tools, run: Run): Promise<Verified> {
  return { run, verdict: historyVerdict(run, await wholeHistory(trail, run), place.clock.now()) };
}

function wholeText(whole: number, checked: number): string {
  if (whole < checked) return `${whole} of ${checked} histories are whole as far as they go`;
  return checked === 1
    ? "1 history is whole as far as it goes"
    : `All ${checked} histories are whole as far as they go`;
}

/** Nothing is wrong with these, and nobody can see that they are all there. */
function goneText({ deleted, purged }: Readonly<Record<"deleted" | "purged", number>>): string {
  const said = [
    ...(deleted === 0 ? [] : [`${deleted} deleted in part or whole, as their time was over`]),
    ...(purged === 0 ? [] : [`${purged} purged with their runs`]),
  ];
  return said.length === 0 ? "" : ` Of the others, ${said.join(", and ")}.`;
}
