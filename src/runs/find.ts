// A run by what somebody calls it: its name, "r-1a2b3c", or more of its thread's id, down to all of it.
import type { Approval } from "../approvals/approval.ts";
import { type Catalog, operatorsOf } from "./catalog.ts";
import type { Lists } from "./lists.ts";
import type { Records } from "./ports.ts";
import { type Run, runName } from "./run.ts";
import { maySee, type Viewer } from "./viewer.ts";

export interface FindDeps extends Catalog {
  readonly records: Records;
  readonly lists: Lists;
}

export interface SeenRun {
  readonly run: Run;
  readonly approvals: readonly Approval[];
}

/** What one may not see is unknown: nobody learns that it exists. */
export type FoundRun =
  | ({ readonly kind: "found" } & SeenRun)
  /** More of the thread's id tells them apart. */
  | { readonly kind: "several"; readonly runs: readonly Run[] }
  | { readonly kind: "unknown" };

/** As much as a name has, to all of a thread's id. */
const NAMED = /^(?:r-)?([0-9a-f]{6,32})$/;
const WHOLE_ID = 32;
/** Six digits tell millions apart; more than this of one name are not looked at. */
const SAME_NAME = 20;

/** @throws StorageUnavailable */
export async function findRun(
  deps: FindDeps,
  { team, viewer }: { readonly team: string; readonly viewer: Viewer },
  text: string,
): Promise<FoundRun> {
  if (viewer.person.kind !== "member") return { kind: "unknown" };
  const threads = await threadsCalled(deps.lists, team, text);
  const read = await Promise.all(threads.map((thread) => deps.records.thread({ team, thread })));
  const seen = read.flatMap(({ run, approvals }) => {
    if (run === undefined) return [];
    const operators = operatorsOf(deps, run.workflow);
    // They are deleted one by one: none of them is seen, whichever are still there.
    const kept = run.removed === undefined ? approvals : [];
    return maySee(viewer, run, { approvals: kept, operators }) ? [{ run, approvals: kept }] : [];
  });
  const [first, second] = seen;
  if (first === undefined) return { kind: "unknown" };
  return second === undefined
    ? { kind: "found", ...first }
    : { kind: "several", runs: seen.map(({ run }) => run) };
}

/** @example isNameOfRun("r-1a2b3c"); // true */
export function isNameOfRun(text: string): boolean {
  return NAMED.test(normal(text));
}

/** The threads that may be meant. @throws StorageUnavailable */
export async function threadsCalled(lists: Lists, team: string, text: string): Promise<readonly string[]> {
  const digits = NAMED.exec(normal(text))?.[1];
  if (digits === undefined) return [];
  return digits.length === WHOLE_ID ? [digits] : threadsNamed(lists, team, digits);
}

const normal = (text: string): string => text.trim().toLowerCase();

async function threadsNamed(lists: Lists, team: string, digits: string): Promise<readonly string[]> {
  const of = { kind: "name", name: runName(digits) } as const;
  const { items } = await lists.runs({ team, of, order: "newest", limit: SAME_NAME });
  return items.map(({ thread }) => thread).filter((thread) => thread.startsWith(digits));
}
