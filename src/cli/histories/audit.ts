// countersign audit verify: whether histories are what was recorded, of a file, of one run, or of all that are stored.
import { closest } from "fastest-levenshtein";
import { wholeHistory } from "../../runs/history.ts";
import { historyVerdict } from "../../runs/history-verdict.ts";
import { runName } from "../../runs/run.ts";
import type { Command, Given } from "../command.ts";
import { namedRun, wrongName } from "../named-run.ts";
import { type Said, wrong } from "../said.ts";
import { verifiedAll } from "./verify-all.ts";
import { headIn, notWhole, verdictOn } from "./verify.ts";
import { verifiedFile } from "./verify-file.ts";
import { shown } from "../words.ts";

export const auditCommand: Command = {
  name: "audit",
  group: "Histories",
  says: "verifies that histories are what was recorded: of a file, of a run, of all runs",
  usage: [
    "npm run countersign -- audit verify <file> (one that export wrote, or that Slack sent)",
    "npm run countersign -- audit verify --run <run> (straight from where it is stored)",
    "npm run countersign -- audit verify --all (every run; exits with 1 when one is broken)",
  ],
  examples: [
    "npm run countersign -- audit verify history.jsonl --head 1f2e3d4c5b6a",
    "npm run countersign -- audit verify --run r-1a2b3c --head 1f2e3d4c5b6a --stage prod",
  ],
  options: {
    run: { type: "string", takes: "<run>", says: "the stored history of that run" },
    all: { type: "boolean", says: "the stored histories of all runs" },
    head: {
      type: "string",
      takes: "<hash>",
      says: "where it ended, from the final card or the log; 12 characters at least",
    },
  },
  async run(given) {
    const [what, ...files] = given.words;
    if (what !== "verify")
      return wrong(
        what === undefined
          ? `Say what to do: "audit verify", with a file, --run or --all behind it.`
          : `There is no "audit ${shown(what)}". Did you mean "audit ${closest(what, ["verify"])}"?`,
      );
    return verify(given, files);
  },
};

async function verify(given: Given, files: readonly string[]): Promise<Said> {
  const { run, all, head: said } = given.options;
  const head = typeof said === "string" && said !== "" ? headIn(said) : undefined;
  if (typeof said === "string" && said !== "" && head === undefined)
    return wrong(`"${shown(said)}" is no head of a history: it has 12 to 64 digits, from 0 to 9 and a to f.`);
  const [file, ...others] = files;
  const named = [file, run, all === true ? all : undefined].filter((one) => one !== undefined);
  if (named.length !== 1 || others.length > 0)
    return wrong(`Say one thing to verify: a file, --run r-1a2b3c, or --all.`);
  if (file !== undefined) return verifiedFile(file, head);
  if (typeof run === "string") return verifiedRun(given, run, head);
  if (head !== undefined) return wrong("--head is that of one history, and does not go with --all.");
  return verifiedAll(await given.tools(), given.progress);
}

async function verifiedRun(given: Given, word: string, head: string | undefined): Promise<Said> {
  const problem = wrongName(word);
  if (problem !== undefined) return wrong(problem);
  const tools = await given.tools();
  const named = await namedRun(tools, word);
  if (named.kind === "said") return named.said;
  const { run } = named.found;
  const { team, thread, audit } = run;
  const entries = await wholeHistory(tools.trail, run);
  const verdict = historyVerdict(run, entries, tools.place.clock.now());
  const key = { team, thread, run: runName(thread) };
  if (verdict.kind === "purged")
    return notWhole(verdict.text, { kind: "purged", run: key.run, thread, since: verdict.since });
  const deletedSince = verdict.kind === "deleted" ? verdict.since : undefined;
  return verdictOn({ key, end: audit, entries, deletedSince }, head);
}
