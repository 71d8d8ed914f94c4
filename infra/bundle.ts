// Bundles each Lambda handler: one file with what it needs to start, and beside it what it loads when first needed. Run by `npm run build`.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile } from "esbuild";
import { leftOut } from "./left-out.ts";

export const HANDLERS = ["slack", "api", "worker", "sweeper", "dead-letter"] as const;
export type HandlerName = (typeof HANDLERS)[number];

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** CommonJS inside an ES module has no `require` of its own, and Bolt's dependencies load Node's modules with it. */
const REQUIRE = `import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);`;

/** Writes <outdir>/<name>.mjs, the parts that it loads in <name>/, their source maps and, for seeing what is inside, <name>.meta.json. */
export async function bundleHandlers(outdir: string): Promise<Record<HandlerName, Metafile>> {
  const [slack, api, worker, sweeper, deadLetter] = await Promise.all([
    bundle("slack", outdir),
    bundle("api", outdir),
    bundle("worker", outdir),
    bundle("sweeper", outdir),
    bundle("dead-letter", outdir),
  ]);
  return { slack, api, worker, sweeper, "dead-letter": deadLetter };
}

async function bundle(name: HandlerName, outdir: string): Promise<Metafile> {
  const bundled = await build({
    absWorkingDir: ROOT,
    entryPoints: { [name]: `src/lambda/${name}.ts` },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    // The model's client and what few graphs use: the worker starts sooner by what it need not read. The others have nothing that waits to be needed.
    splitting: name === "worker",
    chunkNames: `${name}/[name]-[hash]`,
    write: false,
    // Nothing but the worker loads it, and esbuild would keep what it shares with code that is left out.
    external: name === "worker" ? [] : ["./openai-client.ts"],
    format: "esm",
    platform: "node",
    target: "node24",
    // The ES modules of the AWS SDK can be tree-shaken; what it names as main cannot.
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    // A third of the size. The worker's stay: what workflows throw is kept with its name, and their authors read their own traces.
    minifyIdentifiers: name !== "worker",
    // For `npm run trace`; they are not shipped.
    sourcemap: "external",
    banner: { js: REQUIRE },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    plugins: [leftOut],
  });
  // esbuild also splits off what only code that was left out would have loaded.
  const reached = reachedFrom(bundled.metafile, `${name}.mjs`, ["import-statement", "dynamic-import"]);
  const outputs = Object.entries(bundled.metafile.outputs).filter(([path]) =>
    reached.has(path.replace(/\.map$/, "")),
  );
  const metafile = { ...bundled.metafile, outputs: Object.fromEntries(outputs) };
  const shipped = new Set(outputs.map(([path]) => resolve(ROOT, path)));
  // The parts have their content in their names, and those of an earlier build would be shipped too.
  await rm(join(outdir, name), { recursive: true, force: true });
  await mkdir(join(outdir, name), { recursive: true });
  for (const { path, contents } of bundled.outputFiles.filter((file) => shipped.has(file.path))) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
  await writeFile(join(outdir, `${name}.meta.json`), JSON.stringify(metafile));
  return metafile;
}

/** An output with those that it imports, and those that they import: by statement at once, dynamically when they are first needed. */
export function reachedFrom(
  { outputs }: Metafile,
  entry: string,
  kinds: readonly ("import-statement" | "dynamic-import")[],
): ReadonlySet<string> {
  const reached = new Set(Object.keys(outputs).filter((path) => path.endsWith(entry)));
  for (const path of reached)
    for (const { kind, path: to } of outputs[path]?.imports ?? [])
      if (kinds.some((wanted) => wanted === kind) && to in outputs) reached.add(to);
  return reached;
}

/** Of an output with those that it imports by statement. */
export function bytesLoaded(metafile: Metafile, entry: string): number {
  const loaded = [...reachedFrom(metafile, entry, ["import-statement"])];
  return loaded.reduce((bytes, path) => bytes + (metafile.outputs[path]?.bytes ?? 0), 0);
}

/** Of everything that is shipped. */
export function bytesWhole({ outputs }: Metafile): number {
  const code = Object.entries(outputs).filter(([path]) => path.endsWith(".mjs"));
  return code.reduce((bytes, [, output]) => bytes + output.bytes, 0);
}

if (import.meta.main) {
  const outdir = join(ROOT, "dist");
  for (const [name, metafile] of Object.entries(await bundleHandlers(outdir))) {
    const kilobytes = Math.round(bytesLoaded(metafile, `${name}.mjs`) / 1_024);
    console.log(`dist/${name}.mjs  ${kilobytes} kB to start with`);
  }
}
