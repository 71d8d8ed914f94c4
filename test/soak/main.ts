// `npm run soak -- --minutes 30 --seed 1`: the packaged product under load and trouble; what it was, as it goes and at the end, and whether anything was
// lost or done twice. `--stored 1,4,16 --calm` does so with ever more in the table, and compares what it costs.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { NO_CREDENTIALS } from "../../src/local/machine.ts";
import { growthTable } from "./growth.ts";
import type { Result } from "./result.ts";
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

// Whoever is told to end takes the database's server along.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));
Object.assign(process.env, NO_CREDENTIALS);
const results: Result[] = [];
for (const stored of values.stored.split(",").map(Number)) {
  console.log(`Seed ${values.seed}, ${stored} x 12,500 items stored.`);
  const { result } = await soak({
    ...{ minutes: Number(values.minutes), seed: values.seed, rate: Number(values.rate) },
    ...{ stored, isCalm: values.calm },
    log: (line) => console.log(line),
  });
  results.push(result);
  console.log(JSON.stringify(result, undefined, 2));
  console.log(`Seed ${values.seed}: ${result.verdict}. Lost ${result.lost}, done twice ${result.doubled}.`);
}
if (values.out !== undefined)
  await writeFile(
    values.out,
    `${JSON.stringify(results.length === 1 ? results[0] : results, undefined, 2)}\n`,
  );
if (results.length > 1) console.log(growthTable(results));
process.exitCode = results.every(({ verdict }) => verdict === "passed") ? 0 : 1;
