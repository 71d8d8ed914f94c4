// `npm run start:slack`: the app on one machine, in a real workspace, over a socket that it opens itself; with `--store sqlite:./data.db` all it keeps is in that
// file. Ctrl-C stops it; its data is kept.
import { randomBytes } from "node:crypto";
import { composeSlack } from "../lambda/app.ts";
import { type Config, parseConfig } from "../lambda/config.ts";
import { SILENT } from "../runs/silent-log.ts";
import { createSlackClient } from "../slack/client.ts";
import type { Installation } from "../slack/installation.ts";
import { connectSocket } from "./adapters/socket.ts";
import { startBehind } from "./app.ts";
import { createClock, type LocalClock } from "./clock.ts";
import { fileIn, keptIn, type Kept } from "./kept.ts";
import {
  NO_CREDENTIALS,
  secondsSinceStart,
  type Settings,
  settingsFrom,
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

interface Given {
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where everything is kept, if not where AWS's stand-ins keep it. */
  readonly file: string | undefined;
}

async function start({ settings, env, file }: Given): Promise<Started> {
  const apiUrl = env["SLACK_API_URL"] || undefined;
  const told = await workspaceSettings(env, (token) =>
    createSlackClient({ token, apiUrl, timeoutMs: LOOK_UP_MS, log: SILENT }),
  );
  const clock = createClock(Date.now);
  const kept = await keptIn(file, settings, clock);
  const { around, openai } = kept.machine;
  const parsed = parseConfig({
    ...env,
    ...told.variables,
    // Nobody else signs anything: the socket's envelopes are signed here, for the door they go through.
    SLACK_SIGNING_SECRET: randomBytes(32).toString("hex"),
    OPS_URL: env["OPS_URL"] || kept.machine.opsUrl,
    ...kept.variables,
  });
  const config = { ...parsed, openai };
  // First, for it may be refused: who is started again and again is not to break off a step each time.
  const socket = await socketTo({ appToken: told.appToken, apiUrl, config, kept, clock });
  const behind = await startBehind(config, around, { ...kept.pace, apiPort: settings.port });
  return {
    ...{ installation: told.installation, lacking: told.lacking, apiUrl: behind.apiUrl },
    command: config.slack.command,
    async stop(): Promise<void> {
      await socket.close();
      await behind.stop();
      await kept.stop();
    },
  };
}

interface SocketNeeds {
  readonly appToken: string;
  readonly apiUrl: string | undefined;
  readonly config: Config;
  readonly kept: Kept;
  readonly clock: LocalClock;
}

function socketTo({ appToken, apiUrl, config, kept, clock }: SocketNeeds): ReturnType<typeof connectSocket> {
  const { around } = kept.machine;
  const { signingSecret } = config.slack;
  const { nowMs } = clock;
  return connectSocket(
    { ...{ appToken, apiUrl, signingSecret, nowMs }, log: around.log },
    composeSlack(config, around, kept.pace.stores),
  );
}

Object.assign(process.env, NO_CREDENTIALS);
const { installation, lacking, command, apiUrl, stop } = await startOrExplain(() => {
  const settings = settingsFrom(process.env, { port: 3_001, dataDir: ".countersign-slack" });
  return start({ settings, env: process.env, file: fileIn(process.argv.slice(2)) });
});
stopOnSignals(stop);
if (lacking.length > 0)
  console.warn(
    `The bot token has not the scopes ${lacking.join(", ")}, so some things will fail. Add them at api.slack.com/apps under “OAuth & Permissions”, or paste the manifest again, and install the app again.`,
  );
console.log(
  `Countersign is ready after ${secondsSinceStart()} s in the workspace ${installation.teamName} (${installation.url}): type ${command} help there  (Ctrl-C stops it; REST: ${apiUrl}/docs)`,
);
