// Jobs that failed each time they were delivered: their runs are marked failed and shown.
import { composeDeadLetter } from "./app.ts";
import { parseLogging } from "./config.ts";
import { live } from "./live.ts";
import { surroundingsOf } from "./surroundings.ts";

export const handler = live(
  { name: "dead-letter", compose: composeDeadLetter },
  process.env,
  surroundingsOf(parseLogging(process.env)),
);
