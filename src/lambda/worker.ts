// Wake-ups from the queue: takes threads as far as they can go.
import { composeWorker } from "./app.ts";
import { parseConfig } from "./config.ts";
import { stdoutLog } from "./log.ts";

export const handler = composeWorker(parseConfig(process.env), stdoutLog);
