// `npm run start:slack`: the app on one machine, in a real workspace, over a socket that it opens itself. Ctrl-C stops it; its data is kept.
import { randomBytes } from "node:crypto";
import { composeSlack } from "../lambda/app.ts";
import { parseConfig } from "../lambda/config.ts";
import { SILENT } from "../runs/silent-log.ts";
import { createSlackClient } from "../slack/client.ts";
import type { Installation } from "../slack/installation.ts";
import { connectSocket } from "./adapters/socket.ts";
import { startBehind } from "./app.ts";
import { createClock } from "./clock.ts";
import {
  NO_CREDENTIALS,
  secondsSinceStart,
  type Settings,
  settingsFrom,
  startMachine,
  startOrExplain,
  stopOnSignals,
} from "./machine.ts";
import { workspaceSettings } from "./workspace-settings.ts";

const LOOK_UP_MS = 10_000;

interface Started {
  readonly installation: Installation;
  readonly lacking: readonly string[];
  readonly command: string;
  readonly apiUrl: string;
  readonly stop: () => Promise<void>;
}

async function start(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Started> {
  const apiUrl = env["SLACK_API_URL"] || undefined;
  const told = await workspaceSettings(env, (token) =>
    createSlackClient({ token, apiUrl, timeoutMs: LOOK_UP_MS, log: SILENT }),
  );
  const clock = createClock(Date.now);
  const machine = await startMachine(settings, clock);
  const { around, aws, openai, pace, table } = machine;
  const parsed = parseConfig({
    ...env,
    ...told.variables,
    // Nobody else signs anything: the socket's envelopes are signed here, for the door they go through.
    SLACK_SIGNING_SECRET: randomBytes(32).toString("hex"),
    ...{ TABLE_NAME: table, QUEUE_URL: aws.queueUrl },
    OPS_URL: env["OPS_URL"] || machine.opsUrl,
    ...{ AWS_ENDPOINT_URL_DYNAMODB: aws.dynamoUrl, AWS_ENDPOINT_URL_SQS: aws.sqsUrl },
  });
  const config = { ...parsed, openai };
  const behind = await startBehind(config, around, { ...pace, apiPort: settings.port });
  const { signingSecret, command } = config.slack;
  const socket = await connectSocket(
    { appToken: told.appToken, apiUrl, signingSecret, nowMs: clock.nowMs, log: around.log },
    composeSlack(config, around),
  );
  return {
    ...{ installation: told.installation, lacking: told.lacking, command, apiUrl: behind.apiUrl },
    async stop(): Promise<void> {
      await socket.close();
      await behind.stop();
      await machine.stop();
    },
  };
}

Object.assign(process.env, NO_CREDENTIALS);
const { installation, lacking, command, apiUrl, stop } = await startOrExplain(() =>
  start(settingsFrom(process.env, { port: 3_001, dataDir: ".countersign-slack" }), process.env),
);
stopOnSignals(stop);
if (lacking.length > 0)
  console.warn(
    `The bot token has not the scopes ${lacking.join(", ")}, so some things will fail. Add them at api.slack.com/apps under “OAuth & Permissions”, or paste the manifest again, and install the app again.`,
  );
console.log(
  `Countersign is ready after ${secondsSinceStart()} s in the workspace ${installation.teamName} (${installation.url}): type ${command} help there  (Ctrl-C stops it; REST: ${apiUrl}/docs)`,
);
