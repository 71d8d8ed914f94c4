// kill -9 at the worst moments, with real processes: what was acknowledged survives, and effects happen once.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { localEnvironment } from "../../src/local/config.ts";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { createPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import {
  DEPLOY_COMMAND,
  DEPLOYS,
  messageLike,
  pendingCard,
  startSystem,
  type System,
} from "../support/system.ts";

const LONGER_THAN_ANY_HOLD_SECONDS = 120;
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning"];

async function until(child: ChildProcess, pattern: RegExp): Promise<string> {
  let seen = "";
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk);
    const found = pattern.exec(seen)?.[0];
    if (found !== undefined) return found;
  }
  throw new Error(`The process ended without printing ${String(pattern)}: ${seen}`);
}

async function startProduct(dataDir: string, port: string): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [...NODE_FLAGS, "src/local/main.ts"], {
    env: { PATH: process.env["PATH"], PORT: port, COUNTERSIGN_DATA: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { url: await until(child, /http:\/\/127\.0\.0\.1:\d+/), child };
}

async function end(child: ChildProcess, signal: "SIGKILL" | "SIGINT"): Promise<number | null> {
  const exited = once(child, "exit");
  child.kill(signal);
  const [code] = (await exited) as [number | null];
  return code;
}

async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

test("after kill -9 of everything between card and click, the click continues the run and deploys once", async () => {
  const dataDir = await dataFolder();
  const first = await startProduct(dataDir, "0");
  await createPerson(first.url, SEED.users.rita).say(DEPLOYS, DEPLOY_COMMAND);
  await pendingCard(createPerson(first.url, SEED.users.ana));
  await end(first.child, "SIGKILL");

  const second = await startProduct(dataDir, new URL(first.url).port);
  // Killed while it still held the thread, the dead worker keeps others from it until its lease has run out.
  await createAdministrator(second.url).advance(LONGER_THAN_ANY_HOLD_SECONDS);
  const ana = createPerson(second.url, SEED.users.ana);
  await ana.click(await pendingCard(ana), "Approve");
  await messageLike(ana, /^✅ Deployed checkout v2\.4\.1 to prod/, 30_000);
  const runs = (await ana.snapshot()).messages.filter(({ text }) => text.startsWith("deploy r-"));
  expect(runs).toHaveLength(1);
  expect(await end(second.child, "SIGINT")).toBe(0);

  const third = await startProduct(dataDir, "0");
  await messageLike(createPerson(third.url, SEED.users.ana), /^✅ Deployed checkout v2\.4\.1 to prod/);
  expect(await end(third.child, "SIGINT")).toBe(0);
}, 60_000);

interface Job {
  readonly thread: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A decision that no worker has seen yet: the queue is away while the click is counted. */
async function decidedJob(system: System): Promise<Job> {
  const { ana, relays, askToDeploy, config } = system;
  const card: Message = await askToDeploy();
  relays.sqs.cut();
  await ana.click(card, "Approve");
  await ana.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("Your decision is recorded")),
  );
  const thread = String(card.metadata?.event_payload["thread"]);
  const environment = localEnvironment({
    slackUrl: relays.slack.url,
    opsUrl: relays.ops.url,
    dynamoUrl: relays.dynamo.url,
    sqsUrl: relays.sqs.url,
    queueUrl: config.queueUrl,
    table: config.table,
  });
  return { thread, environment };
}

async function workerProcess({ thread, environment }: Job): Promise<ChildProcess> {
  const job = JSON.stringify({ v: 1, kind: "resume", team: SEED.teamId, thread });
  const aws = { AWS_REGION: "local", AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local" };
  const child = spawn(process.execPath, [...NODE_FLAGS, "test/support/worker-process.ts", job], {
    env: { PATH: process.env["PATH"], ...environment, ...aws },
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  await new Promise<void>((resolve) => child.stdout.once("data", () => resolve()));
  return child;
}

async function finished(child: ChildProcess): Promise<string> {
  let printed = "";
  child.stdout?.on("data", (chunk) => (printed += String(chunk)));
  await once(child, "exit");
  return printed;
}

test("of two worker processes on one thread, one continues it and the other leaves it alone", async () => {
  const system = await startSystem();
  const job = await decidedJob(system);
  const workers = await Promise.all([workerProcess(job), workerProcess(job)]);
  const printed = workers.map(finished);
  for (const worker of workers) worker.stdin?.write("go\n");
  for (const text of await Promise.all(printed)) expect(text).toContain("DONE 0");
  await messageLike(system.ana, /^✅ Deployed/);
  expect(await system.deployments()).toHaveLength(1);
  const replies = (await system.ana.snapshot()).messages.filter(({ text }) => text.startsWith("✅"));
  expect(replies).toHaveLength(1);
});

test("a worker killed after the effect and before it could save it is replaced, and the effect is not repeated", async () => {
  const system = await startSystem();
  const job = await decidedJob(system);
  // What runs there is looked at before it acts.
  system.relays.ops.holdAnswers("/deployments");
  const worker = await workerProcess(job);
  worker.stdin?.write("go\n");
  await expect.poll(system.deployments, { timeout: 10_000 }).toHaveLength(1);
  await end(worker, "SIGKILL");

  system.relays.ops.restore();
  system.relays.sqs.restore();
  await system.sweepAfter(120);
  await messageLike(system.ana, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)/);
  expect(await system.deployments()).toMatchObject([{ performed: 1, replays: 1 }]);
});
