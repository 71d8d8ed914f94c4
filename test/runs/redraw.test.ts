// Cards: an older drawing never lands last, and somebody else's card is left alone.
import { expect, test } from "vitest";
import type { Drawing, Messenger } from "../../src/runs/ports.ts";
import { redrawCards } from "../../src/runs/redraw.ts";
import type { Run } from "../../src/runs/run.ts";
import { askingWorkflow } from "./asking.ts";
import { bench } from "./support.ts";

const versionOf = (drawing: Drawing): number => (drawing.kind === "run" ? drawing.run.version : 0);

test("when the record changes while a slow drawer is at it, the drawer draws again, and the newest drawing is the last", async () => {
  const { deps, run } = await bench(askingWorkflow);
  const drawn: number[] = [];
  let current: Run = run;
  const messenger: Messenger = {
    draw: async (drawing) => {
      if (drawn.length < 2) {
        current = { ...current, version: current.version + 1 };
        await deps.records.saveRun(current);
        // A second drawer comes by in the middle, and finds the card taken.
        expect(await redrawCards({ ...deps, messenger: never }, run)).toBe(false);
      }
      drawn.push(versionOf(drawing));
      return { channel: "C1", ts: "1.0" };
    },
  };
  expect(await redrawCards({ ...deps, messenger }, run)).toBe(true);
  expect(drawn).toEqual([1, 2, 3]);
});

const never: Messenger = {
  draw: () => Promise.reject(new Error("This card was somebody else's.")),
};

test("of many drawers at once, the card is posted by one", async () => {
  const { deps, run, drawings } = await bench(askingWorkflow);
  await Promise.all(Array.from({ length: 8 }, () => redrawCards(deps, run)));
  expect(drawings).toHaveLength(1);
});

test("a drawer that died is replaced once its claim has run out, and the next one knows that it must look first", async () => {
  const { deps, run, advanceClock } = await bench(askingWorkflow);
  const claim = { by: "dead", now: deps.clock.now(), until: "2026-03-01T03:00:30.000Z" };
  await deps.cards.claim({ ...run, card: "run", channel: run.channel }, claim);
  expect(await redrawCards(deps, run)).toBe(false);
  advanceClock(31);
  const claims: number[] = [];
  const messenger: Messenger = {
    draw: (_, { card }) => {
      claims.push(card.claims);
      return Promise.resolve({ channel: "C1", ts: "1.0" });
    },
  };
  expect(await redrawCards({ ...deps, messenger }, run)).toBe(true);
  expect(claims).toEqual([2]);
});

test("a question follows the run's message to where that could be posted", async () => {
  const state = await bench(askingWorkflow);
  state.slackIsAway = true;
  await state.work();
  state.advanceClock(31);
  const places: object[] = [];
  const messenger: Messenger = {
    draw: (drawing, { card, threadTs }) => {
      places.push({ kind: drawing.kind, channel: card.channel, threadTs });
      return Promise.resolve({ channel: "CDEFAULT", ts: `${places.length}.0` });
    },
  };
  expect(await redrawCards({ ...state.deps, messenger }, state.run)).toBe(true);
  expect(places).toEqual([
    { kind: "run", channel: state.run.channel, threadTs: undefined },
    { kind: "ask", channel: "CDEFAULT", threadTs: "1.0" },
  ]);
});
