// The run that somebody means, by its name or its thread; of several of one name, which there are.
import { isNameOfRun, threadsCalled } from "../runs/find.ts";
import type { ThreadRecords } from "../runs/ports.ts";
import { type Run, runName } from "../runs/run.ts";
import type { Tools } from "./command.ts";
import { plain } from "./plain.ts";
import { refused, type Said } from "./said.ts";
import { when } from "./times.ts";
import { shown, strayIn } from "./words.ts";

export interface NamedRun extends ThreadRecords {
  readonly run: Run;
}

export type Named =
  { readonly kind: "found"; readonly found: NamedRun } | { readonly kind: "said"; readonly said: Said };

/** The one word that names a run; a sentence when there is none, or more. */
export function wordOfRun(command: string, words: readonly string[]): { readonly word: string } | string {
  const [word] = words;
  if (word === undefined) return `Say which run: "${command} r-1a2b3c", or more of its thread's id.`;
  return strayIn(words, 1, `"${command}" takes one run`) ?? wrongName(word) ?? { word };
}

/** A sentence when it is no name of a run, wherever one looks. */
export function wrongName(word: string): string | undefined {
  return isNameOfRun(word)
    ? undefined
    : `"${shown(word)}" is no name of a run. It is r- with at least six digits behind it, as in r-1a2b3c.`;
}

/** @throws StorageUnavailable */
export async function namedRun({ lists, records, place }: Tools, word: string): Promise<Named> {
  const said = (answer: Said): Named => ({ kind: "said", said: answer });
  const { team } = place;
  const threads = await threadsCalled(lists, team, word);
  const read = await Promise.all(threads.map((thread) => records.thread({ team, thread })));
  const runs = read.flatMap((one): NamedRun[] => (one.run === undefined ? [] : [{ ...one, run: one.run }]));
  const [first, second] = runs;
  if (first === undefined)
    return said(
      refused(`There is no run ${shown(word)} here. "runs" lists those that there are.`, { kind: "unknown" }),
    );
  if (second === undefined) return { kind: "found", found: first };
  return said(severalSaid(word, runs, place.clock.now()));
}

function severalSaid(word: string, runs: readonly NamedRun[], now: string): Said {
  const lines = runs.map(
    ({ run }) =>
      `  ${run.thread}  ${plain(run.workflow)}, ${run.status.kind}, started ${when(run.createdAt, now)}`,
  );
  const text = [
    `Several runs are called ${shown(word)}. Name the one that you mean by its thread:`,
    ...lines,
  ];
  const threads = runs.map(({ run }) => ({
    id: run.thread,
    name: runName(run.thread),
    workflow: run.workflow,
  }));
  return refused(text.join("\n"), { kind: "several", runs: threads });
}
