// npm run faults: every single fault of every scenario, and many by chance. With a scenario and a seed or a call, plays that one again and tells it.
import { parseArgs } from "node:util";
import "./environment.ts";
import {
  type Tally,
  createTally,
  playedAndJudged,
  playOrdered,
  playRandom,
  playSingle,
  singlesOf,
} from "./campaign.ts";
import { none } from "./plans.ts";
import { scenarios } from "./scenarios/all.ts";
import type { Scenario } from "./scenario.ts";
import type { FaultKind } from "./seam.ts";
import type { Played } from "./world.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    seed: { type: "string" },
    order: { type: "string" },
    at: { type: "string" },
    fault: { type: "string" },
    calm: { type: "boolean", default: false },
    singles: { type: "boolean", default: false },
  },
});

const SHOWN_FAILURES = 12;

async function replayed(scenario: Scenario, tally: Tally): Promise<Played | undefined> {
  if (values.seed !== undefined) return playRandom(scenario, Number(values.seed), tally);
  if (values.order !== undefined) return playOrdered(scenario, Number(values.order), tally);
  if (values.at !== undefined)
    return playSingle(scenario, { nth: Number(values.at), fault: values.fault as FaultKind }, tally);
  return values.calm
    ? playedAndJudged(scenario, { options: { plan: none }, replay: "--calm", tally })
    : undefined;
}

async function campaign(chosen: readonly Scenario[], tally: Tally): Promise<void> {
  for (const scenario of chosen) {
    const singles = await singlesOf(scenario);
    const began = { at: performance.now(), failures: tally.failures.length };
    for (const single of singles) await playSingle(scenario, single, tally);
    report(scenario, `${singles.length} single faults`, began);
  }
  if (values.singles) return;
  const each = Math.ceil(Number(values.runs) / chosen.length);
  for (const scenario of chosen) {
    const from = Number(values.from);
    const began = { at: performance.now(), failures: tally.failures.length };
    for (let seed = from; seed < from + each; seed++) await playRandom(scenario, seed, tally);
    report(scenario, `seeds ${from} to ${from + each - 1}`, began);
  }

  function report(
    { name }: Scenario,
    what: string,
    began: { readonly at: number; readonly failures: number },
  ): void {
    const seconds = ((performance.now() - began.at) / 1_000).toFixed(1);
    console.log(`${name.padEnd(12)} ${what}: ${tally.failures.length - began.failures} failed, ${seconds} s`);
  }
}

function summarize({ runs, calls, deletedCopies, faults, failures }: Tally): void {
  for (const { replay, struck, wrong } of failures.slice(0, SHOWN_FAILURES)) {
    console.log(`\nnpm run faults -- ${replay}`);
    for (const { call, fault } of struck)
      console.log(`  ${call.process} ${fault} at call ${call.nth}: ${call.service} ${call.name} ${call.on}`);
    for (const sentence of wrong) console.log(`  ! ${sentence}`);
  }
  const met = [...faults].map(([fault, count]) => `${count} × ${fault}`).join(", ");
  console.log(`\n${runs} runs, ${calls} calls. Faults: ${met || "none"}.`);
  console.log(
    `${deletedCopies} second copies of cards were taken away again. ${failures.length} runs failed.`,
  );
}

const [name] = positionals;
const chosen = scenarios.filter((scenario) => name === undefined || scenario.name === name);
const [first] = chosen;
if (first === undefined)
  throw new Error(`There is no scenario "${String(name)}": ${scenarios.map((one) => one.name).join(", ")}.`);
const tally = createTally();
const played = await replayed(first, tally);
if (played === undefined) await campaign(chosen, tally);
else console.log(played.around.scheduler.trace.join("\n"));
summarize(tally);
if (tally.failures.length > 0) process.exitCode = 1;
