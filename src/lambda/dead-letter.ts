// Jobs that failed each time they were delivered: their runs are marked failed and shown.
import { composeDeadLetter } from "./app.ts";
import { parseConfig } from "./config.ts";
import { surroundings } from "./surroundings.ts";

export const handler = composeDeadLetter(parseConfig(process.env), surroundings);
