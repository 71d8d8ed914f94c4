// Everything Slack sends: commands, clicks and submitted forms.
import { composeSlack } from "./app.ts";
import { parseConfig } from "./config.ts";
import { surroundings } from "./surroundings.ts";

export const handler = composeSlack(parseConfig(process.env), surroundings);
