// npm run manifest: writes what is made from the workflows. With --url or --socket-mode it prints the Slack app instead, for "From a manifest" at api.slack.com/apps.
import { parseArgs } from "node:util";
import { reasonOf } from "../src/approvals/reason.ts";
import { DEFAULT_COMMAND } from "../src/lambda/config.ts";
import { type AppManifest, appManifest, type Door } from "../src/slack/app-manifest.ts";
import { EVENTS, SCOPES } from "../src/slack/permissions.ts";

const USAGE = [
  "npm run manifest: writes the list of workflows and the OpenAPI document",
  "npm run -s manifest -- --url https://…: prints the Slack app, for the address that npm run deploy printed",
  "npm run -s manifest -- --socket-mode: prints the Slack app for npm run start:slack, which needs no address",
  "",
  `--command /approve: what people type, if it is not to be ${DEFAULT_COMMAND}; the stage has it as slack-command below params in serverless.yml`,
  '--name "Countersign (dev)": the name of the app, where a workspace has it more than once',
].join("\n");

const OPTIONS = {
  url: { type: "string" },
  "socket-mode": { type: "boolean", default: false },
  command: { type: "string", default: DEFAULT_COMMAND },
  name: { type: "string", default: "Countersign" },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function main(args: readonly string[]): Promise<void> {
  // Other than for Slack it takes no words.
  if (args.length === 0) await import("./write-manifest.ts");
  else printApp(args);
}

function printApp(args: readonly string[]): void {
  const {
    help,
    url,
    "socket-mode": isSocket,
    command,
    name,
  } = parseArgs({ args: [...args], options: OPTIONS }).values;
  if (help) {
    console.log(USAGE);
    return;
  }
  if ((url === undefined) !== isSocket) throw new Error("Give either --url or --socket-mode.");
  const door: Door = url === undefined ? { kind: "socket" } : { kind: "http", url };
  const app: AppManifest = appManifest({ command, name }, door);
  console.log(JSON.stringify(app, null, 2));
  // Beside what is pasted: it stays out of a file that the manifest is written to.
  console.error(aside(isSocket));
}

function aside(isSocket: boolean): string {
  const reasons = Object.entries({ ...SCOPES, ...EVENTS }).map(([name, reason]) => `  ${name}: ${reason}`);
  const next = isSocket
    ? "Install it to the workspace, make an app-level token with connections:write, then: npm run start:slack."
    : "Install it to the workspace, then: npm run countersign -- setup --stage <stage>. After that, Slack can verify the address under Event Subscriptions.";
  return [
    "",
    "Paste this at https://api.slack.com/apps: Create New App, From a manifest, JSON.",
    next,
    "",
    "What the app asks for, and why:",
    ...reasons,
  ].join("\n");
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  console.error(`${reasonOf(error)}\n\n${USAGE}`);
  process.exitCode = 2;
}
