// npm run countersign -- <command>. Exits 0 when it was done, 1 when it was refused, 2 when the words were wrong.
import { existsSync } from "node:fs";
import { reasonOf } from "../approvals/reason.ts";
import { countersign } from "./countersign.ts";
import { terminalPrompt } from "./prompt.ts";

// As npm run start:slack: whoever names its file means its workspace, too. What is in the environment already counts more.
const isOnFile = process.argv.some((word) => word === "--store" || word.startsWith("--store="));
if (isOnFile && existsSync(".env")) loadVariables();
// Whoever reads only the first lines, as head does, has what they wanted; a full disk has not.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") return;
  process.stderr.write(`The answer could not be written: ${reasonOf(error)}\n`);
  process.exitCode = 1;
});
// What is asked stands beside what is answered, which may go to a file; so does how far it is.
const terminal = {
  ...(process.stdin.isTTY && { prompt: terminalPrompt(process.stdin, process.stderr) }),
  ...(process.stderr.isTTY && { progress: (line: string) => process.stderr.write(`${line}\n`) }),
};
const { code, out, err } = await countersign(process.argv.slice(2), process.env, terminal);
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;

function loadVariables(): void {
  try {
    process.loadEnvFile();
  } catch (error) {
    process.stderr.write(`.env cannot be read, so none of its variables counts: ${reasonOf(error)}\n`);
  }
}
