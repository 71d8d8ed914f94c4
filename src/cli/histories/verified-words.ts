// What is typed behind npm run audit:verify, and what is answered.
import { parseArgs } from "node:util";
import { reasonOf } from "../../approvals/reason.ts";
import { type Said, wrong } from "../said.ts";
import { headIn } from "./verify.ts";
import { verifiedFile } from "./verify-file.ts";

const USAGE =
  "Usage: npm run audit:verify <file> --head <hash>, where <hash> is the history's head as the run's final card or the log has it, or its first 12 characters at least.";

/** @example verified(["audit.jsonl", "--head", "0f3c…"]); */
export function verified(args: readonly string[]): Said {
  try {
    const options = { head: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) return wrong(USAGE);
    // npm takes --head for an option of its own, and its script hands it on; empty, where there was none.
    const said = values.head?.toLowerCase() || undefined;
    const head = said === undefined ? undefined : headIn(said);
    if (said !== undefined && head === undefined) return wrong(`"${said}" is no head of a history. ${USAGE}`);
    return verifiedFile(file, head);
  } catch (error) {
    return wrong(`${reasonOf(error)}. ${USAGE}`);
  }
}
