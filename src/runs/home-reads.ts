// What a home is read from: a page of each list, all at once. However much there is, it is no more than that.
import type { Approval } from "../approvals/approval.ts";
import type { Person } from "../approvals/policy.ts";
import type { Lists } from "./lists.ts";
import type { Clock, Records } from "./ports.ts";
import { later } from "../approvals/later.ts";
import type { Run } from "./run.ts";
import { OVERDUE_MS } from "./wake.ts";

export interface ReadForHomeDeps {
  readonly lists: Lists;
  readonly records: Pick<Records, "due" | "run">;
  readonly clock: Clock;
}

/** What was looked at, and whether there may be more. */
export interface Looked<Row> {
  readonly rows: readonly Row[];
  readonly isMore: boolean;
}

export interface HomeReads {
  /** What this person may decide, oldest first. */
  readonly mine: Looked<Approval>;
  /** Every pending question of the team, oldest first. */
  readonly pending: Looked<Approval>;
  /** Every one of the team that had no answer in time, oldest first. */
  readonly expired: Looked<Approval>;
  /** Runs that go on, or wait; newest first. */
  readonly active: Looked<Run>;
  readonly failed: Looked<Run>;
  /** Runs that are, newest first. */
  readonly ended: Looked<Run>;
  /** Runs that are not over, and that the sweeper should have seen to long ago. */
  readonly overdue: Looked<Run>;
}

/** Of one list. */
const MOST = 50;
/** Of what the sweeper should have seen to, each of which is read by itself. */
const MOST_OVERDUE = 20;

interface Reader {
  readonly team: string;
  readonly viewer: Extract<Person, { kind: "member" }>;
  /** Only they see what the sweeper has left behind, so only for them is it read. */
  readonly isOperator: boolean;
  readonly now: string;
}

/** @throws StorageUnavailable */
export async function readForHome(deps: ReadForHomeDeps, reader: Reader): Promise<HomeReads> {
  const { team, viewer, isOperator, now } = reader;
  const ofStatus = (status: Run["status"]["kind"]): Promise<Looked<Run>> =>
    looked(deps.lists.runs({ team, of: { kind: "status", status }, order: "newest", limit: MOST }));
  const [mine, pending, expired, overdue, queued, waiting, failed, done, cancelled] = await Promise.all([
    looked(
      deps.lists.approvals({
        ...{ team, order: "oldest", limit: MOST },
        of: { kind: "approver", user: viewer.id, groups: viewer.groups },
      }),
    ),
    looked(deps.lists.approvals({ team, of: { kind: "team" }, order: "oldest", limit: MOST })),
    looked(deps.lists.approvals({ team, of: { kind: "expired" }, order: "oldest", limit: MOST })),
    isOperator ? overdueRuns(deps, team, now) : NOTHING,
    ofStatus("queued"),
    ofStatus("waiting"),
    ofStatus("failed"),
    ofStatus("done"),
    ofStatus("cancelled"),
  ]);
  return {
    ...{ mine, pending, expired, overdue, failed },
    active: together([queued, waiting]),
    ended: together([done, cancelled]),
  };
}

const NOTHING = { rows: [], isMore: false };

async function looked<Row>(
  page: Promise<{ readonly items: readonly Row[]; readonly next?: string }>,
): Promise<Looked<Row>> {
  const { items, next } = await page;
  return { rows: items, isMore: next !== undefined };
}

function together(parts: readonly Looked<Run>[]): Looked<Run> {
  const rows = parts.flatMap((part) => part.rows);
  return {
    rows: rows.sort((a, b) => (a.createdAt > b.createdAt ? -1 : 1)),
    isMore: parts.some(({ isMore }) => isMore),
  };
}

async function overdueRuns({ records }: ReadForHomeDeps, team: string, now: string): Promise<Looked<Run>> {
  const keys = await records.due(team, later(now, -OVERDUE_MS), MOST_OVERDUE);
  const found = await Promise.all(keys.slice(0, MOST_OVERDUE).map((key) => records.run(key)));
  return { rows: found.filter((run) => run !== undefined), isMore: keys.length >= MOST_OVERDUE };
}

/** For the homes of many: what is read for one of them is not read again for the others. */
export function readOnce({ lists, records }: ReadForHomeDeps): Pick<ReadForHomeDeps, "lists" | "records"> {
  return {
    lists: { approvals: once((query) => lists.approvals(query)), runs: once((query) => lists.runs(query)) },
    records: {
      due: once((...asked) => records.due(...asked)),
      run: once((key) => records.run(key)),
    },
  };
}

function once<Asked extends readonly unknown[], Answer>(
  ask: (...asked: Asked) => Promise<Answer>,
): (...asked: Asked) => Promise<Answer> {
  const answers = new Map<string, Promise<Answer>>();
  return (...asked) => {
    const name = JSON.stringify(asked);
    const answer = answers.get(name) ?? ask(...asked);
    answers.set(name, answer);
    return answer;
  };
}
