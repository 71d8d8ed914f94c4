// `npm run bench`: agents as runs of the product, from command to outcome: what one asks of DynamoDB, and what a hundred at once take beyond their model.
import type { ThreadKey } from "../../src/runs/run.ts";
import { agentWorkflow, ANSWER, mockModel } from "./agent-mock.ts";
import type { Metered } from "./meter.ts";
import { startBenchServer } from "./server.ts";
import { createWorld, type World } from "./world.ts";

const AGENTS = 100;
const LATENCIES_MS = [0, 20];
const MODEL_CALLS = 2;

async function approveIn(world: World, key: ThreadKey): Promise<void> {
  await world.approve(await world.approval(key));
}

async function assertEnded(world: World, key: ThreadKey): Promise<void> {
  const run = await world.run(key);
  const isRight = run?.status.kind === "done" && run.status.outcome.text === ANSWER;
  if (!isRight) throw new Error(`An agent has not come to its end: ${JSON.stringify(run?.status)}.`);
}

/** Until it has asked, and from the click to its end. */
async function oneRun(world: World, count: () => Metered): Promise<readonly [Metered, Metered]> {
  count();
  const key = await world.start();
  await world.work();
  const asked = count();
  await approveIn(world, key);
  await world.work();
  const ended = count();
  await assertEnded(world, key);
  return [asked, ended];
}

/** As many workers as runs, as Lambda would have. */
async function atOnce(world: World): Promise<number> {
  const from = performance.now();
  const keys = await Promise.all(Array.from({ length: AGENTS }, () => world.start()));
  await world.work(AGENTS);
  await Promise.all(keys.map((key) => approveIn(world, key)));
  await world.work(AGENTS);
  const ms = performance.now() - from;
  for (const key of keys) await assertEnded(world, key);
  return ms;
}

function heapUsed(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

export async function measureAgentRuns(): Promise<void> {
  const { dynamo, table, count, stop } = await startBenchServer();
  try {
    console.log(`\nThe same agent as a run of the product, on a server in another process`);
    for (const latencyMs of LATENCIES_MS) {
      const world = createWorld(dynamo, table, ["approvers"], {
        workflow: agentWorkflow,
        model: mockModel(latencyMs),
      });
      await oneRun(world, count);
      const [asked, ended] = await oneRun(world, count);
      const before = heapUsed();
      const ms = (await atOnce(world)) - MODEL_CALLS * latencyMs;
      const leftKb = (heapUsed() - before) / 1_024 / AGENTS;
      if (latencyMs === 0)
        console.log(
          `  requests of one run       ${asked.requests} until it asks, ${ended.requests} from the click to its end; ${asked.units + ended.units} units`,
        );
      console.log(
        `  ${AGENTS} at once, ${String(latencyMs).padStart(2)} ms a model  ${(ms / AGENTS).toFixed(1)} ms a run beyond the model, ${leftKb.toFixed(1)} KB of it left in memory`,
      );
    }
  } finally {
    stop();
  }
}
