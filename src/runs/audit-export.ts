// A run's whole history as a file, JSON Lines: what it is of, then each entry exactly as it was chained, so that anybody can verify it.
import * as z from "zod";
import { ChainedEntry } from "../approvals/chain.ts";
import { parsedJson } from "../approvals/json.ts";
import { historyVerdict } from "./history-verdict.ts";
import { type Run, runName } from "./run.ts";

const Header = z.object({
  format: z.literal("countersign.audit/1"),
  team: z.string(),
  thread: z.string(),
  run: z.string(),
  workflow: z.string(),
  /** Where the chain stood when it was exported. A file says of itself what its writer likes: only a head from elsewhere proves its end. */
  head: z.string(),
  length: z.int().nonnegative(),
  /** Its time was over then, and entries that are not here were deleted before it was exported. */
  deletedSince: z.iso.datetime().exactOptional(),
  exportedAt: z.iso.datetime(),
});
export type ExportHeader = z.infer<typeof Header>;

export function exportOf(run: Run, chain: readonly ChainedEntry[], now: string): string {
  const { team, thread, workflow, audit } = run;
  const verdict = historyVerdict(run, chain, now);
  const header: ExportHeader = {
    format: "countersign.audit/1",
    ...{ team, thread, run: runName(thread), workflow },
    ...{ head: audit.head, length: audit.length },
    ...(verdict.kind === "deleted" && { deletedSince: verdict.since }),
    exportedAt: now,
  };
  return [header, ...chain].map((line) => `${JSON.stringify(line)}\n`).join("");
}

const OfAnyVersion = z.object({ format: z.string().regex(/^countersign\.audit\/\d+$/) });

export type ReadExport =
  | { readonly kind: "export"; readonly header: ExportHeader; readonly entries: readonly ChainedEntry[] }
  /** An export of which this line, counted from 1, is no entry any more. */
  | { readonly kind: "damaged"; readonly header: ExportHeader; readonly line: number }
  /** An export in a format that this version does not know. */
  | { readonly kind: "newer"; readonly format: string }
  | { readonly kind: "foreign" };

export function readExport(text: string): ReadExport {
  const [first = "", ...lines] = text.replace(/\r?\n$/, "").split(/\r?\n/);
  const header = Header.safeParse(parsedJson(first)).data;
  if (header === undefined) return withoutHeader(first);
  const entries: ChainedEntry[] = [];
  for (const [index, line] of lines.entries()) {
    const entry = ChainedEntry.safeParse(parsedJson(line)).data;
    if (entry === undefined) return { kind: "damaged", header, line: index + 2 };
    entries.push(entry);
  }
  return { kind: "export", header, entries };
}

/** One whose first line was changed is none. */
function withoutHeader(first: string): ReadExport {
  const format = OfAnyVersion.safeParse(parsedJson(first)).data?.format;
  const isNewer = format !== undefined && format !== Header.shape.format.value;
  return isNewer ? { kind: "newer", format } : { kind: "foreign" };
}
