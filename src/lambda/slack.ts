// Everything Slack sends: commands, clicks and submitted forms.
import { composeSlack } from "./app.ts";
import { parseConfig } from "./config.ts";
import { stdoutLog } from "./log.ts";

export const handler = composeSlack(parseConfig(process.env), stdoutLog);
