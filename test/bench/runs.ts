// `npm run bench`: what an approved run costs in DynamoDB from command to outcome, and how many decisions and runs a second the store takes.
import type { Approval } from "../../src/approvals/approval.ts";
import type { ThreadKey } from "../../src/runs/run.ts";
import { createFullState } from "./full-state.ts";
import type { Metered } from "./meter.ts";
import { startBenchServer } from "./server.ts";
import { createWorld, type World } from "./world.ts";

const CLICKERS = 32;
const DECISIONS = 640;
const RUNS = 60;
const AIM_REQUESTS = 24;
/** What the five steps write, between the input and the pause. */
const STEPS = ["v1", "planned", "built", "asked", "approved", "released", "announced"];

const { dynamo, table: TABLE, count, stop } = await startBenchServer();
const world = createWorld(dynamo, TABLE);

type Trip = Readonly<Record<"asked" | "decided" | "ended", Metered>>;

async function approvedRun(): Promise<Trip> {
  count();
  const key = await world.start();
  await world.work();
  const asked = count();
  const approval = await world.approval(key);
  count();
  await world.approve(approval);
  const decided = count();
  await world.work();
  return { asked, decided, ended: count() };
}

async function waiting(many: number): Promise<readonly Approval[]> {
  const keys: ThreadKey[] = [];
  for (let n = 0; n < many; n++) keys.push(await world.start());
  await world.work();
  return Promise.all(keys.map((key) => world.approval(key)));
}

async function decisions({ approve }: World, approvals: readonly Approval[]): Promise<number> {
  const left = approvals.values();
  const clicker = async (): Promise<number> => {
    let recorded = 0;
    for (const approval of left) if ((await approve(approval)).kind === "recorded") recorded++;
    return recorded;
  };
  const each = await Promise.all(Array.from({ length: CLICKERS }, clicker));
  return each.reduce((sum, one) => sum + one, 0);
}

async function perSecond(what: () => Promise<number>): Promise<number> {
  const from = performance.now();
  const done = await what();
  return (done * 1_000) / (performance.now() - from);
}

/** What a saver of full states spends on the same checkpoints: an input, five steps, a pause; loaded once for each half. */
async function fullStates(): Promise<Metered> {
  const saver = createFullState(dynamo, TABLE);
  const thread = "full-run";
  count();
  for (let step = 1; step <= STEPS.length; step++) await saver.save(thread, step, STEPS.slice(0, step));
  await saver.load(thread);
  await saver.load(thread);
  return count();
}

function sumOf(all: readonly Metered[]): Metered {
  const sum = (of: keyof Metered): number => all.reduce((before, one) => before + one[of], 0);
  return { requests: sum("requests"), items: sum("items"), bytes: sum("bytes"), units: sum("units") };
}

function tell(what: string, { requests, items, bytes, units }: Metered): void {
  const spent = [
    `${requests} requests`,
    `${items} items`,
    `${rounded(bytes / 1_024)} KB`,
    `${rounded(units)} units`,
  ];
  console.log(`  ${what.padEnd(50)} ${spent.map((text) => text.padStart(12)).join("")}`);
}

const rounded = (value: number): string => (Math.round(value * 10) / 10).toLocaleString("en-US");

await approvedRun();
const trip = await approvedRun();
console.log("\nA run of five steps with one approval, from command to outcome");
for (const [stage, spent] of Object.entries(trip)) tell(`until ${stage}`, spent);
tell(`together (aim: ${AIM_REQUESTS} requests)`, sumOf(Object.values(trip)));
tell("full states alone: no lease, no records, no cards", await fullStates());

const approvals = await waiting(DECISIONS);
console.log(
  `\n${CLICKERS} clickers\n  each on its own question  ${rounded(await perSecond(() => decisions(world, approvals)))} decisions a second`,
);
const [contested] = await waiting(1);
if (contested !== undefined) {
  const recorded = await decisions(
    world,
    Array.from({ length: CLICKERS }, () => contested),
  );
  console.log(`  all on one question       ${recorded} decided it, ${CLICKERS - recorded} were told`);
}
await world.work();

const runs = await perSecond(async () => {
  for (let n = 0; n < RUNS; n++) await approvedRun();
  return RUNS;
});
console.log(`\nRuns end to end, one after the other  ${rounded(runs)} a second`);

stop();
