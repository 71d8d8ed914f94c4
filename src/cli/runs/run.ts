// countersign run: one run with all that whoever is woken by it needs to know; nothing of it is changed.
import type { Command } from "../command.ts";
import { namedRun, wordOfRun } from "../named-run.ts";
import { reportOf } from "./run-report.ts";
import { reportText } from "./run-text.ts";
import { wrong } from "../said.ts";

export const runCommand: Command = {
  name: "run",
  group: "Runs",
  says: "shows one run: where it stands, whom it waits for, who works on it, and what to do next",
  usage: ["npm run countersign -- run <run> (its name, r-1a2b3c, or its thread's id)"],
  examples: ["npm run countersign -- run r-1a2b3c --stage prod"],
  options: {},
  async run({ words, tools }) {
    const worded = wordOfRun("run", words);
    if (typeof worded === "string") return wrong(worded);
    const opened = await tools();
    const named = await namedRun(opened, worded.word);
    if (named.kind === "said") return named.said;
    const report = await reportOf(opened, named.found);
    return { code: 0, text: reportText(report), data: { kind: "run", ...report } };
  },
};
