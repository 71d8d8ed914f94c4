// `npm run soak -- --minutes 30 --seed 1`: the packaged product under load and trouble; what it was, as it goes and at the end, and whether anything was lost or done twice.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { NO_CREDENTIALS } from "../../src/local/machine.ts";
import { soak } from "./soak.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string", default: String(Date.now()) },
    rate: { type: "string", default: "24" },
    stored: { type: "string", default: "0" },
    calm: { type: "boolean", default: false },
    out: { type: "string" },
  },
});

Object.assign(process.env, NO_CREDENTIALS);
console.log(`Seed ${values.seed}.`);
const { result } = await soak({
  ...{ minutes: Number(values.minutes), seed: values.seed, rate: Number(values.rate) },
  ...{ stored: Number(values.stored), isCalm: values.calm },
  log: (line) => console.log(line),
});
const text = JSON.stringify(result, undefined, 2);
if (values.out !== undefined) await writeFile(values.out, `${text}\n`);
console.log(text);
console.log(`Seed ${values.seed}: ${result.verdict}. Lost ${result.lost}, done twice ${result.doubled}.`);
process.exitCode = result.verdict === "passed" ? 0 : 1;
