// A harness that finds nothing proves nothing: each of these ways to break the product is noticed, by what it breaks.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import type { Hunted } from "./hunt.ts";
import { mutants } from "./mutants.ts";

const FOLDER = "test/faults/mutants";

let hunted: readonly Hunted[] = [];

// In a process of its own, which loads the product once for each of them.
beforeAll(async () => {
  const { PATH } = process.env;
  const flags = ["--disable-warning=ExperimentalWarning", "--import", `./${FOLDER}/loader.ts`];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, `${FOLDER}/hunt.ts`], {
    env: { PATH },
  });
  hunted = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Hunted);
}, 240_000);

test.each(mutants.map(({ name, noticed }, at) => [name, noticed, at] as const))(
  "%s is noticed",
  (name, noticed, at) => {
    expect(hunted[at]).toMatchObject({ name, noticed: expect.stringMatching(noticed) as unknown });
  },
);
