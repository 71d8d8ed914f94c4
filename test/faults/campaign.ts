// Plays scenarios many times over: each with every single fault, or with several by chance, and counts what came of it.
import { createDice } from "./dice.ts";
import { judged } from "./invariants.ts";
import { byChance, none, single } from "./plans.ts";
import type { Scenario } from "./scenario.ts";
import type { FaultKind, Struck } from "./seam.ts";
import { play, type PlayOptions, type Played } from "./world.ts";

export interface Failure {
  readonly scenario: string;
  /** Arguments that play it again. */
  readonly replay: string;
  readonly struck: readonly Struck[];
  readonly wrong: readonly string[];
}

export interface Tally {
  runs: number;
  calls: number;
  /** Runs in which the card of something was there twice for a while. */
  deletedCopies: number;
  readonly faults: Map<FaultKind, number>;
  readonly failures: Failure[];
}

export type Setup = Pick<PlayOptions, "server" | "team" | "hasNoSweeper">;

export function createTally(): Tally {
  return { runs: 0, calls: 0, deletedCopies: 0, faults: new Map(), failures: [] };
}

/** How likely a fault is at a call of a random run. */
const RATES = [0.01, 0.03, 0.08];

export async function playedAndJudged(
  scenario: Scenario,
  {
    options,
    replay,
    tally,
  }: { readonly options: PlayOptions; readonly replay: string; readonly tally: Tally },
): Promise<Played> {
  const played = await play(scenario, options);
  const { wrong, deletedCopies } = await judged(played);
  const { calls, struck } = played.around.seam;
  tally.runs += 1;
  tally.calls += calls.length;
  tally.deletedCopies += deletedCopies;
  for (const { fault } of struck) tally.faults.set(fault, (tally.faults.get(fault) ?? 0) + 1);
  if (wrong.length > 0)
    tally.failures.push({ scenario: scenario.name, replay: `${scenario.name} ${replay}`, struck, wrong });
  return played;
}

export interface Single {
  readonly nth: number;
  readonly fault: FaultKind;
}

/** Every fault that every call of the scenario can meet. */
export async function singlesOf(scenario: Scenario, setup: Setup = {}): Promise<readonly Single[]> {
  const { around } = await play(scenario, { plan: none, ...setup });
  return around.seam.calls.flatMap(({ nth, faults }) => faults.map((fault) => ({ nth, fault })));
}

export async function playSingle(
  scenario: Scenario,
  { nth, fault }: Single,
  tally: Tally,
  setup: Setup = {},
): Promise<Played> {
  const replay = `--at ${nth} --fault "${fault}"`;
  return playedAndJudged(scenario, { options: { plan: single(nth, fault), ...setup }, replay, tally });
}

/** Whose turn it is, what goes wrong and what the graph makes up are all told by the seed. */
export async function playRandom(
  scenario: Scenario,
  seed: number,
  tally: Tally,
  setup: Setup = {},
): Promise<Played> {
  const rate = RATES[seed % RATES.length] ?? 0;
  const options = { plan: byChance(createDice(seed), rate), order: createDice(seed + 1), seed, ...setup };
  return playedAndJudged(scenario, { options, replay: `--seed ${seed}`, tally });
}

/** Without faults, but in any order. */
export async function playOrdered(
  scenario: Scenario,
  seed: number,
  tally: Tally,
  setup: Setup = {},
): Promise<Played> {
  const options = { plan: none, order: createDice(seed), seed, ...setup };
  return playedAndJudged(scenario, { options, replay: `--order ${seed}`, tally });
}

/** One run after the other, as they are hunted; whoever has seen enough leaves. */
export async function* runsOf(
  scenario: Scenario,
  hunt: { readonly by: "singles" } | { readonly by: "chance" | "order"; readonly seeds: number },
  tally: Tally,
): AsyncGenerator<void, void, undefined> {
  if (hunt.by === "singles") {
    for (const single of await singlesOf(scenario)) {
      await playSingle(scenario, single, tally);
      yield;
    }
    return;
  }
  const one = hunt.by === "chance" ? playRandom : playOrdered;
  for (let seed = 1; seed <= hunt.seeds; seed++) {
    await one(scenario, seed, tally);
    yield;
  }
}
