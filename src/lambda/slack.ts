// Everything Slack sends: commands, clicks and submitted forms.
import { composeSlack } from "./app.ts";
import { parseLogging } from "./config.ts";
import { isUnsigned, live } from "./live.ts";
import { surroundingsOf } from "./surroundings.ts";

export const handler = live(
  { name: "slack", compose: composeSlack, isUnproven: isUnsigned },
  process.env,
  surroundingsOf(parseLogging(process.env)),
);
