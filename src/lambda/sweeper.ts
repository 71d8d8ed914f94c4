// Every minute: finds what a crash or an outage left behind.
import { composeSweeper } from "./app.ts";
import { parseConfig } from "./config.ts";
import { surroundings } from "./surroundings.ts";

export const handler = composeSweeper(parseConfig(process.env), surroundings);
