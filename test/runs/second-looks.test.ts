// Cards in doubt: what may be there twice, or may show less than it did, is looked at again, once.
import { expect, test } from "vitest";
import { MessengerUnavailable } from "../../src/runs/errors.ts";
import type { CardPlaces } from "../../src/runs/card.ts";
import type { ThreadJob, Messenger, Place } from "../../src/runs/ports.ts";
import { later } from "../../src/approvals/later.ts";
import type { Run } from "../../src/runs/run.ts";
import { type WorkDeps, work } from "../../src/runs/worker.ts";
import { askingWorkflow } from "./asking.ts";
import { type Bench, bench, dueSoon, workTime } from "./support.ts";

/** As if it had been due for long. */
const AT_ONCE = "1970-01-01T00:00:00.000Z";

const AGAIN = { ts: expect.any(String) as string, mayExist: false, mayHaveCopies: true };

interface Slack {
  readonly messenger: Messenger;
  readonly places: Place[];
}

/** Slack as far as it is known what was asked of it; whatever is posted was not to be found, and `meanwhile` happens while it draws. */
function slackOf(meanwhile: (place: Place) => Promise<void> = () => Promise.resolve()): Slack {
  const places: Place[] = [];
  const messenger: Messenger = {
    draw: async (_, place) => {
      places.push(place);
      await meanwhile(place);
      const { channel, card, ts } = place;
      return { channel, ts: ts ?? `${card}.ts` };
    },
  };
  return { messenger, places };
}

async function worked(
  { run, deps }: Bench,
  kind: ThreadJob["kind"],
  change: Partial<WorkDeps> = {},
  time = workTime(deps.clock.now()),
): Promise<readonly (readonly [ThreadJob["kind"], number])[]> {
  const sent: (readonly [ThreadJob["kind"], number])[] = [];
  const queue: WorkDeps["queue"] = {
    send: (job, seconds = 0) =>
      Promise.resolve(job.kind === "homes" ? undefined : void sent.push([job.kind, seconds])),
  };
  const job = { kind, team: run.team, thread: run.thread };
  await work({ ...deps, queue, ...change }, job, time);
  return sent;
}

/** As if the drawer before had died: nobody knows whether it had posted anything. */
async function withDeadDrawer(): Promise<Bench> {
  const state = await bench(askingWorkflow);
  const { deps, run } = state;
  const now = deps.clock.now();
  await deps.threads.take(run, { lease: later(now, 3_600_000) }, { by: "worker", now });
  await deps.threads.take(run, { claim: later(now, 30_000) }, { by: "dead", now });
  state.advanceClock(31);
  return state;
}

async function cardsOf({ deps, run }: Bench): Promise<CardPlaces> {
  return (await deps.records.thread(run)).cards;
}

test("a card that was looked for in vain and posted is looked at again three minutes later, once", async () => {
  const state = await withDeadDrawer();
  const { messenger, places } = slackOf();
  expect(await worked(state, "redraw", { messenger })).toEqual([["redraw", 180]]);
  expect(places.splice(0)).toMatchObject([{ card: "run", mayExist: true }]);

  state.advanceClock(179);
  expect(await worked(state, "redraw", { messenger })).toEqual([["redraw", 1]]);
  expect(places).toEqual([]);

  state.advanceClock(1);
  expect(await worked(state, "redraw", { messenger })).toEqual([]);
  expect(places.splice(0)).toMatchObject([{ card: "run", ...AGAIN }]);

  state.advanceClock(3_600);
  expect(await worked(state, "redraw", { messenger })).toEqual([]);
  expect(places).toEqual([]);
});

test("a card that was found is looked at again as well, since there may be another one, and one that nobody can have posted before is not", async () => {
  const state = await withDeadDrawer();
  const found: Messenger = { draw: (_, { channel }) => Promise.resolve({ channel, ts: "run.ts" }) };
  expect(await worked(state, "redraw", { messenger: found })).toEqual([["redraw", 180]]);
  expect((await cardsOf(state))["run"]).toHaveProperty("lookAt");

  const other = await bench(askingWorkflow);
  const { messenger, places } = slackOf();
  await worked(other, "start", { messenger });
  expect(places.map(({ mayExist }) => mayExist)).not.toContain(true);
  for (const place of Object.values(await cardsOf(other))) expect(place).not.toHaveProperty("lookAt");
});

test("what is new is drawn at once on a card that is to be looked at, and the look has its own time", async () => {
  const state = await bench(askingWorkflow);
  const lost = slackOf(({ card }) =>
    card === "run"
      ? Promise.resolve()
      : Promise.reject(new MessengerUnavailable("away", { refused: false, cause: undefined })),
  );
  await worked(state, "start", { messenger: lost.messenger });
  const { messenger, places } = slackOf();
  state.advanceClock(5);
  expect(await worked(state, "redraw", { messenger })).toContainEqual(["redraw", 180]);
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  const card = `ask:${approval.interrupt}`;
  expect(places.splice(0)).toMatchObject([{ card, mayExist: true }]);

  state.advanceClock(10);
  await state.decide(approval, { kind: "approve" });
  await worked(state, "resume", { messenger });
  expect((await state.stored())?.status.kind).toBe("done");
  const drawn = places.splice(0).filter((place) => place.card === card);
  expect(drawn).toHaveLength(1);
  expect(drawn[0]).not.toHaveProperty("mayHaveCopies");

  state.advanceClock(50);
  await worked(state, "redraw", { messenger });
  const shown = places.splice(0).filter((place) => place.card === card);
  expect(shown.map(({ mayHaveCopies = false }) => mayHaveCopies)).toEqual([false]);
  state.advanceClock(120);
  await worked(state, "redraw", { messenger });
  expect(places.filter((place) => place.card === card)).toMatchObject([AGAIN]);
});

test("after a drawing that came too late every posted card is looked at, notes of what was decided too, and then never again", async () => {
  const state = await bench(askingWorkflow);
  const { messenger, places } = slackOf();
  await worked(state, "start", { messenger });
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  const { records, threads, clock } = state.deps;
  const revised = { ...approval, revision: 2, version: approval.version + 1 };
  await records.saveApproval(revised);
  state.advanceClock(2);
  await worked(state, "redraw", { messenger });
  await state.decide(revised, { kind: "approve" });
  for (let round = 0; round < 3; round++) {
    await worked(state, "resume", { messenger });
    state.advanceClock(2);
  }
  expect((await state.stored())?.status.kind).toBe("done");
  expect(await dueSoon(state)).toEqual([]);
  const all = ["run", `ask:${approval.interrupt}`, `note:${approval.interrupt}:2`, "outcome"];

  places.length = 0;
  await threads.strayed(state.run, clock.now());
  expect(await dueSoon(state)).toHaveLength(1);
  await worked(state, "sweep", { messenger });
  expect(places.splice(0)).toMatchObject(all.map((card) => ({ card, ...AGAIN })));

  state.advanceClock(60);
  await worked(state, "sweep", { messenger });
  expect(places).toEqual([]);
  expect(await dueSoon(state)).toEqual([]);
});

test("a drawing that comes too late while others draw is not taken for one that they have looked into", async () => {
  const state = await bench(askingWorkflow);
  const { messenger, places } = slackOf();
  await worked(state, "start", { messenger });
  state.advanceClock(60);
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  await state.decide(approval, { kind: "approve" });
  const { threads, clock } = state.deps;
  let isFirst = true;
  const during = slackOf(async () => {
    if (isFirst) await threads.strayed(state.run, clock.now());
    isFirst = false;
  });
  await worked(state, "redraw", { messenger: during.messenger });
  places.push(...during.places);
  state.advanceClock(2);
  await worked(state, "redraw", { messenger });
  const looked = places.filter(({ mayHaveCopies }) => mayHaveCopies).map(({ card }) => card);
  expect(looked.toSorted()).toEqual([`ask:${approval.interrupt}`, "run"]);
  for (const place of Object.values(await cardsOf(state))) expect(place).not.toHaveProperty("lookAt");
});

/** A question that was decided, and is to be drawn so. */
async function withDecision(): Promise<Bench> {
  const state = await bench(askingWorkflow);
  await worked(state, "start", { messenger: slackOf().messenger });
  state.advanceClock(60);
  const [approval] = await state.approvals();
  if (approval === undefined) throw new Error("Nothing was asked.");
  await state.decide(approval, { kind: "approve" });
  return state;
}

async function takenOver(state: Bench): Promise<void> {
  state.advanceClock(31);
  const now = state.deps.clock.now();
  await state.deps.threads.take(state.run, { claim: later(now, 30_000) }, { by: "other", now });
}

const noAnswer = new MessengerUnavailable("away", { refused: false, cause: undefined });
const refusal = new MessengerUnavailable("fatal_error", { refused: true, cause: undefined });

test.each([
  { answer: "took it", error: undefined, isInDoubt: true },
  { answer: "did not answer", error: noAnswer, isInDoubt: true },
  { answer: "refused it", error: refusal, isInDoubt: false },
])(
  "a drawer that has lost the claim when Slack $answer has every posted card looked at at once: $isInDoubt",
  async ({ error, isInDoubt }) => {
    const state = await withDecision();
    let isFirst = true;
    const { messenger, places } = slackOf(async () => {
      if (isFirst) await takenOver(state);
      isFirst = false;
      if (error !== undefined) throw error;
    });
    await worked(state, "redraw", { messenger });
    expect(places.map(({ card }) => card)).toContain("run");
    for (const place of Object.values(await cardsOf(state))) expect(place.lookAt === AT_ONCE).toBe(isInDoubt);
  },
);

test("a drawer that lost the claim before it drew anything has nothing looked at at once", async () => {
  const state = await withDecision();
  const { messenger, places } = slackOf();
  const records: WorkDeps["records"] = {
    ...state.deps.records,
    thread: async (key) => {
      const read = await state.deps.records.thread(key);
      await takenOver(state);
      return read;
    },
  };
  await worked(state, "redraw", { messenger, records });
  expect(places).toEqual([]);
  for (const place of Object.values(await cardsOf(state))) expect(place.lookAt).not.toBe(AT_ONCE);
});

/** While this one sleeps at its graph, its lease runs out, and somebody else goes on with the run. */
async function sleeping(
  state: Bench,
  meanwhile: () => Promise<void>,
): Promise<{ readonly drawn: readonly unknown[]; readonly sent: Awaited<ReturnType<typeof worked>> }> {
  const { deps } = state;
  const now = deps.clock.now();
  const drawn: unknown[] = [];
  const messenger: Messenger = {
    draw: (drawing, { channel, ts = "1.0" }) => {
      drawn.push(drawing);
      return Promise.resolve({ channel, ts });
    },
  };
  let isAwake = true;
  const checkpointer: WorkDeps["checkpointer"] = {
    ...deps.checkpointer,
    load: async (id) => {
      const log = await deps.checkpointer.load(id);
      if (isAwake) {
        isAwake = false;
        state.advanceClock(40);
        await meanwhile();
        state.advanceClock(10);
      }
      return log;
    },
  };
  // Longer than its lease: it does not know that it has slept.
  const time = { ...workTime(now), beginUntil: later(now, 3_600_000) };
  return { sent: await worked(state, "resume", { messenger, checkpointer }, time), drawn };
}

/** A run that waits, whose message was drawn just now and is outdated already: that is put off. */
async function withOutdated(): Promise<{ readonly state: Bench; readonly outdated: Run }> {
  const state = await bench(askingWorkflow);
  const { records } = state.deps;
  await worked(state, "start", { messenger: slackOf().messenger });
  state.advanceClock(60);
  const run = await state.stored();
  if (run === undefined) throw new Error("The run should exist.");
  await records.saveRun({ ...run, version: run.version + 1 });
  await worked(state, "redraw", { messenger: slackOf().messenger });
  const outdated = { ...run, version: run.version + 2 };
  await records.saveRun(outdated);
  return { state, outdated };
}

async function expectFreeClaim({ deps, run }: Bench): Promise<void> {
  const now = deps.clock.now();
  const next = await deps.threads.take(run, { claim: later(now, 30_000) }, { by: "next", now });
  expect(next?.holds.claim).toBeDefined();
}

test("a worker whose run went on without it gives the claim back at once, to whoever was turned away meanwhile", async () => {
  const { state } = await withOutdated();
  const { sent } = await sleeping(state, async () => {
    const [approval] = await state.approvals();
    if (approval !== undefined) await state.decide(approval, { kind: "approve" });
    await worked(state, "resume");
  });
  expect((await state.stored())?.status.kind).toBe("done");
  await expectFreeClaim(state);
  // Whoever found the claim taken relied on this one to look again.
  expect(sent).toContainEqual(["redraw", 0]);
});

test("a worker whose run went on without it, and is not drawn yet, draws nothing of what it knew", async () => {
  const { state, outdated } = await withOutdated();
  const { threads } = state.deps;
  const { drawn, sent } = await sleeping(state, async () => {
    const now = state.deps.clock.now();
    const other = await threads.take(state.run, { lease: later(now, 60_000) }, { by: "other", now });
    if (other === undefined) throw new Error("The run should exist.");
    const [approval] = await state.approvals();
    if (approval !== undefined) await state.decide(approval, { kind: "approve" });
    await threads.write(other, { run: { ...outdated, version: outdated.version + 1 } });
  });
  expect(drawn).toEqual([]);
  await expectFreeClaim(state);
  expect(sent).toContainEqual(["redraw", 0]);
});
