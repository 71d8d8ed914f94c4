// Loaded before the product: its registry, and the manifest that is made from it, are the test's, as they are each user's own. Everything else stays as it is.
import { registerHooks } from "node:module";
import { planned } from "./workflow.ts";

const registry = new URL("registry.ts", import.meta.url).href;
const manifest = `data:application/json,${encodeURIComponent(JSON.stringify([planned.listing]))}`;

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (resolved.url.endsWith("/src/workflows/registry.ts")) return { ...resolved, url: registry };
    if (resolved.url.endsWith("/src/workflows/manifest.json")) return { ...resolved, url: manifest };
    return resolved;
  },
});
