// The handlers as they are deployed: bundled once for each process of the test run, and loaded as Lambda loads them.
import { copyFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
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
  const { dir } = await buildBundles();
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
