// npm run audit:verify <file> --head <hash>: another name for "countersign audit verify" of a file. Exits 0 when it is whole, 1 when not, 2 when there is nothing to verify.
import { verified } from "./histories/verified-words.ts";

const { code, text } = verified(process.argv.slice(2));
(code === 2 ? process.stderr : process.stdout).write(`${text}\n`);
process.exitCode = code;
