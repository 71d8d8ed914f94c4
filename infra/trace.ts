// Where in the source a stack trace of a deployed function was: `npm run -s trace < trace.txt`, after `npm run build` of the commit that is deployed.
import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, relative } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
/** As it stands in a trace on Lambda, and in one that was logged as JSON. */
const PLACE = /[^\s()"\\]*\/(?<file>[a-z-]+(?:\/[\w-]+)?\.mjs):(?<line>\d+):(?<column>\d+)/g;

/** With the places in `src/` and in libraries; a place that no map in the folder knows stays as it is. */
export function withSources(trace: string, folder: string): string {
  return trace.replaceAll(PLACE, (place: string, file: string, line: string, column: string) => {
    const path = join(folder, `${file}.map`);
    if (!existsSync(path)) return place;
    const map = new SourceMap(JSON.parse(readFileSync(path, "utf8")) as SourceMapPayload);
    const found = map.findOrigin(Number(line), Number(column));
    if (!("fileName" in found)) return place;
    return `${relative(ROOT, join(dirname(path), found.fileName))}:${found.lineNumber}:${found.columnNumber}`;
  });
}

if (import.meta.main) process.stdout.write(withSources(await text(process.stdin), join(ROOT, "dist")));
