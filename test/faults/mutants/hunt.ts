// Hunts mutants: node --import ./test/faults/mutants/loader.ts test/faults/mutants/hunt.ts [number…]. A line of JSON for each says what came of it.
import type * as Campaign from "../campaign.ts";
import "../environment.ts";
import type * as All from "../scenarios/all.ts";
import { mutants } from "./mutants.ts";

export interface Hunted {
  readonly name: string;
  /** Undefined when it got away. */
  readonly noticed: string | undefined;
  readonly runs: number;
}

async function hunted(at: number): Promise<Hunted> {
  const mutant = mutants[at];
  if (mutant === undefined) throw new Error(`There is no mutant ${at}.`);
  const campaign = (await import(`../campaign.ts?mutant=${at}`)) as typeof Campaign;
  const { scenarios } = (await import(`../scenarios/all.ts?mutant=${at}`)) as typeof All;
  const { name, hunt, noticed } = mutant;
  const scenario = scenarios.find((one) => one.name === hunt.scenario);
  if (scenario === undefined) throw new Error(`There is no scenario "${hunt.scenario}".`);
  const tally = campaign.createTally();
  for await (const _ of campaign.runsOf(scenario, hunt, tally)) {
    const found = tally.failures.flatMap(({ wrong }) => wrong).find((sentence) => noticed.test(sentence));
    if (found !== undefined) return { name, noticed: found, runs: tally.runs };
  }
  return { name, noticed: undefined, runs: tally.runs };
}

const [, , ...wanted] = process.argv;
const chosen = wanted.length > 0 ? wanted.map(Number) : mutants.map((_, at) => at);
for (const at of chosen) process.stdout.write(`${JSON.stringify(await hunted(at))}\n`);
