// REST and webhooks: everything that comes with a key, a token or a signature that is not Slack's.
import { composeApi } from "./app.ts";
import { parseLogging } from "./config.ts";
import { withHealth } from "./health.ts";
import { isUnprovenWebhook, live } from "./live.ts";
import { surroundingsOf } from "./surroundings.ts";

export const handler = withHealth(
  live(
    { name: "api", compose: composeApi, isUnproven: isUnprovenWebhook },
    process.env,
    surroundingsOf(parseLogging(process.env)),
  ),
);
