// App Homes kept up to date: marked by whoever works on a run, looked at once for many changes, and never in the way of a run.
import { expect, test } from "vitest";
import { createLists } from "../../src/aws/lists.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { DirectoryUnavailable, HomeUnavailable, StorageUnavailable } from "../../src/runs/errors.ts";
import type { Home } from "../../src/runs/home.ts";
import type { Published } from "../../src/runs/home-ports.ts";
import { FIRST_STATE } from "../../src/runs/home-state.ts";
import { type HomesDeps, refreshHomes } from "../../src/runs/homes.ts";
import type { Job } from "../../src/runs/ports.ts";
import { later } from "../../src/approvals/later.ts";
import { sweep } from "../../src/runs/sweep.ts";
import { work, type WorkDeps } from "../../src/runs/worker.ts";
import { askingWorkflow } from "./asking.ts";
import { type Bench, bench, workTime } from "./support.ts";

interface Watched extends Bench {
  readonly homes: HomesDeps;
  /** Whose home was drawn, in order. */
  readonly looked: string[];
  /** What becomes of each drawing. */
  answer: () => Promise<Published>;
  /** Jobs for homes, with their delays. */
  readonly sent: (readonly [Job, number])[];
  turn(change?: Partial<WorkDeps>): Promise<void>;
  open(user: string): Promise<void>;
  refresh(): Promise<void>;
  sweep(): Promise<void>;
}

async function watched(): Promise<Watched> {
  const base = await bench(askingWorkflow);
  const { deps, run, storage } = base;
  const dynamo = createDynamo({ endpoint: storage.dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 });
  const [looked, sent]: [string[], (readonly [Job, number])[]] = [[], []];
  const queue: WorkDeps["queue"] = {
    send(job, seconds = 0) {
      if (job.kind === "homes") sent.push([job, seconds]);
      return Promise.resolve();
    },
  };
  const refreshed = (user: string, _: Home): Promise<Published> => {
    looked.push(user);
    return state.answer();
  };
  const state: Watched = {
    ...base,
    ...{ looked, sent },
    answer: () => Promise.resolve({ kind: "same" }),
    homes: {
      ...{ ...deps, catalog: [askingWorkflow.listing] },
      lists: createLists(dynamo, storage.table),
      directory: { person: (id) => Promise.resolve({ kind: "member", id, groups: [] }) },
      memberships: {
        groupsOf: () => Promise.resolve([]),
        channelsOf: () => Promise.resolve([]),
        membersOf: () => Promise.resolve([]),
      },
      screen: {
        show: () => Promise.reject(new Error("Nobody has clicked.")),
        apologize: () => Promise.reject(new Error("Nobody has clicked.")),
        refresh: refreshed,
      },
    },
    turn: (change = {}) =>
      work(
        { ...deps, queue, ...change },
        { kind: "resume", team: run.team, thread: run.thread },
        workTime(deps.clock.now()),
      ),
    open: (user) =>
      deps.homes.opened({
        ...{ team: run.team, user, state: FIRST_STATE },
        ...{ openedAt: deps.clock.now(), drawn: { hash: "old", view: "v1" } },
      }),
    refresh: () => refreshHomes(state.homes, run.team, later(deps.clock.now(), 10_000)),
    async sweep() {
      await sweep({ ...deps, queue }, run.team);
    },
  };
  return state;
}

test("however many workers change something within five seconds, homes are looked at once", async () => {
  const state = await watched();
  const { sent, turn, advanceClock, run } = state;
  for (let turns = 0; turns < 4; turns += 1) {
    await turn();
    advanceClock(1);
  }
  expect(sent).toEqual([[{ kind: "homes", team: run.team }, 6]]);
  advanceClock(2);
  await turn();
  expect(sent).toHaveLength(2);
});

test("what a slow step has changed is looked at, too: the mark from before it may have been seen to", async () => {
  const state = await watched();
  const { sent, deps, turn, advanceClock } = state;
  const messenger: WorkDeps["messenger"] = {
    draw(drawing, place) {
      advanceClock(4);
      return deps.messenger.draw(drawing, place);
    },
  };
  await turn({ messenger });
  expect(sent).toHaveLength(2);
});

test("a mark that cannot be made fails no job, and the run goes on", async () => {
  const { turn, stored, sent } = await watched();
  const cause = new Error("Throttled.");
  const mark = () => Promise.reject(new StorageUnavailable("marking", { cause, uncertain: false }));
  await turn({ homes: { mark } });
  expect((await stored())?.status.kind).toBe("waiting");
  expect(sent).toEqual([]);
});

test("those who have opened their home within the hour have it looked at, and nobody else", async () => {
  const { open, refresh, looked, advanceClock } = await watched();
  await open("UANA");
  advanceClock(3_000);
  await open("UBO");
  await refresh();
  advanceClock(700);
  await refresh();
  // Several at once, in any order.
  expect(looked.toSorted()).toEqual(["UANA", "UBO", "UBO"]);
  expect(looked.at(-1)).toBe("UBO");
});

test("when Slack wants to be left alone it is, the mark stays for the sweeper, and others come first the next time", async () => {
  const state = await watched();
  const { turn, open, refresh, looked, advanceClock, deps, run, sent } = state;
  for (let n = 0; n < 7; n += 1) {
    await open(`U${n}`);
    advanceClock(1);
  }
  await turn();
  state.answer = () => Promise.reject(new HomeUnavailable("ratelimited", undefined));
  await refresh();
  expect(looked.toSorted()).toEqual(["U0", "U1", "U2", "U3", "U4"]);
  expect(await deps.homes.marked(run.team)).toBeDefined();
  advanceClock(61);
  sent.length = 0;
  await state.sweep();
  expect(sent).toEqual([[{ kind: "homes", team: run.team }, 0]]);
  state.answer = () => Promise.resolve({ kind: "same" });
  looked.length = 0;
  await refresh();
  expect(looked.slice(0, 2).toSorted()).toEqual(["U5", "U6"]);
  expect(looked).toHaveLength(7);
  expect(await deps.homes.marked(run.team)).toBeUndefined();
});

test("when it cannot be found out what somebody may see, nothing is drawn for them", async () => {
  const { homes, open, looked, run, deps } = await watched();
  await open("UANA");
  const directory = { person: () => Promise.reject(new DirectoryUnavailable("who UANA is", undefined)) };
  await refreshHomes({ ...homes, directory }, run.team, later(deps.clock.now(), 10_000));
  expect(looked).toEqual([]);
});

test("a job that comes twice, or with no time left, does no harm, and what it left is marked", async () => {
  const state = await watched();
  const { homes, open, looked, turn, refresh, run, deps } = state;
  await open("UANA");
  await turn();
  await refreshHomes(homes, run.team, deps.clock.now());
  expect(looked).toEqual([]);
  expect(await deps.homes.marked(run.team)).toBeDefined();
  await refresh();
  await refresh();
  expect(looked).toEqual(["UANA", "UANA"]);
});

test("what was published is remembered, so that the next one knows what it shows", async () => {
  const state = await watched();
  const { open, refresh, deps, run } = state;
  await open("UANA");
  const drawn = { hash: "new", view: "v2" };
  state.answer = () => Promise.resolve({ kind: "published", drawn });
  await refresh();
  expect(await deps.homes.find({ team: run.team, user: "UANA" })).toMatchObject({ drawn });
  state.answer = () => Promise.resolve({ kind: "overtaken" });
  await refresh();
  expect(await deps.homes.find({ team: run.team, user: "UANA" })).toMatchObject({ drawn });
});
