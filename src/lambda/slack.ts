// Everything Slack sends: commands, clicks and submitted forms.
import { composeSlack } from "./app.ts";
import { isUnsigned, live } from "./live.ts";
import { surroundings } from "./surroundings.ts";

export const handler = live(
  { name: "slack", compose: composeSlack, isUnproven: isUnsigned },
  process.env,
  surroundings,
);
