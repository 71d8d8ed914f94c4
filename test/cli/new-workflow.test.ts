// npm run new-workflow, run as an author would, in a copy of the project: what it writes compiles and passes, and what it cannot name is refused.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mistakesIn } from "../support/compiler.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

let copy = "";
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "countersign-new-"));
  for (const part of [
    "src",
    "infra",
    "test",
    "package.json",
    "tsconfig.json",
    "vitest.config.ts",
    ".prettierrc.json",
  ])
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const inCopy = (file: string): string => readFileSync(join(copy, file), "utf8");

const SCRIPT = ["--disable-warning=ExperimentalWarning", "src/cli/new-workflow.ts"];

/** What it says, and whether it has done it. */
async function began(
  args: readonly string[],
  [program, ...first]: readonly [string, ...string[]] = [process.execPath, ...SCRIPT],
): Promise<{ readonly code: number; readonly said: string }> {
  try {
    const { stdout } = await run(program, [...first, ...args], { cwd: copy });
    return { code: 0, said: stdout };
  } catch (error) {
    const { code, stderr } = error as { readonly code: number; readonly stderr: string };
    return { code, said: stderr };
  }
}

test("what it writes is a file of sixty lines at the most and a test, which compiles and passes from the command to the effect", async () => {
  const { code, said } = await began(["send-note"], ["npm", "run", "-s", "new-workflow", "--"]);
  expect(said).toContain("src/workflows/send-note.ts");
  expect(said).toContain('/countersign run send-note to=lee@example.com text="We are back."');
  expect(code).toBe(0);
  expect(inCopy("src/workflows/send-note.ts").split("\n").length).toBeLessThanOrEqual(61);
  expect(inCopy("src/workflows/registry.ts")).toMatch(
    /import \{ sendNote \} from "\.\/send-note\.ts";\n\nexport const workflows = registryOf\(\{[^}]*, *\n? *"send-note": sendNote,?\s*\}\);/,
  );
  expect(inCopy("src/workflows/manifest.json")).toContain('"name": "send-note"');
  const test = "test/workflows/send-note.test.ts";
  expect(mistakesIn(copy, ["src/workflows/send-note.ts", "src/workflows/registry.ts", test])).toEqual([]);
  // A Vitest of its own: what this one has set is none of its business.
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  const vitest = join(ROOT, "node_modules/vitest/vitest.mjs");
  await run(process.execPath, [vitest, "run", test], { cwd: copy, env });
}, 180_000);

test.each([
  [["Send Note"], '"Send Note" can\'t be the name of a workflow'],
  [["send--note"], '"send--note" can\'t be the name of a workflow'],
  [["two", "words"], '"two words" can\'t be the name of a workflow'],
  [[], "Say what it is to be called"],
  [["n".repeat(41)], "40 characters at the most"],
  [["deploy"], "There is src/workflows/deploy.ts already"],
  [["registry"], "There is src/workflows/registry.ts already"],
])("asked for %j it refuses with a sentence, and writes nothing", async (args, sentence) => {
  const before = inCopy("src/workflows/registry.ts");
  const { code, said } = await began(args);
  expect(said).toContain(sentence);
  expect(code).toBe(1);
  expect(inCopy("src/workflows/registry.ts")).toBe(before);
});

test("a name that is a word of the language is exported by another one", async () => {
  const { said, code } = await began(["delete"]);
  expect([code, said]).toEqual([0, expect.stringContaining("src/workflows/delete.ts")]);
  expect(inCopy("src/workflows/delete.ts")).toContain("export const deleteWorkflow = defineWorkflow({");
  expect(inCopy("src/workflows/registry.ts")).toContain("delete: deleteWorkflow");
});
