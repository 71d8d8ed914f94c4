// Graphs written for LangGraph, moved: each file in moved/ is played as it stands, and again with nothing changed but where it
// imports LangGraph from. For that its text is read, the two specifiers are replaced by our doors, the other imports are resolved so
// that they hold elsewhere, and the result is written to a temporary folder and imported from there. Both must tell the same.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "moved-"));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const DOORS: Readonly<Record<string, string>> = {
  "@langchain/langgraph": "../../src/agent/langgraph.ts",
  "@langchain/langgraph/prebuilt": "../../src/agent/prebuilt.ts",
};

interface Played {
  readonly play: () => Promise<readonly unknown[]>;
}

/** The same file with other specifiers; nothing else of its text changes. */
function moved(name: string): string {
  const original = new URL(`moved/${name}.ts`, import.meta.url);
  const text = readFileSync(original, "utf8").replace(/(?<= from ")[^"]+(?=";$)/gm, (specifier) => {
    const door = DOORS[specifier];
    if (door !== undefined) return fileURLToPath(new URL(door, import.meta.url));
    if (specifier.startsWith(".")) return fileURLToPath(new URL(specifier, original));
    return fileURLToPath(import.meta.resolve(specifier));
  });
  expect(text).not.toContain("@langchain/langgraph");
  const file = join(folder, `${name}.ts`);
  writeFileSync(file, text);
  return pathToFileURL(file).href;
}

test.each(["reviewed-tools", "plan-and-execute", "staged-review"])(
  "%s does the same on both, with its import lines alone changed",
  async (name) => {
    const before = (await import(`./moved/${name}.ts`)) as Played;
    const after = (await import(/* @vite-ignore */ moved(name))) as Played;
    const told = await before.play();
    expect(JSON.stringify(told)).toContain('"questions":[{');
    expect(await after.play()).toEqual(told);
  },
);
