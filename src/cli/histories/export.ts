// countersign export: a run's history as the file that verifies itself, or all of them into a folder.
import { exportOf } from "../../runs/audit-export.ts";
import { wholeHistory } from "../../runs/history.ts";
import { runName } from "../../runs/run.ts";
import type { Command, Given } from "../command.ts";
import { exportedAll } from "./export-all.ts";
import { namedRun, wordOfRun } from "../named-run.ts";
import { refused, type Said, wrong } from "../said.ts";
import { entriesOf } from "./verify.ts";
import { strayIn } from "../words.ts";
import { written } from "./written.ts";

export const exportCommand: Command = {
  name: "export",
  group: "Histories",
  says: "writes the history of a run, or of all runs, as files that can be verified anywhere",
  usage: [
    "npm run -s countersign -- export <run> (to standard output)",
    "npm run countersign -- export <run> --out <file>",
    "npm run countersign -- export --all --out <folder> (begun again, it goes on where it stopped)",
  ],
  examples: [
    "npm run countersign -- export r-1a2b3c --out history.jsonl --stage prod",
    "npm run countersign -- audit verify history.jsonl --head 1f2e3d4c5b6a",
  ],
  options: {
    out: {
      type: "string",
      takes: "<file or folder>",
      says: "where to write it; what is there stays as it is",
    },
    force: { type: "boolean", says: "writes over what is there" },
    all: { type: "boolean", says: "every run, each into a file by its thread" },
  },
  run: (given) => (given.options["all"] === true ? all(given) : one(given)),
};

async function all({ words, options, tools, progress }: Given): Promise<Said> {
  const stray = strayIn(words, 0, '"export --all" takes no run');
  const { out, force } = options;
  if (stray !== undefined) return wrong(stray);
  if (typeof out !== "string" || out === "") return wrong("Say into which folder: --out <folder>.");
  return exportedAll(await tools(), { folder: out, force: force === true, progress });
}

async function one({ words, options, tools }: Given): Promise<Said> {
  const worded = wordOfRun("export", words);
  if (typeof worded === "string") return wrong(worded);
  const { out, force } = options;
  if (out === undefined && force === true)
    return wrong("--force goes with --out, and writes over that file.");
  const opened = await tools();
  const named = await namedRun(opened, worded.word);
  if (named.kind === "said") return named.said;
  const { run } = named.found;
  if (run.removed?.kind === "purged")
    return refused(`The history of ${runName(run.thread)} was purged with it: there is nothing to export.`, {
      ...{ kind: "purged", run: runName(run.thread), thread: run.thread, since: run.removed.at },
    });
  const text = exportOf(run, await wholeHistory(opened.trail, run), opened.place.clock.now());
  const { head, length } = run.audit;
  const what = { run: runName(run.thread), thread: run.thread, head, length };
  if (typeof out !== "string")
    // The line's end comes with the answer.
    return { code: 0, text: text.replace(/\n$/, ""), data: { kind: "export", ...what } };
  const problem = written(out, text, force === true);
  if (problem !== undefined) return refused(problem, { kind: "not-written", ...what, file: out });
  return {
    code: 0,
    text: `Wrote the history of ${what.run} to ${out}: ${entriesOf(length)}, up to the head ${head}. It is verified with: npm run countersign -- audit verify ${out} --head ${head.slice(0, 12)}`,
    data: { kind: "exported", ...what, file: out },
  };
}
