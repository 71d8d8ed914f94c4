// `npm run start:slack` as a process: it connects to a workspace, a deployment is approved there, and it stops.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { createPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, pendingCard } from "../support/system.ts";

const APP_TOKEN = "xapp-local";

function startSlack(env: Readonly<Record<string, string>>): ChildProcess {
  const dataDir = mkdtempSync(join(tmpdir(), "countersign-start-slack-"));
  const child = spawn(process.execPath, ["src/local/slack-main.ts"], {
    env: { ...process.env, COUNTERSIGN_DATA: dataDir, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  return child;
}

/** Everything it says until it has said this, or ended. */
async function saidBy({ stdout, stderr }: ChildProcess, until: string): Promise<string> {
  let said = "";
  stderr?.on("data", (chunk) => (said += String(chunk)));
  for await (const chunk of stdout ?? []) {
    said += String(chunk);
    if (said.includes(until)) break;
  }
  return said;
}

test("with two tokens and three names it is in the workspace: a deployment is approved there, and Ctrl-C stops it", async () => {
  const store = createStore(":memory:");
  const slack = createLocalSlack({
    ...LOCAL_SECRETS,
    ...{ teamId: SEED.teamId, appUrl: "", store, clock: createClock(Date.now) },
    socketMode: { appToken: APP_TOKEN },
  });
  const server = await slack.listen(0);
  onTestFinished(async () => {
    await server.close();
    store.close();
  });
  const child = startSlack({
    SLACK_API_URL: `${server.url}/api/`,
    SLACK_APP_TOKEN: APP_TOKEN,
    SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken,
    SLACK_DEFAULT_CHANNEL: "#deploys",
    APPROVER_GROUP: "@oncall",
    OPERATOR_GROUP: "@ops",
  });
  const said = await saidBy(child, "/docs)");
  expect(said).toMatch(
    /^Countersign is ready after [\d.]+ s in the workspace Countersign Local \(.+\): type \/countersign help there {2}\(Ctrl-C stops it; REST: http:\/\/127\.0\.0\.1:\d+\/docs\)\n$/,
  );
  const [rita, ana] = [createPerson(server.url, SEED.users.rita), createPerson(server.url, SEED.users.ana)];
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await ana.click(await pendingCard(ana), "Approve");
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod/);
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([0, null]);
}, 60_000);
