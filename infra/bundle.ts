// Bundles each Lambda handler into one file that holds only what that handler reaches. Run by `npm run build`.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

export const HANDLERS = ["slack", "worker", "sweeper"] as const;
export type HandlerName = (typeof HANDLERS)[number];

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What only Bolt's own receivers need: nine tenths of Bolt's weight and most of its load time. */
export const UNUSED = [
  "@slack/oauth",
  "@slack/socket-mode",
  "express",
  "path-to-regexp",
  "raw-body",
  "tsscmp",
] as const;

/** CommonJS inside an ES module has no `require` of its own, and Bolt's dependencies load Node's modules with it. */
const REQUIRE = `import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);`;

/** Writes <outdir>/<name>.mjs with its source map and, for seeing what is inside, <name>.meta.json. */
export async function bundleHandlers(outdir: string): Promise<Record<HandlerName, Metafile>> {
  const [slack, worker, sweeper] = await Promise.all([
    bundle("slack", outdir),
    bundle("worker", outdir),
    bundle("sweeper", outdir),
  ]);
  return { slack, worker, sweeper };
}

async function bundle(name: HandlerName, outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: { [name]: `src/lambda/${name}.ts` },
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node24",
    // The ES modules of the AWS SDK can be tree-shaken; what it names as main cannot.
    mainFields: ["module", "main"],
    minifyWhitespace: true,
    minifySyntax: true,
    // Names stay: stack traces in the log can be read, and an error's name is true where it comes from its class. Shorter names would need `keepNames`
    // for that, which costs more load time than they save.
    minifyIdentifiers: false,
    // For reading a trace by hand; it is not shipped.
    sourcemap: "external",
    banner: { js: REQUIRE },
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
    plugins: [withoutUnused],
  });
  await writeFile(join(outdir, `${name}.meta.json`), JSON.stringify(metafile));
  return metafile;
}

const withoutUnused: Plugin = {
  name: "without-unused",
  setup(bundler) {
    const exactly = new RegExp(`^(${UNUSED.join("|")})$`);
    bundler.onResolve({ filter: exactly }, ({ path }) => ({ path, namespace: "unused" }));
    bundler.onLoad({ filter: exactly, namespace: "unused" }, ({ path }) => ({
      contents: `module.exports = require("./infra/unused.ts").unused(${JSON.stringify(path)});`,
      resolveDir: ROOT,
    }));
  },
};

if (import.meta.main) {
  const outdir = join(ROOT, "dist");
  for (const [name, { outputs }] of Object.entries(await bundleHandlers(outdir))) {
    const bytes = Object.entries(outputs).find(([path]) => path.endsWith(".mjs"))?.[1].bytes ?? 0;
    console.log(`dist/${name}.mjs  ${Math.round(bytes / 1024)} kB`);
  }
}
