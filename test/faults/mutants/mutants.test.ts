// A harness that finds nothing proves nothing: each of these ways to break the product is noticed, by what it breaks.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import type { Hunted } from "./hunt.ts";
import { mutants } from "./mutants.ts";

const FOLDER = "test/faults/mutants";
/** Every eighth of them; `npm run mutants` hunts all. */
const STRIDE = process.env["COUNTERSIGN_MUTANTS"] === "all" ? 1 : 8;

const sample = mutants.flatMap(({ name, noticed }, at) => (at % STRIDE === 0 ? [{ name, noticed, at }] : []));
let hunted: readonly Hunted[] = [];

// In a process of its own, which loads the product once for each of them.
beforeAll(async () => {
  const { PATH } = process.env;
  const flags = ["--disable-warning=ExperimentalWarning", "--import", `./${FOLDER}/loader.ts`];
  const numbers = sample.map(({ at }) => String(at));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...flags, `${FOLDER}/hunt.ts`, ...numbers],
    {
      env: { PATH },
    },
  );
  hunted = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Hunted);
}, 240_000);

test.each(sample)("$name is noticed", ({ name, noticed }) => {
  const [found] = hunted.filter((one) => one.name === name);
  expect(found?.noticed ?? "it got away").toMatch(noticed);
});

test.each(mutants)("$name is an edit of the source as it is", ({ edits }) => {
  for (const { file, from } of edits)
    expect(readFileSync(`src/${file}`, "utf8").split(from), `src/${file}: ${from}`).toHaveLength(2);
});
