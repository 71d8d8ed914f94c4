// npm run audit:verify <file> --head <hash>: says whether an exported history is what was recorded. Exits 0 when it is, 1 when not, 2 when there is nothing to verify.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type ChainedEntry, type ChainVerdict, NO_CHAIN, verifyChain } from "../approvals/chain.ts";
import { type ExportHeader, readExport } from "../runs/audit-export.ts";

interface Said {
  readonly code: 0 | 1 | 2;
  readonly text: string;
}

interface Wanted {
  readonly file: string;
  readonly head: string | undefined;
}

const USAGE =
  "Usage: npm run audit:verify <file> --head <hash>, where <hash> is the history's head as the run's final card or the log has it, or its first 12 characters at least.";

/** As much of a hash as a card shows. */
const HEAD = /^[0-9a-f]{12,64}$/;

function verified(args: readonly string[]): Said {
  const wanted = wantedIn(args);
  if (typeof wanted === "string") return { code: 2, text: wanted };
  const text = textOf(wanted.file);
  if (text === undefined) return { code: 2, text: `The file ${wanted.file} cannot be read.` };
  const read = readExport(text);
  switch (read.kind) {
    case "foreign":
      return { code: 2, text: `${wanted.file} is no exported history: its first line does not say so.` };
    case "damaged":
      return {
        code: 1,
        text: `Line ${read.line} of the file is not an entry any more: it was changed or cut.`,
      };
    case "export":
      return verdictOf(read, wanted.head);
  }
}

/** A sentence when they are wrong. */
function wantedIn(args: readonly string[]): Wanted | string {
  try {
    const options = { head: { type: "string" } } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [file, ...others] = positionals;
    if (file === undefined || others.length > 0) return USAGE;
    // npm takes --head for an option of its own, and its script hands it on; empty, where there was none.
    const head = values.head?.toLowerCase() || undefined;
    if (head !== undefined && !HEAD.test(head)) return `"${head}" is no head of a history. ${USAGE}`;
    return { file, head };
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}. ${USAGE}`;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    // Not there, a folder, or not ours to read: for whoever asked it is all the same.
    return undefined;
  }
}

interface Exported {
  readonly header: ExportHeader;
  readonly entries: readonly ChainedEntry[];
}

function verdictOf({ header, entries }: Exported, head: string | undefined): Said {
  const { team, thread, run, length } = header;
  const verdict = verifyChain(entries, { key: { team, thread }, end: { head: header.head, length } });
  if (verdict.kind === "broken") return { code: 1, text: verdict.text };
  const what = `${countOf(length)} of ${run} (thread ${thread})`;
  return head === undefined ? withoutHead(verdict, what) : upTo(head, { verdict, entries, what });
}

type Whole = Extract<ChainVerdict, { kind: "whole" }>;

function withoutHead({ end }: Whole, what: string): Said {
  const text = `Whole as far as it goes: ${what}, up to the head ${end.head}. Without --head (with npm: -- --head <hash>) nobody can see whether its end was cut off: compare the head with the one on the run's final card or in the log.`;
  return { code: 0, text };
}

/** A history may have gone on since its head was written down. */
function upTo(
  head: string,
  {
    verdict,
    entries,
    what,
  }: { readonly verdict: Whole; readonly entries: readonly ChainedEntry[]; readonly what: string },
): Said {
  const hashes = [NO_CHAIN.head, ...entries.map(({ hash }) => hash)];
  const length = hashes.findLastIndex((hash) => hash.startsWith(head));
  if (length === -1)
    return {
      code: 1,
      text: `The history was cut off, or is not the one that ended in ${head}: no entry of it has that hash, and it ends in ${verdict.end.head}.`,
    };
  const later = entries.length - length;
  const since = later === 0 ? "" : ` ${countOf(later)} of them came after the head that you gave.`;
  return { code: 0, text: `Whole: ${what}, up to the head ${verdict.end.head}.${since}` };
}

function countOf(entries: number): string {
  return entries === 1 ? "1 entry" : `${entries} entries`;
}

const { code, text } = verified(process.argv.slice(2));
(code === 2 ? process.stderr : process.stdout).write(`${text}\n`);
process.exitCode = code;
