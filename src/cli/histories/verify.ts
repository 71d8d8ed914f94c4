// Whether a history is what was recorded, in words and for programs: of a file as of a store.
import {
  type ChainedEntry,
  type ChainEnd,
  type ChainVerdict,
  NO_CHAIN,
  verifyChain,
} from "../../approvals/chain.ts";
import { verifyRemains } from "../../approvals/remains.ts";
import { type ExportHeader, readExport } from "../../runs/audit-export.ts";
import { deletedText } from "../../runs/history-verdict.ts";
import { runName } from "../../runs/run.ts";
import { refused, type Said } from "../said.ts";
import { shown } from "../words.ts";

/** As much of a hash as a card shows. */
const HEAD = /^[0-9a-f]{12,64}$/;

/** A head as it is compared; undefined when that is none. */
export function headIn(said: string): string | undefined {
  const head = said.trim().toLowerCase();
  return HEAD.test(head) ? head : undefined;
}

/** What is verified, and what it is called. */
export interface History {
  readonly key: Pick<ExportHeader, "team" | "thread" | "run">;
  /** Where it says of itself that it ends. */
  readonly end: ChainEnd;
  readonly entries: readonly ChainedEntry[];
  /** Since when entries that are missing may be deleted, as it says of itself. */
  readonly deletedSince?: string | undefined;
}

/** Undefined where the text is no exported history. */
export function verifiedText(text: string, head: string | undefined): Said | undefined {
  const read = readExport(text);
  switch (read.kind) {
    case "foreign":
      return undefined;
    case "newer":
      return {
        code: 2,
        text: `This history was exported in the format "${read.format}", which this version of Countersign does not know: nothing of it was verified. Verify it with the version that exported it, or a newer one.`,
        data: { kind: "newer", format: read.format },
      };
    case "damaged":
      return refused(`Line ${read.line} of the file is not an entry any more: it was changed or cut.`, {
        kind: "broken",
        run: read.header.run,
        thread: read.header.thread,
        line: read.line,
      });
    case "export": {
      const { header, entries } = read;
      const { head: last, length, deletedSince } = header;
      const said = verdictOn({ key: header, end: { head: last, length }, entries, deletedSince }, head);
      return said.code === 0 && header.run !== runName(header.thread) ? misnamed(header) : said;
    }
  }
}

/** No hash has the name, and it is what an answer calls the history. */
function misnamed({ run, thread }: ExportHeader): Said {
  const name = runName(thread);
  return refused(
    `The first line of the file calls it ${shown(run)}, and it is of ${name} (thread ${shown(thread)}): it was changed.`,
    { kind: "broken", run: name, thread, line: 1 },
  );
}

export function verdictOn(history: History, head: string | undefined): Said {
  const { key, end, entries, deletedSince } = history;
  const verdict = verifyChain(entries, { key, end });
  const named = { run: key.run, thread: key.thread };
  if (verdict.kind === "broken" && deletedSince !== undefined && isSound(history))
    return notWhole(deletedText(deletedSince, { left: entries.length, of: end.length }), {
      ...{ kind: "deleted", ...named, since: deletedSince, left: entries.length, ...end },
    });
  if (verdict.kind === "broken")
    return refused(verdict.text, { kind: "broken", ...named, at: verdict.at + 1, how: verdict.how });
  const what = `${entriesOf(end.length)} of ${key.run} (thread ${key.thread})`;
  return head === undefined
    ? withoutHead(verdict, { what, named })
    : upTo(head, { verdict, entries, what, named });
}

function isSound({ key, end, entries }: History): boolean {
  return verifyRemains(entries, { key, end }).kind === "whole";
}

/** Nobody has worked on it, as far as can be seen; but nobody can see that it is all there. */
export function notWhole(text: string, data: Said["data"]): Said {
  return refused(`${text} So it cannot be verified as a whole any more.`, data);
}

type Whole = Extract<ChainVerdict, { kind: "whole" }>;

interface Named {
  readonly what: string;
  readonly named: { readonly run: string; readonly thread: string };
}

function withoutHead({ end }: Whole, { what, named }: Named): Said {
  const text = `Whole as far as it goes: ${what}, up to the head ${end.head}. Without --head (with npm: -- --head <hash>) nobody can see whether its end was cut off: compare the head with the one on the run's final card or in the log.`;
  return { code: 0, text, data: { kind: "whole", ...named, ...end, isEndKnown: false } };
}

/** A history may have gone on since its head was written down. */
function upTo(
  head: string,
  {
    verdict,
    entries,
    what,
    named,
  }: Named & { readonly verdict: Whole; readonly entries: History["entries"] },
): Said {
  const hashes = [NO_CHAIN.head, ...entries.map(({ hash }) => hash)];
  const length = hashes.findLastIndex((hash) => hash.startsWith(head));
  if (length === -1)
    return refused(
      `The history was cut off, or is not the one that ended in ${head}: no entry of it has that hash, and it ends in ${verdict.end.head}.`,
      { kind: "broken", ...named, how: "cut" },
    );
  const later = entries.length - length;
  const since = later === 0 ? "" : ` ${entriesOf(later)} of them came after the head that you gave.`;
  const text = `Whole: ${what}, up to the head ${verdict.end.head}.${since}`;
  return { code: 0, text, data: { kind: "whole", ...named, ...verdict.end, isEndKnown: true, later } };
}

export function entriesOf(entries: number): string {
  return entries === 1 ? "1 entry" : `${entries} entries`;
}
