// npm run faults: every single fault of every scenario, many by chance, and processes that are killed. With a scenario and a seed or a call, plays that one again and tells it.
import { randomUUID } from "node:crypto";
import { parseArgs } from "node:util";
import "./environment.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createTable } from "../../src/aws/table.ts";
import { startDynalite, startDynoxide } from "../support/servers.ts";
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
import { playCampaign } from "./processes/campaign.ts";
import { summaryOf, troubleIn } from "./processes/report.ts";
import { scenarios } from "./scenarios/all.ts";
import type { Scenario } from "./scenario.ts";
import type { FaultKind } from "./seam.ts";
import type { Played } from "./world.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** By chance, over all scenarios. */
    runs: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    /** The same on a server process, of each scenario. */
    served: { type: "string", default: "20" },
    /** With processes that are killed. */
    processes: { type: "string", default: "200" },
    // Which one to play again.
    seed: { type: "string" },
    order: { type: "string" },
    at: { type: "string" },
    fault: { type: "string" },
    calm: { type: "boolean", default: false },
  },
});

/** Of the failures so many are told in full. */
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

/** Plays something of every scenario, and says how it went. */
async function each(
  chosen: readonly Scenario[],
  tally: Tally,
  played: (scenario: Scenario) => Promise<string>,
): Promise<void> {
  for (const scenario of chosen) {
    const [began, before] = [performance.now(), tally.failures.length];
    const what = await played(scenario);
    const seconds = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(
      `${scenario.name.padEnd(10)} ${what}: ${tally.failures.length - before} failed, ${seconds} s`,
    );
  }
}

async function campaign(chosen: readonly Scenario[], tally: Tally): Promise<void> {
  await each(chosen, tally, async (scenario) => {
    const singles = await singlesOf(scenario);
    for (const single of singles) await playSingle(scenario, single, tally);
    return `${singles.length} single faults`;
  });
  const from = Number(values.from);
  const count = Math.ceil(Number(values.runs) / chosen.length);
  await each(chosen, tally, async (scenario) => {
    for (let seed = from; seed < from + count; seed++) await playRandom(scenario, seed, tally);
    return `seeds ${from} to ${from + count - 1}`;
  });
  if (Number(values.served) > 0) await served(chosen, tally);
}

async function served(chosen: readonly Scenario[], tally: Tally): Promise<void> {
  const { url, process: server } = (await startDynoxide()) ?? (await startDynalite());
  try {
    const table = await createdTable(url);
    await each(chosen, tally, async (scenario) => {
      const count = Number(values.served);
      for (let seed = 1; seed <= count; seed++)
        await playRandom(scenario, seed, tally, { server: { url, table }, team: `T${randomUUID()}` });
      return `seeds 1 to ${count} on a server process`;
    });
  } finally {
    server.kill();
  }
}

async function createdTable(url: string): Promise<string> {
  const dynamo = createDynamo({ endpoint: url, timeoutMs: 5_000, maxAttempts: 3 });
  await createTable(dynamo, "faults");
  dynamo.destroy();
  return "faults";
}

/** Real processes and real time; false when a promise was broken. */
async function killed(runs: number): Promise<boolean> {
  const campaign = await playCampaign({ runs, seed: values.from });
  if (campaign.violations.length > 0) console.log(troubleIn(campaign));
  console.log(summaryOf(campaign));
  return campaign.violations.length === 0;
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
const isKilling = played === undefined && name === undefined && Number(values.processes) > 0;
const isKept = !isKilling || (await killed(Number(values.processes)));
if (tally.failures.length > 0 || !isKept) process.exitCode = 1;
