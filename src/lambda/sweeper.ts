// Every minute: finds what a crash or an outage left behind.
import { composeSweeper } from "./app.ts";
import { parseLogging } from "./config.ts";
import { live } from "./live.ts";
import { surroundingsOf } from "./surroundings.ts";

export const handler = live(
  { name: "sweeper", compose: composeSweeper },
  process.env,
  surroundingsOf(parseLogging(process.env)),
);
