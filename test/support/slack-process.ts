// `npm run start:slack` as a process, and the workspace that it connects to.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { createPerson, type LocalPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";

const APP_TOKEN = "xapp-local";

export interface Workspace {
  /** What the app is told of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly rita: LocalPerson;
  readonly ana: LocalPerson;
}

/** Goes when the test ends. */
export async function startWorkspace(): Promise<Workspace> {
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
  return {
    env: {
      SLACK_API_URL: `${server.url}/api/`,
      SLACK_APP_TOKEN: APP_TOKEN,
      SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken,
      SLACK_DEFAULT_CHANNEL: "#deploys",
      APPROVER_GROUP: "@oncall",
      OPERATOR_GROUP: "@ops",
    },
    rita: createPerson(server.url, SEED.users.rita),
    ana: createPerson(server.url, SEED.users.ana),
  };
}

/** A folder that goes with the test. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-start-slack-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}

export function startSlack(
  env: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): ChildProcess {
  const dataDir = env["COUNTERSIGN_DATA"] ?? freshFolder();
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "src/local/slack-main.ts", ...words],
    {
      env: { ...process.env, COUNTERSIGN_DATA: dataDir, PORT: "0", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill("SIGKILL")) await once(child, "exit");
  });
  return child;
}

/** Everything it says until it has said this, or ended. */
export async function saidBy({ stdout, stderr }: ChildProcess, until: string): Promise<string> {
  let said = "";
  stderr?.on("data", (chunk) => (said += String(chunk)));
  for await (const chunk of stdout ?? []) {
    said += String(chunk);
    if (said.includes(until)) break;
  }
  return said;
}
