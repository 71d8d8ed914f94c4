// Starts the product as a newcomer would, with `npm start`, approves one deployment over its public doors, and stops it with Ctrl-C's signal.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";

const START_LIMIT_MS = 5_000;

async function started(child: ChildProcess): Promise<string> {
  let printed = "";
  for await (const chunk of child.stdout ?? []) {
    printed += String(chunk);
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error(`npm start ended before it was ready: ${printed}`);
}

async function approveOne(url: string): Promise<string> {
  const page = await fetch(url);
  if (!page.ok) throw new Error(`The page answered ${page.status}.`);
  const { rita, ana } = SEED.users;
  await createPerson(url, rita).say(
    SEED.channels.deploys,
    "/countersign run deploy service=checkout version=v2.4.1 env=prod",
  );
  const approver = createPerson(url, ana);
  const card = await approver.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("Approval needed")),
  );
  await approver.click(card, "Approve");
  const reply = await approver.waitFor(({ messages }) =>
    messages.find(({ text }) => text.startsWith("✅ Deployed")),
  );
  return reply.text;
}

const dataDir = await mkdtemp(join(tmpdir(), "countersign-smoke-"));
const since = performance.now();
const child = spawn("npm", ["start"], {
  env: { ...process.env, PORT: "0", COUNTERSIGN_DATA: dataDir },
  stdio: ["ignore", "pipe", "inherit"],
  // A group of its own, so that the signal reaches what npm started, as Ctrl-C in a terminal does.
  detached: true,
});
const exited = once(child, "exit");
try {
  const url = await started(child);
  const ms = performance.now() - since;
  console.log(`npm start was ready after ${(ms / 1_000).toFixed(1)} s.`);
  if (ms > START_LIMIT_MS)
    console.log(`That is more than the ${START_LIMIT_MS / 1_000} s we promise; a busy machine may be why.`);
  console.log(`One approval went through: ${await approveOne(url)}`);
} finally {
  if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  await exited;
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
console.log("It stopped cleanly.");
