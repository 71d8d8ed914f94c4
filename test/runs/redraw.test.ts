// Cards: an older drawing never lands last, and what somebody else may have posted is looked for.
import { expect, test } from "vitest";
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
