// Where this machine's Countersign can be reached while it runs: written beside its data, for the tools that ask for it.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

/** Nobody may lead a tool elsewhere by a file. */
const loopback = z.url().refine((url) => new URL(url).hostname === "127.0.0.1");

const Running = z.strictObject({
  slackUrl: loopback,
  dynamoUrl: loopback,
  queueUrl: loopback.exactOptional(),
  opsUrl: loopback.exactOptional(),
  table: z.string(),
  team: z.string(),
});
export type Running = z.infer<typeof Running>;

function fileIn(dataDir: string): string {
  return join(dataDir, "running.json");
}

/** Until it is called off: whoever is ended without a word leaves the file behind. */
export function noteRunning(dataDir: string, running: Running): () => void {
  const file = fileIn(dataDir);
  writeFileSync(file, `${JSON.stringify(running, null, 2)}\n`);
  return () => rmSync(file, { force: true });
}

/** Undefined where nothing runs, as far as the folder says. */
export function runningIn(dataDir: string): Running | undefined {
  try {
    return Running.parse(JSON.parse(readFileSync(fileIn(dataDir), "utf8")));
  } catch {
    // Not there, or not what is written there: for whoever asks it is all the same.
    return undefined;
  }
}
