// Random graphs with random questions: whatever the order of the answers, and wherever it crashes, the end is the same and nothing is done twice.
// `npm run campaign` runs many more of them.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Crash } from "./failing-store.ts";
import { calmly, type End, runToEnd } from "./random-run.ts";
import { graphShape } from "./random-shape.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 16);

const shapes = graphShape({ depth: 2, isPlain: false });
const choices = fc.array(fc.nat({ max: 1_023 }), { minLength: 1, maxLength: 8 });
const manner = { choices, isNudged: fc.boolean() };

function crashes(kinds: readonly Crash["kind"][], first = 0): fc.Arbitrary<readonly Crash[]> {
  const crash = fc.record({
    call: fc.integer({ min: first, max: 80 }),
    kind: fc.constantFrom(...kinds),
    isAfter: fc.boolean(),
    stallsFor: fc.integer({ min: 1, max: 20 }),
  });
  return fc.uniqueArray(crash, { minLength: 1, maxLength: 6, selector: ({ call }) => call });
}

/** The same state by the same questions and the same effects, and nothing that may never be. */
function expectSame(end: End, expected: End): void {
  expect(end.world.mistakes).toEqual([]);
  expect(end.log).toEqual(expected.log);
  expect([...end.world.answered].sort()).toEqual([...expected.world.answered].sort());
  expect([...end.world.effects.keys()].sort()).toEqual([...expected.world.effects.keys()].sort());
}

test("whatever the order in which questions are answered, and however many at once, the state is the same", async () => {
  await fc.assert(
    fc.asyncProperty(shapes, fc.record(manner), async (shape, how) => {
      const atOnce = await runToEnd(shape, calmly);
      const end = await runToEnd(shape, { ...how, crashes: [] });
      expectSame(end, atOnce);
      expect([...atOnce.world.repeats, ...end.world.repeats]).toEqual([]);
    }),
    { seed: 7, numRuns: RUNS },
  );
});

test("wherever it crashes, the state is the same, each effect has one key, and nothing that was stored runs again", async () => {
  const plan = fc.record({ ...manner, crashes: crashes(["fails", "dies"]) });
  await fc.assert(
    fc.asyncProperty(shapes, plan, async (shape, how) => {
      const end = await runToEnd(shape, how);
      expectSame(end, await runToEnd(shape, calmly));
      expect(end.world.repeats).toEqual([]);
    }),
    { seed: 8, numRuns: RUNS },
  );
});

test("a worker that was given up for dead and goes on beside the next one changes nothing", async () => {
  // Behind the call that stores the first input: two workers who both bring one begin twice, and should.
  const plan = fc.record({ ...manner, crashes: crashes(["stalls"], 3) });
  await fc.assert(
    fc.asyncProperty(shapes, plan, async (shape, how) => {
      expectSame(await runToEnd(shape, how), await runToEnd(shape, calmly));
    }),
    { seed: 10, numRuns: RUNS },
  );
});
