// Cards: an older drawing never lands last, and what somebody else may have posted is looked for.
import { expect, test } from "vitest";
import { MessengerUnavailable, QueueUnavailable } from "../../src/runs/errors.ts";
import type { Drawing, Held, Messenger, Place } from "../../src/runs/ports.ts";
import type { Run } from "../../src/runs/run.ts";
import { type WorkDeps, work } from "../../src/runs/worker.ts";
import { askingWorkflow } from "./asking.ts";
import { type Bench, bench, workTime } from "./support.ts";

const versionOf = (drawing: Drawing): number => (drawing.kind === "run" ? drawing.run.version : 0);

/** A job for a thread that somebody else is running: all that is left to do is to draw. */
async function redrawOnly(test: Bench, messenger: Messenger): Promise<void> {
  const { run, deps } = test;
  const job = { kind: "redraw", team: run.team, thread: run.thread } as const;
  await work({ ...deps, messenger }, job, workTime(deps.clock.now()));
}

async function heldBy(by: string, { deps, run }: Bench, until: string): Promise<Held> {
  const held = await deps.threads.take(run, { lease: until }, { by, now: deps.clock.now() });
  if (held === undefined) throw new Error("The run should exist.");
  return held;
}

const LONG = "2026-03-01T23:00:00.000Z";

const never: Messenger = {
  draw: () => Promise.reject(new Error("This card was somebody else's.")),
};

test("when the record changes while a slow drawer is at it, the drawer draws again, and the newest drawing is the last", async () => {
  const state = await bench(askingWorkflow);
  await heldBy("worker", state, LONG);
  const drawn: number[] = [];
  let current: Run = state.run;
  const messenger: Messenger = {
    draw: async (drawing) => {
      if (drawn.length < 2) {
        current = { ...current, version: current.version + 1 };
        await state.deps.records.saveRun(current);
        // A second drawer comes by in the middle, and finds the card taken.
        await redrawOnly(state, never);
      }
      drawn.push(versionOf(drawing));
      return { channel: "C1", ts: "1.0" };
    },
  };
  await redrawOnly(state, messenger);
  // It was posted, and then updated; the next update is put off.
  expect(drawn).toEqual([1, 2]);
  state.advanceClock(2);
  await redrawOnly(state, messenger);
  expect(drawn).toEqual([1, 2, 3]);
});

test("of many drawers at once, the card is posted by one", async () => {
  const state = await bench(askingWorkflow);
  await heldBy("worker", state, LONG);
  await Promise.all(Array.from({ length: 8 }, () => redrawOnly(state, state.deps.messenger)));
  expect(state.drawings).toHaveLength(1);
});

test("a drawer that died is replaced once its claim has run out, and the next one knows that it must look first", async () => {
  const state = await bench(askingWorkflow);
  const { deps, run } = state;
  await heldBy("worker", state, LONG);
  await deps.threads.take(run, { claim: "2026-03-01T03:00:30.000Z" }, { by: "dead", now: deps.clock.now() });
  await redrawOnly(state, never);
  state.advanceClock(31);
  const places: Place[] = [];
  const messenger: Messenger = {
    draw: (_, place) => {
      places.push(place);
      return Promise.resolve({ channel: "C1", ts: "1.0" });
    },
  };
  await redrawOnly(state, messenger);
  expect(places).toMatchObject([{ card: "run", mayExist: true }]);
});

test("a drawer that has slept until its claim is nearly over draws nothing any more", async () => {
  const state = await bench(askingWorkflow);
  await heldBy("worker", state, LONG);
  let isFirst = true;
  const clock = {
    now: () => {
      // The first time is when the claim is taken, the next ones are after the sleep.
      if (isFirst) isFirst = false;
      else state.advanceClock(20);
      return state.deps.clock.now();
    },
  };
  const { run, deps } = state;
  const job = { kind: "redraw", team: run.team, thread: run.thread } as const;
  await work({ ...deps, messenger: never, clock }, job, workTime(deps.clock.now()));
  expect(state.drawings).toEqual([]);
});

test("a question follows the run's message to where that could be posted", async () => {
  const state = await bench(askingWorkflow);
  state.slackIsAway = true;
  await state.work();
  state.advanceClock(31);
  const places: object[] = [];
  const messenger: Messenger = {
    draw: (drawing, { channel, threadTs }) => {
      places.push({ kind: drawing.kind, channel, threadTs });
      return Promise.resolve({ channel: "CDEFAULT", ts: `${places.length}.0` });
    },
  };
  await redrawOnly(state, messenger);
  expect(places).toEqual([
    { kind: "run", channel: state.run.channel, threadTs: undefined },
    { kind: "ask", channel: "CDEFAULT", threadTs: "1.0" },
  ]);
});

test("what is to be posted is marked before it is, so that a drawer who dies in between makes the next one look", async () => {
  const state = await bench(askingWorkflow);
  const { deps, run } = state;
  let posting: (() => void) | undefined;
  const dying = new Promise<void>((resolve) => (posting = resolve));
  const messenger: Messenger = {
    draw: (drawing, place) => {
      if (drawing.kind === "run") return deps.messenger.draw(drawing, place);
      posting?.();
      return new Promise(() => undefined);
    },
  };
  const job = { kind: "start", team: run.team, thread: run.thread } as const;
  void work({ ...deps, messenger }, job, workTime(deps.clock.now()));
  await dying;
  state.advanceClock(60);
  const asks: Place[] = [];
  const watching: Messenger = {
    draw: (drawing, place) => {
      if (drawing.kind === "ask") asks.push(place);
      return deps.messenger.draw(drawing, place);
    },
  };
  await redrawOnly(state, watching);
  expect(asks).toMatchObject([{ mayExist: true }]);
});

/** Slack as far as posting goes: a card that is posted twice is seen. At `deadly` the process dies, once the message is there. */
function posting(deadly: Drawing["kind"]): {
  readonly posts: string[];
  readonly messenger: Messenger;
  readonly dying: Messenger;
  readonly died: Promise<undefined>;
} {
  const posts: string[] = [];
  const { promise: died, resolve: die } = Promise.withResolvers<undefined>();
  const messenger: Messenger = {
    draw: (_, { card, channel, ts, mayExist }) => {
      if (ts === undefined && !(mayExist && posts.includes(card))) posts.push(card);
      return Promise.resolve({ channel, ts: `${card}.ts` });
    },
  };
  const dying: Messenger = {
    draw: async (drawing, place) => {
      const placed = await messenger.draw(drawing, place);
      if (drawing.kind !== deadly) return placed;
      die(undefined);
      return new Promise(() => undefined);
    },
  };
  return { posts, messenger, dying, died };
}

function start({ run, deps }: Bench, change: Partial<WorkDeps>): Promise<void> {
  const job = { kind: "start", team: run.team, thread: run.thread } as const;
  return work({ ...deps, ...change }, job, workTime(deps.clock.now()));
}

test("the first drawer of a run that was cancelled before it began dies behind its closing reply: nothing is posted twice", async () => {
  const state = await bench(askingWorkflow);
  const status = { kind: "cancelled", by: "UOTTO", at: state.run.createdAt } as const;
  await state.deps.records.saveRun({ ...state.run, status, version: 2 });
  const { posts, messenger, dying, died } = posting("outcome");
  void start(state, { messenger: dying });
  await died;
  state.advanceClock(61);
  await start(state, { messenger });
  expect(posts).toEqual(["run", "outcome"]);
});

test("the first drawer dies, and its claim runs out while the next worker is at the graph: the run's message is looked for", async () => {
  const state = await bench(askingWorkflow);
  const { posts, messenger, dying, died } = posting("run");
  void start(state, { messenger: dying });
  await died;
  // The lease has run out, the claim has not yet.
  state.advanceClock(25);
  const checkpointer: WorkDeps["checkpointer"] = {
    ...state.deps.checkpointer,
    append: (id, slot) => {
      state.advanceClock(4);
      return state.deps.checkpointer.append(id, slot);
    },
  };
  await start(state, { messenger, checkpointer });
  const [approval] = await state.approvals();
  expect(posts).toEqual(["run", `ask:${approval?.interrupt ?? ""}`]);
});

interface Drawn {
  readonly card: string;
  readonly at: number;
  readonly isUpdate: boolean;
}

/** Slack as far as what is drawn when goes. */
function watched({ deps }: Bench): { readonly draws: Drawn[]; readonly messenger: Messenger } {
  const draws: Drawn[] = [];
  const messenger: Messenger = {
    draw: (drawing, place) => {
      draws.push({ card: place.card, at: Date.parse(deps.clock.now()), isUpdate: place.ts !== undefined });
      return deps.messenger.draw(drawing, place);
    },
  };
  return { draws, messenger };
}

async function approve(state: Bench): Promise<string> {
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  await state.decide(approval, { kind: "approve" });
  return `ask:${approval.interrupt}`;
}

test("a click at once is shown at once, no message is updated twice within two seconds, and each shows the last state in the end", async () => {
  const state = await bench(askingWorkflow);
  const { draws, messenger } = watched(state);
  await start(state, { messenger });
  const ask = await approve(state);
  const clickedAt = Date.parse(state.deps.clock.now());
  draws.length = 0;
  await start(state, { messenger });
  const [question, outcome] = [ask, "outcome"].map((name) => draws.filter(({ card }) => card === name));
  expect(question).toEqual([{ card: ask, at: clickedAt, isUpdate: true }]);
  expect(outcome).toEqual([{ card: "outcome", at: clickedAt, isUpdate: false }]);
  expect(state.shown().at(-1)).toBe("waiting");

  await state.settle();
  expect(state.shown().at(-1)).toBe("done");
  const shown = state.drawings.filter((drawing) => drawing.kind === "ask").at(-1);
  expect(shown?.approval).toEqual((await state.approvals())[0]);
});

test("each message's updates are two seconds apart, and the first one after its posting waits for nothing", async () => {
  const state = await bench(askingWorkflow);
  const { draws, messenger } = watched(state);
  const all = { ...state.deps, messenger };
  const { team, thread } = state.run;
  await start(state, { messenger });
  const updates = (name: string) => draws.filter(({ card, isUpdate }) => card === name && isUpdate);
  // The run's message said that it runs, and a moment later that it waits.
  expect(updates("run")).toHaveLength(1);
  await approve(state);
  await start(state, { messenger });
  for (let job = state.putOff.shift(); job !== undefined; job = state.putOff.shift()) {
    state.advanceClock(1);
    await work(all, { kind: job.kind, team, thread }, workTime(state.deps.clock.now()));
  }
  for (const name of new Set(draws.map(({ card }) => card))) {
    const times = updates(name).map(({ at }) => at);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
    expect(gaps.filter((gap) => gap < 2_000)).toEqual([]);
  }
  expect(updates("run")).toHaveLength(2);
  expect(state.shown().at(-1)).toBe("done");
});

const deadQueue = { send: () => Promise.reject(new QueueUnavailable(undefined)) };

test("when the queue does not take what was put off, the sweeper draws it", async () => {
  const state = await bench(askingWorkflow);
  await start(state, {});
  await approve(state);
  await start(state, { queue: deadQueue });
  expect((await state.stored())?.status.kind).toBe("done");
  expect(state.shown().at(-1)).toBe("waiting");
  state.advanceClock(31);
  expect(await state.deps.records.due(state.run.team, state.deps.clock.now())).toHaveLength(1);
  await start(state, {});
  expect(state.shown().at(-1)).toBe("done");
});

test("a redraw that gets nowhere and cannot be handed on fails, so that the queue delivers it again", async () => {
  const state = await bench(askingWorkflow);
  await start(state, {});
  await approve(state);
  await start(state, {});
  state.slackIsAway = true;
  state.advanceClock(2);
  const { team, thread } = state.run;
  const job = { kind: "redraw", team, thread } as const;
  const time = workTime(state.deps.clock.now());
  await expect(work({ ...state.deps, queue: deadQueue }, job, time)).rejects.toThrow(QueueUnavailable);
  state.jobs.length = 0;
  await work(state.deps, job, time);
  expect(state.jobs).toEqual([{ kind: "sweep", team, thread }]);
});

test("what Slack limits is left alone for as long as Slack says, the other messages too that it would be asked to update, and no post", async () => {
  const state = await bench(askingWorkflow);
  const { draws, messenger } = watched(state);
  await start(state, { messenger });
  state.advanceClock(60);
  const ask = await approve(state);
  draws.length = 0;
  const limited: Messenger = {
    draw: (drawing, place) => {
      if (place.ts === undefined) return messenger.draw(drawing, place);
      draws.push({ card: place.card, at: 0, isUpdate: true });
      const options = { refused: true, retryAfterMs: 40_000, cause: undefined };
      return Promise.reject(new MessengerUnavailable("ratelimited", options));
    },
  };
  const sent: (readonly [string, number | undefined])[] = [];
  const queue: WorkDeps["queue"] = {
    send: ({ kind }, seconds) => Promise.resolve(void sent.push([kind, seconds])),
  };
  await start(state, { messenger: limited, queue });
  expect(draws.map(({ card }) => card)).toEqual(["run", "outcome"]);
  expect(sent).toContainEqual(["redraw", 40]);

  draws.length = 0;
  state.advanceClock(39);
  await redrawOnly(state, messenger);
  expect(draws).toEqual([]);
  state.advanceClock(1);
  await redrawOnly(state, messenger);
  expect(draws.map(({ card }) => card)).toEqual(["run", ask]);
});

test("what somebody has to mend is said once in each job, asked of Slack once, and tried seldom; decisions stand and the run ends", async () => {
  const state = await bench(askingWorkflow);
  await start(state, {});
  state.advanceClock(60);
  await approve(state);
  let asked = 0;
  const revoked: Messenger = {
    draw: () => {
      asked += 1;
      const options = { refused: true, cause: undefined, advice: "Install the app again." };
      return Promise.reject(new MessengerUnavailable("token_revoked", options));
    },
  };
  const errors: unknown[] = [];
  const log: WorkDeps["log"] = { ...state.deps.log, error: (...line) => void errors.push(line) };
  await start(state, { messenger: revoked, log });
  expect(asked).toBe(1);
  expect(errors).toEqual([
    [
      "Slack takes no cards until somebody has mended it.",
      {
        thread: state.run.thread,
        reason: "The message could not be written: token_revoked. Install the app again.",
      },
    ],
  ]);
  expect((await state.stored())?.status.kind).toBe("done");
  expect((await state.approvals())[0]?.state).toMatchObject({ kind: "decided", resumed: true });

  const due = () => state.deps.records.due(state.run.team, state.deps.clock.now());
  state.advanceClock(14 * 60);
  expect(await due()).toEqual([]);
  state.advanceClock(61);
  expect(await due()).toHaveLength(1);
  await start(state, {});
  expect(state.shown().at(-1)).toBe("done");
  expect(state.drawings.filter(({ kind }) => kind === "outcome")).toHaveLength(1);
});
