// Wake-ups from the queue: takes threads as far as they can go.
import { composeWorker } from "./app.ts";
import { parseConfig } from "./config.ts";
import { surroundings } from "./surroundings.ts";

export const handler = composeWorker(parseConfig(process.env), surroundings);
