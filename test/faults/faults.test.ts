// A bounded sample of what `npm run faults` plays in full: the product's own code, with faults at its calls to the world.
import { randomUUID } from "node:crypto";
import { expect, inject, test } from "vitest";
import { freshTable } from "../support/dynamo.ts";
import {
  createTally,
  playOrdered,
  playRandom,
  playSingle,
  type Setup,
  singlesOf,
  type Tally,
} from "./campaign.ts";
import { scenarios } from "./scenarios/all.ts";
import type { Scenario } from "./scenario.ts";

/** So many of its single faults are played of each scenario. */
const SINGLES = 2;
const SEEDS = 2;

/** Spread evenly, so that no kind of call is left out. */
function sample<One>(all: readonly One[], count: number): readonly One[] {
  const stride = Math.max(all.length / count, 1);
  return all.filter((_, index) => Math.floor(index / stride) !== Math.floor((index - 1) / stride));
}

function expectNoFailures({ failures }: Tally): void {
  expect(failures.map(({ replay, wrong }) => `npm run faults -- ${replay}: ${wrong.join(" ")}`)).toEqual([]);
}

const named = scenarios.map((scenario) => [scenario.name, scenario] as const);

test.each(named)(
  "%s: whatever breaks at one call, the run ends right",
  async (_, scenario) => {
    const tally = createTally();
    for (const single of sample(await singlesOf(scenario), SINGLES))
      await playSingle(scenario, single, tally);
    expectNoFailures(tally);
    expect(tally.runs).toBeGreaterThanOrEqual(SINGLES);
  },
  60_000,
);

test.each(named)(
  "%s: whatever breaks at several calls, in any order, the run ends right",
  async (_, scenario) => {
    const tally = createTally();
    for (let seed = 1; seed <= SEEDS; seed++) await playRandom(scenario, seed, tally);
    expectNoFailures(tally);
    expect(tally.faults.size).toBeGreaterThan(3);
  },
  60_000,
);

test.each(named)(
  "%s: in any order, and with nothing broken, nobody waits for the sweeper",
  async (_, scenario) => {
    const tally = createTally();
    await playOrdered(scenario, 1, tally);
    expectNoFailures(tally);
  },
  60_000,
);

// A different backend, and the same product: what each of them does is tried in memory.
test.each(named.filter(([name]) => ["deploy", "large", "agent", "purged"].includes(name)))(
  "%s: on a server process it goes as it does in memory",
  async (_, scenario) => {
    const tally = createTally();
    const setup = { server: { url: inject("dynamoUrl"), table: await freshTable() } };
    await playRandom(scenario, 2, tally, onItsOwn(setup));
    expectNoFailures(tally);
  },
  60_000,
);

function onItsOwn(setup: Setup): Setup {
  return { ...setup, team: `T${randomUUID().slice(0, 8)}` };
}

function scenarioOf(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found === undefined) throw new Error(`There is no scenario "${name}".`);
  return found;
}

test("a run that fails says how to play it again, and is then the same one", async () => {
  const deploy = scenarioOf("deploy");
  const tally = createTally();
  const broken = { hasNoSweeper: true };
  const [first, again] = [
    await playSingle(deploy, { nth: 3, fault: "crash before" }, tally, broken),
    await playSingle(deploy, { nth: 3, fault: "crash before" }, tally, broken),
  ];
  expect(tally.failures.map(({ replay }) => replay)).toEqual(
    Array(2).fill('deploy --at 3 --fault "crash before"'),
  );
  expect(again.around.scheduler.trace).toEqual(first.around.scheduler.trace);
});

test("the same seed is the same run", async () => {
  const parallel = scenarioOf("parallel");
  const told = async () => {
    const { around } = await playRandom(parallel, 7, createTally());
    return around.scheduler.trace;
  };
  expect(await told()).toEqual(await told());
});
