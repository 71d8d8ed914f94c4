// Builds the page in memory when the local Slack starts, and hands out its few files.
import { build, type OutputFile } from "esbuild";
import { fileURLToPath } from "node:url";
import type { PageFile } from "../slack/server.ts";

/** The files of the page by URL path; undefined for a path it does not have. */
export type Page = (path: string) => PageFile | undefined;

const HTML = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>Countersign · local Slack</title>
    <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
    <link rel="stylesheet" href="/app.css" />
    <script type="module" src="/app.js"></script>
  </head>
  <body>
    <div id="root"></div>
    <noscript>This page needs JavaScript.</noscript>
  </body>
</html>
`;

const FAVICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#4a154b"/><path d="M8 17l6 6 11-14" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round" stroke-linejoin="round"/></svg>`;

export async function buildPage(): Promise<Page> {
  const folder = fileURLToPath(new URL(".", import.meta.url));
  const { outputFiles } = await build({
    entryPoints: { app: `${folder}main.tsx`, "app.style": `${folder}style.css` },
    outdir: folder,
    write: false,
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    jsx: "automatic",
    legalComments: "none",
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".woff2": "file", ".woff": "file" },
    publicPath: "/",
  });
  const files = new Map<string, PageFile>([
    ["/", { body: HTML, contentType: "text/html; charset=utf-8" }],
    ["/index.html", { body: HTML, contentType: "text/html; charset=utf-8" }],
    ["/favicon.svg", { body: FAVICON, contentType: "image/svg+xml" }],
  ]);
  for (const file of outputFiles) {
    const served = servedAs(file, folder);
    if (served !== undefined)
      files.set(served.path, { body: new Uint8Array(file.contents), contentType: served.contentType });
  }
  return (path) => files.get(path);
}

function servedAs(
  { path }: OutputFile,
  folder: string,
): { readonly path: string; readonly contentType: string } | undefined {
  if (path.endsWith(".js")) return { path: "/app.js", contentType: "text/javascript; charset=utf-8" };
  if (path.endsWith(".css")) return { path: "/app.css", contentType: "text/css; charset=utf-8" };
  // Every browser that can run the page takes this one.
  return path.endsWith(".woff2")
    ? { path: `/${path.slice(folder.length)}`, contentType: "font/woff2" }
    : undefined;
}
