// `npm start`: everything on one machine, with nothing but Node. Prints one address; Ctrl-C stops it; its data is kept.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createLog } from "../lambda/log.ts";
import { surroundings } from "../lambda/surroundings.ts";
import { startApp } from "./app.ts";
import { LOCAL_SECRETS, localConfig } from "./config.ts";
import { createOps } from "./ops/server.ts";
import { buildPage } from "./page/bundle.ts";
import { startAwsStandIns } from "./servers.ts";
import { SEED } from "./slack/seed.ts";
import { createLocalSlack } from "./slack/server.ts";
import { createStore } from "./slack/store.ts";

const NAMES = { table: "countersign", queue: "countersign-jobs" };
const PACE = { sweepEveryMs: 5_000, workerTimeoutMs: 10_000, workers: 2 };

interface Settings {
  readonly port: number;
  readonly dataDir: string;
}

async function start({ port, dataDir }: Settings): Promise<{ url: string; stop: () => Promise<void> }> {
  mkdirSync(dataDir, { recursive: true });
  const log = createLog((line) => appendFileSync(join(dataDir, "app.log"), line));
  const [page, aws] = await Promise.all([buildPage(), startAwsStandIns(dataDir, NAMES)]);
  const ops = await createOps({ store: join(dataDir, "ops.sqlite"), now: Date.now }).listen(0);
  const store = createStore(join(dataDir, "slack.sqlite"));
  const slack = createLocalSlack({
    ...LOCAL_SECRETS,
    teamId: SEED.teamId,
    appUrl: "",
    store,
    now: Date.now,
    page,
  });
  const slackServer = await slack.listen(port);
  const config = localConfig({ ...aws, table: NAMES.table, slackUrl: slackServer.url, opsUrl: ops.url });
  const app = await startApp(config, { ...surroundings, log }, PACE);
  slack.setAppUrl(app.url);
  return {
    url: slackServer.url,
    async stop(): Promise<void> {
      await app.stop();
      await Promise.all([slackServer.close(), ops.close(), aws.stop()]);
      store.close();
    },
  };
}

function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env["PORT"] ?? "3000");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a port number, not "${String(env["PORT"])}".`);
  return { port, dataDir: env["COUNTERSIGN_DATA"] ?? ".countersign" };
}

// The SDK refuses to sign without credentials; the stand-ins accept any, and real ones have no business here.
Object.assign(process.env, {
  AWS_REGION: "local",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});
const running = await start(settingsFrom(process.env));
console.log(
  `Countersign is ready after ${(performance.now() / 1_000).toFixed(1)} s: ${running.url}  (Ctrl-C stops it)`,
);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    void running.stop().then(() => process.exit(0));
  });
}
