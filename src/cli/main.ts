// npm run countersign -- <command>. Exits 0 when it was done, 1 when it was refused, 2 when the words were wrong.
import { countersign } from "./countersign.ts";

const { code, out, err } = await countersign(process.argv.slice(2), process.env);
process.stdout.write(out);
process.stderr.write(err);
process.exitCode = code;
