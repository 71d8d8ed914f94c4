// Verifies the histories of all runs that are stored, and names those that are broken.
import { verifyChain } from "../approvals/chain.ts";
import { wholeHistory } from "../runs/history.ts";
import { type Run, runName } from "../runs/run.ts";
import type { Tools } from "./command.ts";
import { pagesOf } from "./pages.ts";
import { refused, type Said } from "./said.ts";

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
  let checked = 0;
  let entries = 0;
  const all = pagesOf((page) =>
    lists.runs({ team: place.team, of: { kind: "team" }, order: "oldest", ...page }),
  );
  for await (const runs of all) {
    for (let from = 0; from < runs.length; from += AT_A_TIME) {
      const found = await Promise.all(runs.slice(from, from + AT_A_TIME).map((run) => brokenIn(tools, run)));
      broken.push(...found.flatMap((one) => one ?? []));
    }
    checked += runs.length;
    entries += runs.reduce((sum, { audit }) => sum + audit.length, 0);
    if (runs.length > 0)
      progress(`${checked} histories verified${broken.length === 0 ? "" : `, ${broken.length} broken`}…`);
  }
  const data = { checked, entries, broken };
  if (broken.length === 0)
    return {
      code: 0,
      text: `${checked === 1 ? "1 history is" : `All ${checked} histories are`} whole as far as they go: ${entries} entries. Whether an end was cut off, together with what its run says of it, only a head from elsewhere shows: audit verify --run <run> --head <hash>.`,
      data: { kind: "whole", ...data },
    };
  const lines = broken.map(({ run, thread, why }) => `  ${run} (thread ${thread}): ${why}`);
  const text = [`${broken.length} of ${checked} histories are broken:`, ...lines].join("\n");
  return refused(text, { kind: "broken", ...data });
}

async function brokenIn({ trail }: Tools, run: Run): Promise<Broken | undefined> {
  const chain = await wholeHistory(trail, run);
  const verdict = verifyChain(chain, { key: run, end: run.audit });
  if (verdict.kind === "whole") return undefined;
  return { run: runName(run.thread), thread: run.thread, why: verdict.text };
}
