// The registry names every file of src/workflows that has a workflow in it, as that file; and each can be read at one go.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { workflows } from "../../src/workflows/registry.ts";

const FOLDER = new URL("../../src/workflows/", import.meta.url);
const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ts"))
  .filter((file) => readFileSync(new URL(file, FOLDER), "utf8").includes("defineWorkflow("));

test.each(files)("%s is in the registry under its own name", async (file) => {
  const module = (await import(new URL(file, FOLDER).href)) as Readonly<Record<string, unknown>>;
  const exported = new Set(Object.values(module));
  expect([...workflows.values()].some((workflow) => exported.has(workflow))).toBe(true);
  const name = file.replace(/\.ts$/, "");
  const registry = readFileSync(new URL("registry.ts", FOLDER), "utf8");
  expect(registry).toMatch(new RegExp(`[{ ]"?${name}"?[,: ]`));
});

test.each(files)("%s has at most 120 lines, to be copied from", (file) => {
  const lines = readFileSync(new URL(file, FOLDER), "utf8").trimEnd().split("\n");
  expect(lines.length).toBeLessThanOrEqual(120);
});
