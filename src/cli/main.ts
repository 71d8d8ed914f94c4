// npm run countersign -- <command>. Exits 0 when it was done, 1 when it was refused, 2 when the words were wrong.
import { existsSync } from "node:fs";
import { countersign } from "./countersign.ts";
import { terminalPrompt } from "./prompt.ts";

// As npm run start:slack: whoever names its file means its workspace, too. What is in the environment already counts more.
const isOnFile = process.argv.some((word) => word === "--store" || word.startsWith("--store="));
if (isOnFile && existsSync(".env")) process.loadEnvFile();
// What is asked stands beside what is answered, which may go to a file; so does how far it is.
const terminal = {
  ...(process.stdin.isTTY && { prompt: terminalPrompt(process.stdin, process.stderr) }),
  ...(process.stderr.isTTY && { progress: (line: string) => process.stderr.write(`${line}\n`) }),
};
const { code, out, err } = await countersign(process.argv.slice(2), process.env, terminal);
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;
