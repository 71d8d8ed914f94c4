// Wake-ups from the queue: takes threads as far as they can go.
import { composeWorker } from "./app.ts";
import { parseLogging } from "./config.ts";
import { live } from "./live.ts";
import { surroundingsOf } from "./surroundings.ts";

export const handler = live(
  { name: "worker", compose: composeWorker },
  process.env,
  surroundingsOf(parseLogging(process.env)),
);
