// `npm start`: everything on one machine, with nothing but Node. Prints one address; Ctrl-C stops it; its data is kept.
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Config, type Logging, parseLogging, parseModel } from "../lambda/config.ts";
import { surroundingsOf } from "../lambda/surroundings.ts";
import { workflows } from "../workflows/registry.ts";
import { startApp } from "./app.ts";
import { createClock } from "./clock.ts";
import { LOCAL_SECRETS, localConfig } from "./config.ts";
import { modelFor, startScriptedModel } from "./model.ts";
import { createOps } from "./ops/server.ts";
import { buildPage } from "./page/bundle.ts";
import { createRunLog } from "./panels/run-log.ts";
import { createPanels } from "./panels/server.ts";
import { noteRunning } from "./running.ts";
import { startAwsStandIns } from "./servers.ts";
import { SEED } from "./slack/seed.ts";
import { createLocalSlack } from "./slack/server.ts";
import { createStore } from "./slack/store.ts";

const NAMES = { table: "countersign", queue: "countersign-jobs" };
const PACE = { sweepEveryMs: 5_000, workerTimeoutMs: 10_000, workers: 2 };

interface Settings {
  readonly port: number;
  readonly dataDir: string;
  readonly model: Config["openai"];
  readonly logging: Logging;
}

async function start({
  port,
  dataDir,
  model,
  logging,
}: Settings): Promise<{ url: string; apiUrl: string; stop: () => Promise<void> }> {
  mkdirSync(dataDir, { recursive: true });
  const around = surroundingsOf(logging, (line) => appendFileSync(join(dataDir, "app.log"), line));
  const note = modelFor(model);
  const [page, aws, scripted] = await Promise.all([
    buildPage(),
    startAwsStandIns(dataDir, NAMES),
    note.kind === "scripted" ? startScriptedModel() : undefined,
  ]);
  const { table } = NAMES;
  const store = createStore(join(dataDir, "slack.sqlite"));
  const clock = createClock(Date.now, store);
  const ops = await createOps({ store: join(dataDir, "ops.sqlite"), now: clock.nowMs }).listen(0);
  const runs = createRunLog({ dynamoUrl: aws.dynamoUrl, table, team: SEED.teamId, workflows });
  const slack = createLocalSlack({
    ...LOCAL_SECRETS,
    ...{ teamId: SEED.teamId, appUrl: "", store, clock, page },
    panels: createPanels({ opsUrl: ops.url, model: note, runs }),
  });
  const slackServer = await slack.listen(port);
  const config = localConfig({ ...aws, table, slackUrl: slackServer.url, opsUrl: ops.url });
  const openai = { ...model, ...(scripted && { baseUrl: scripted.url }) };
  // REST is beside the page where that is free, and says where it is.
  const apiPort = port === 0 ? 0 : port + 1;
  const pace = { ...PACE, deadQueueUrl: aws.deadQueueUrl, apiPort };
  const app = await startApp({ ...config, openai }, { ...around, clock }, pace);
  slack.setAppUrl(app.url);
  const { dynamoUrl } = aws;
  const noteStopped = noteRunning(dataDir, {
    slackUrl: slackServer.url,
    dynamoUrl,
    table,
    team: SEED.teamId,
  });
  return {
    url: slackServer.url,
    apiUrl: app.apiUrl,
    async stop(): Promise<void> {
      noteStopped();
      await app.stop();
      await Promise.all([slackServer.close(), ops.close(), aws.stop(), scripted?.stop()]);
      runs.close();
      store.close();
    },
  };
}

function settingsFrom(env: NodeJS.ProcessEnv): Settings {
  const port = Number(env["PORT"] ?? "3000");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`PORT must be a port number, not "${String(env["PORT"])}".`);
  const dataDir = env["COUNTERSIGN_DATA"] ?? ".countersign";
  return { port, dataDir, model: parseModel(env), logging: parseLogging(env) };
}

/** A sentence instead of a stack: what stands in the way here is almost always the port or a variable. */
async function startOrExplain(): ReturnType<typeof start> {
  try {
    return await start(settingsFrom(process.env));
  } catch (error) {
    console.error(`Countersign cannot start: ${explained(error)}`);
    process.exit(1);
  }
}

function explained(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isTaken = "code" in error && error.code === "EADDRINUSE" && "port" in error;
  return isTaken
    ? `the port ${String(error.port)} is taken. PORT=8080 npm start takes another one.`
    : error.message;
}

// The SDK refuses to sign without credentials; the stand-ins accept any, and real ones have no business here.
Object.assign(process.env, {
  AWS_REGION: "local",
  AWS_ACCESS_KEY_ID: "local",
  AWS_SECRET_ACCESS_KEY: "local",
});
const running = await startOrExplain();
console.log(
  `Countersign is ready after ${(performance.now() / 1_000).toFixed(1)} s: ${running.url}  (Ctrl-C stops it; REST: ${running.apiUrl}/docs)`,
);

let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => {
    if (stopping) process.exit(1);
    stopping = true;
    void running.stop().then(() => process.exit(0));
  });
}
