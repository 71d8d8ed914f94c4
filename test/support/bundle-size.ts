// How much code the names that a graph is written with bring along, as esbuild bundles and minifies it.
import { join, resolve } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { bytesLoaded } from "../../infra/bundle.ts";

const NAMES = "{ StateGraph, Annotation, START, END, MemorySaver, interrupt, Command }";

export interface BundleSizes {
  /** Bytes that an import loads, before anything runs; what is loaded on demand is not counted. */
  readonly loaded: number;
  /** Bytes of everything in one file. */
  readonly whole: number;
}

/** `from`: a package, or a file. The bundles stay in memory, unless there is a folder for them: there the entry is entry.mjs. */
export async function bundleSizes(from: string, folder?: string): Promise<BundleSizes> {
  const options: BuildOptions = {
    stdin: {
      contents: `export ${NAMES} from ${JSON.stringify(from)};`,
      resolveDir: resolve("."),
      sourcefile: "entry",
    },
    ...{ bundle: true, minify: true, format: "esm", platform: "node", logLevel: "silent" },
    entryNames: "entry",
    outExtension: { ".js": ".mjs" },
  };
  const outdir = folder ?? resolve("bundle");
  const [split, whole] = await Promise.all([
    build({ ...options, splitting: true, outdir, write: folder !== undefined, metafile: true }),
    build({ ...options, outdir: join(outdir, "whole"), write: false, metafile: true }),
  ]);
  const bytes = Object.values(whole.metafile.outputs).map((output) => output.bytes);
  return {
    loaded: bytesLoaded(split.metafile, "entry.mjs"),
    whole: bytes.reduce((all, one) => all + one, 0),
  };
}
