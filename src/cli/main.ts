// npm run countersign -- <command>. Exits 0 when it was done, 1 when it was refused, 2 when the words were wrong.
import { countersign } from "./countersign.ts";
import { terminalPrompt } from "./prompt.ts";

// What is asked stands beside what is answered, which may go to a file.
const prompt = process.stdin.isTTY ? terminalPrompt(process.stdin, process.stderr) : undefined;
const { code, out, err } = await countersign(process.argv.slice(2), process.env, prompt);
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;
