// The runtime's heart stays small: a function starts sooner by what it need not read.
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { bundleSizes } from "../support/bundle-size.ts";

const KB = 1_000;

test("importing what a graph is written with loads less than 61 KB, minified, and all of it is more", async () => {
  const { loaded, whole } = await bundleSizes(resolve("src/graph/index.ts"));
  // Something is loaded at all, and something is left for later.
  expect(loaded).toBeGreaterThan(30 * KB);
  expect(whole).toBeGreaterThan(loaded);
  expect(loaded).toBeLessThan(61 * KB);
});
