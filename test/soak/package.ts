// The handlers as `npm run build` makes them, of a copy of the project that an author has added two workflows to: a generated one, and the soak's own.
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = resolve(import.meta.dirname, "../..");
const PARTS = ["src", "infra", "package.json", "tsconfig.json", ".prettierrc.json"];
const OWN = "soaked";

/** Into a folder that is not there yet; where the bundles are. */
export async function packageHandlers(folder: string): Promise<string> {
  // The generated workflow has a test.
  await mkdir(join(folder, "test/workflows"), { recursive: true });
  for (const part of PARTS) await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"));
  await addOwnWorkflow(folder);
  // Writes the manifest too, with all that is in the registry by then.
  await script(folder, "src/cli/new-workflow.ts", "send-note");
  await script(folder, "infra/bundle.ts");
  return join(folder, "dist");
}

async function addOwnWorkflow(folder: string): Promise<void> {
  const source = await readFile(join(import.meta.dirname, "workflows", `${OWN}.ts`), "utf8");
  const file = join(folder, "src/workflows", `${OWN}.ts`);
  await writeFile(file, source.replaceAll("../../../src/", "../"));
  const registry = join(folder, "src/workflows/registry.ts");
  const listed = await readFile(registry, "utf8");
  await writeFile(
    registry,
    listed
      .replace("\n\nexport const", `\nimport { ${OWN} } from "./${OWN}.ts";\n\nexport const`)
      .replace("registryOf({", `registryOf({\n  ${OWN},`),
  );
}

async function script(folder: string, ...words: readonly string[]): Promise<void> {
  await run(process.execPath, ["--disable-warning=ExperimentalWarning", ...words], { cwd: folder });
}
