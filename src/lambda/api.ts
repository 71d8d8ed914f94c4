// REST and webhooks: everything that comes with a key, a token or a signature that is not Slack's.
import { composeApi } from "./app.ts";
import { parseConfig } from "./config.ts";
import { surroundings } from "./surroundings.ts";

export const handler = composeApi(parseConfig(process.env), surroundings);
