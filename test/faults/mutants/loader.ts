// Loads the product once for each mutant, with its edits: a module that is asked for as "?mutant=<number>" brings all it imports along in the same form.
import { registerHooks } from "node:module";
import { type Edit, mutants } from "./mutants.ts";

const PROJECT = new URL("../../../", import.meta.url).href;
const SOURCES = `${PROJECT}src/`;

function mutantIn(url: string | undefined): string | null {
  return url?.startsWith("file:") === true ? new URL(url).searchParams.get("mutant") : null;
}

function edited(source: string, url: string, edits: readonly Edit[]): string {
  let after = source;
  for (const { file, from, to } of edits) {
    if (url !== `${SOURCES}${file}`) continue;
    const [before, rest, ...more] = after.split(from);
    if (before === undefined || rest === undefined || more.length > 0)
      throw new Error(`src/${file} does not have this exactly once, so the mutant is out of date: ${from}`);
    after = before + to + rest;
  }
  return after;
}

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const mutant = mutantIn(context.parentURL);
    const isOurs = resolved.url.startsWith(PROJECT) && !resolved.url.includes("/node_modules/");
    if (mutant === null || !isOurs || mutantIn(resolved.url) !== null) return resolved;
    return { ...resolved, url: `${resolved.url}?mutant=${mutant}` };
  },
  load(url, context, next) {
    const loaded = next(url, context);
    const mutant = mutantIn(url);
    if (mutant === null || loaded.source === undefined) return loaded;
    const text = Buffer.from(loaded.source as Uint8Array).toString("utf8");
    const [path = url] = url.split("?");
    return { ...loaded, source: edited(text, path, mutants[Number(mutant)]?.edits ?? []) };
  },
});
