// What one person's App Home shows: what waits for them, what has stalled, what runs and what is done; never more than they may see.
import { standingPolicy } from "../approvals/attention.ts";
import { type Approval, hasVoted } from "../approvals/approval.ts";
import { isAmong, mayDecide, mayStart, type Person } from "../approvals/policy.ts";
import { type Catalog, operatorsOf, startersOf } from "./catalog.ts";
import { lastChangeOf } from "./history.ts";
import { type HomeReads, type Looked, readForHome, type ReadForHomeDeps } from "./home-reads.ts";
import type { HomeSection, HomeState } from "./home-state.ts";
import { later } from "../approvals/later.ts";
import type { Run } from "./run.ts";
import { type Stalled, stalledIn } from "./stalled.ts";
import { maySee, type Viewer } from "./viewer.ts";
import type { Listing } from "./workflow.ts";

export interface HomeDeps extends Catalog, ReadForHomeDeps {}

export type Home =
  /** Guests, and people of other workspaces, see nothing of runs. */
  | { readonly kind: "closed"; readonly because: Exclude<Person["kind"], "member">; readonly at: string }
  | OpenHome;

export interface OpenHome {
  readonly kind: "open";
  /** When it was read. */
  readonly at: string;
  /** With the pages that there are. */
  readonly state: HomeState;
  readonly waiting: Part<Waiting>;
  /** Undefined for who operates no workflow. */
  readonly stalled: Part<Stalled> | undefined;
  readonly running: Part<Running>;
  readonly done: Part<Run>;
  /** Of what is done: since yesterday at this time, for nobody here knows when a person's day begins. */
  readonly doneToday: Count;
  /** What they may start. */
  readonly startable: readonly Listing[];
}

export interface Waiting {
  readonly approval: Approval;
  /** Others have to agree. */
  readonly hasVoted: boolean;
}

export interface Running {
  readonly run: Run;
  /** What it waits for, or what had no answer in time, as far as that was looked at. */
  readonly asks: readonly Approval[];
}

export interface Count {
  readonly number: number;
  /** There may be more than were looked at. */
  readonly isMore: boolean;
}

/** One page of a section. */
export interface Part<Row> {
  readonly rows: readonly Row[];
  readonly count: Count;
  readonly hasNext: boolean;
}

/** Together they fit into one view, with room for what stands between. */
const PAGE: Readonly<Record<HomeSection, number>> = { waiting: 12, stalled: 8, running: 12, done: 12 };
const DAY_MS = 24 * 60 * 60_000;

/** @throws StorageUnavailable */
export async function homeOf(
  deps: HomeDeps,
  { team, viewer, state }: { readonly team: string; readonly viewer: Viewer; readonly state: HomeState },
): Promise<Home> {
  const at = deps.clock.now();
  const { person } = viewer;
  if (person.kind !== "member") return { kind: "closed", because: person.kind, at };
  const operates = (workflow: string): boolean => isAmong(person, operatorsOf(deps, workflow));
  const isOperator =
    deps.catalog.some(({ name }) => operates(name)) || isAmong(person, operatorsOf(deps, ""));
  const reads = await readForHome(deps, { team, viewer: person, isOperator, now: at });
  const stalled = isOperator ? stalledIn(reads, { now: at, operates }) : undefined;
  const sight: Sight = { viewer, filter: state.filter, operates, reads, at };
  const done = doneFor(sight);
  const pager = pagesOf(state.pages);
  return {
    ...{ kind: "open", at },
    waiting: pager.part("waiting", waitingFor(sight), (rows) => rows.filter(({ hasVoted }) => !hasVoted)),
    stalled: stalled && pager.part("stalled", stalled),
    running: pager.part("running", runningFor(sight, new Set(stalled?.rows.map(({ thread }) => thread)))),
    done: pager.part("done", done),
    doneToday: countOf(done, (rows) => rows.filter((run) => lastChangeOf(run) > later(at, -DAY_MS))),
    startable: deps.catalog.filter((listing) => mayStart(person, startersOf(deps, listing)).allowed),
    state: { filter: state.filter, pages: pager.shown },
  };
}

interface Sight {
  readonly viewer: Viewer;
  readonly filter: HomeState["filter"];
  readonly operates: (workflow: string) => boolean;
  readonly reads: HomeReads;
  readonly at: string;
}

/** Those on which they have voted come last, and count for nothing: there is nothing to do. */
function waitingFor({ viewer: { person }, filter, reads: { mine }, at }: Sight): Looked<Waiting> {
  const open = mine.rows
    .filter(({ expiresAt }) => expiresAt === undefined || expiresAt > at)
    .filter((approval) => filter !== "groups" || isAskedOfGroup(person, approval))
    .map((approval) => ({ approval, hasVoted: hasVoted(approval, person.id) }));
  const rows = [...open.filter(({ hasVoted }) => !hasVoted), ...open.filter(({ hasVoted }) => hasVoted)];
  return { rows, isMore: mine.isMore };
}

/** They may decide it, and would also if nobody had named them. */
function isAskedOfGroup(person: Person, approval: Approval): boolean {
  const policy = standingPolicy(approval);
  const unnamed = { ...policy, approvers: { ...policy.approvers, users: [] } };
  return mayDecide(person, approval.requester, unnamed).allowed;
}

/** What has stalled stands in a section of its own for who sees that. */
function runningFor(sight: Sight, stalled: ReadonlySet<string>): Looked<Running> {
  const { active, pending, expired } = sight.reads;
  const open = Map.groupBy([...pending.rows, ...expired.rows], ({ thread }) => thread);
  const rows = active.rows
    .filter(({ thread }) => !stalled.has(thread))
    .map((run) => ({ run, asks: open.get(run.thread) ?? [] }))
    .filter(({ run, asks }) => isShown(sight, run, asks));
  return { rows, isMore: active.isMore };
}

/** What failed stands here for who cannot see what has stalled: it goes on only when somebody retries it. */
function doneFor(sight: Sight): Looked<Run> {
  const { ended, failed } = sight.reads;
  const rows = [...ended.rows, ...failed.rows.filter(({ workflow }) => !sight.operates(workflow))]
    .filter((run) => isShown(sight, run, []))
    .sort((a, b) => (lastChangeOf(a) > lastChangeOf(b) ? -1 : 1));
  return { rows, isMore: ended.isMore };
}

function isShown({ viewer, filter, operates }: Sight, run: Run, asks: readonly Approval[]): boolean {
  const { person } = viewer;
  switch (filter) {
    case "mine":
      return run.requester === person.id;
    case "groups":
      return operates(run.workflow) || asks.some((approval) => isAskedOfGroup(person, approval));
    case "all":
      return operates(run.workflow) || maySee(viewer, run, { approvals: asks, operators: NOBODY });
  }
}

const NOBODY = { users: [], groups: [] };

function countOf<Row>(
  { rows, isMore }: Looked<Row>,
  counted: (rows: readonly Row[]) => readonly Row[],
): Count {
  return { number: counted(rows).length, isMore };
}

/** Cuts sections into pages, and remembers which were there. */
function pagesOf(asked: HomeState["pages"]): {
  readonly shown: HomeState["pages"];
  part<Row>(
    section: HomeSection,
    looked: Looked<Row>,
    counted?: (rows: readonly Row[]) => readonly Row[],
  ): Part<Row>;
} {
  const shown = { ...asked };
  return {
    shown,
    part(section, looked, counted = (rows) => rows) {
      const size = PAGE[section];
      const last = Math.max(Math.ceil(looked.rows.length / size) - 1, 0);
      const page = Math.min(asked[section], last);
      shown[section] = page;
      const rows = looked.rows.slice(page * size, (page + 1) * size);
      return { rows, count: countOf(looked, counted), hasNext: page < last };
    },
  };
}
