// `npm start`: everything on one machine, with nothing but Node. Prints one address; Ctrl-C stops it; its data is kept.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { workflows } from "../workflows/registry.ts";
import { startApp } from "./app.ts";
import { createClock } from "./clock.ts";
import { LOCAL_SECRETS, localConfig } from "./config.ts";
import {
  NO_CREDENTIALS,
  secondsSinceStart,
  type Settings,
  settingsFrom,
  startMachine,
  startOrExplain,
  stopOnSignals,
} from "./machine.ts";
import { buildPage } from "./page/bundle.ts";
import { createRunLog } from "./panels/run-log.ts";
import { createPanels } from "./panels/server.ts";
import { noteRunning } from "./running.ts";
import { SEED } from "./slack/seed.ts";
import { createLocalSlack } from "./slack/server.ts";
import { createStore } from "./slack/store.ts";

async function start(
  settings: Settings,
): Promise<{ url: string; apiUrl: string; stop: () => Promise<void> }> {
  const { port, dataDir } = settings;
  mkdirSync(dataDir, { recursive: true });
  const store = createStore(join(dataDir, "slack.sqlite"));
  const clock = createClock(Date.now, store);
  const [page, machine] = await Promise.all([buildPage(), startMachine(settings, clock)]);
  const { table, opsUrl, note, openai, around, pace } = machine;
  const { dynamoUrl, queueUrl } = machine.aws;
  const team = SEED.teamId;
  const runs = createRunLog({ dynamoUrl, table, team, workflows });
  const slack = createLocalSlack({
    ...LOCAL_SECRETS,
    ...{ teamId: team, appUrl: "", store, clock, page },
    panels: createPanels({ opsUrl, model: note, runs }),
  });
  const slackServer = await slack.listen(port);
  const config = localConfig({ ...machine.aws, table, slackUrl: slackServer.url, opsUrl });
  // REST is beside the page where that is free, and says where it is.
  const apiPort = port === 0 ? 0 : port + 1;
  const app = await startApp({ ...config, openai, keeping: settings.keeping }, around, { ...pace, apiPort });
  slack.setAppUrl(app.url);
  const noteStopped = noteRunning(dataDir, {
    ...{ slackUrl: slackServer.url, dynamoUrl, queueUrl, opsUrl },
    ...{ table, team },
  });
  return {
    url: slackServer.url,
    apiUrl: app.apiUrl,
    async stop(): Promise<void> {
      noteStopped();
      await app.stop();
      await Promise.all([slackServer.close(), machine.stop()]);
      runs.close();
      store.close();
    },
  };
}

Object.assign(process.env, NO_CREDENTIALS);
const { url, apiUrl, stop } = await startOrExplain(() =>
  start(settingsFrom(process.env, { port: 3_000, dataDir: ".countersign" })),
);
stopOnSignals(stop);
console.log(
  `Countersign is ready after ${secondsSinceStart()} s: ${url}  (Ctrl-C stops it; REST: ${apiUrl}/docs)`,
);
