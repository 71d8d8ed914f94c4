// What the built handlers export, as the bundler tells it.
import type { Metafile } from "esbuild";
import type { Built } from "./functions.ts";

/** @example builtAs(await bundleHandlers("dist")); // { "dist/slack": ["handler"], … } */
export function builtAs(metafiles: Readonly<Record<string, Metafile>>): Built {
  return Object.fromEntries(
    Object.entries(metafiles).map(([name, { outputs }]) => {
      const [, output] = Object.entries(outputs).find(([path]) => path.endsWith(`/${name}.mjs`)) ?? [];
      return [`dist/${name}`, output?.exports ?? []];
    }),
  );
}
