// The handlers as they are deployed: bundled once for each process of the test run, and loaded as Lambda loads them.
import { copyFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Metafile } from "esbuild";
import { inject } from "vitest";
import { bundleHandlers, type HandlerName } from "../../infra/bundle.ts";
import type { DeadLetterHandler, HttpHandler, SweeperHandler, WorkerHandler } from "../../src/lambda/app.ts";

export interface Bundles {
  readonly dir: string;
  readonly metafiles: Readonly<Record<HandlerName, Metafile>>;
}

interface Handlers {
  readonly slack: HttpHandler;
  readonly api: HttpHandler;
  readonly worker: WorkerHandler;
  readonly sweeper: SweeperHandler;
  readonly "dead-letter": DeadLetterHandler;
}

const PREVIOUS = resolve("test/fixtures/previous");

let bundles: Promise<Bundles> | undefined;
let loaded = 0;

/** The same bundles for every caller in one process; the test run deletes them when it ends. */
export function buildBundles(): Promise<Bundles> {
  bundles ??= build();
  return bundles;
}

async function build(): Promise<Bundles> {
  const dir = await mkdtemp(join(inject("bundleFolder"), "handlers-"));
  return { dir, metafiles: await bundleHandlers(dir) };
}

/**
 * A bundled handler in a module of its own, which has seen `env` on top of the environment while it was loaded.
 *
 * The AWS SDK looks for its region and credentials later, at the first call: those must stand in the environment of the test itself.
 *
 * @example
 * const { handler } = await loadBundle("slack", localEnvironment(addresses));
 */
export async function loadBundle<Name extends HandlerName>(
  name: Name,
  env: Readonly<Record<string, string>>,
): Promise<{ handler: Handlers[Name] }> {
  return loadFrom((await buildBundles()).dir, name, env);
}

/** The handlers of the state that `npm run fixture` has kept, in a folder of their own. */
export async function unpackPrevious(): Promise<string> {
  const dir = await mkdtemp(join(inject("bundleFolder"), "previous-"));
  for (const path of await readdir(PREVIOUS, { recursive: true })) {
    if (!path.endsWith(".gz")) continue;
    const unpacked = join(dir, path.replace(/\.gz$/, ""));
    await mkdir(dirname(unpacked), { recursive: true });
    await writeFile(unpacked, gunzipSync(await readFile(join(PREVIOUS, path))));
  }
  return dir;
}

/** As `loadBundle`, from any folder. */
export function loadFrom<Name extends HandlerName>(
  dir: string,
  name: Name,
  env: Readonly<Record<string, string>>,
): { handler: Handlers[Name] } {
  // A module is loaded once for each file name.
  const copy = join(dir, `${name}-${(loaded += 1)}.mjs`);
  copyFileSync(join(dir, `${name}.mjs`), copy);
  const before = Object.keys(env).map((key) => [key, process.env[key]] as const);
  Object.assign(process.env, env);
  try {
    // Unlike `import`, it is done when it returns, so no other test sees this environment; and Vitest leaves it alone.
    return createRequire(import.meta.url)(copy) as { handler: Handlers[Name] };
  } finally {
    for (const [key, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, key);
      else process.env[key] = value;
    }
  }
}
