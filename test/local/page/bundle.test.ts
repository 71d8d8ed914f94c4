// The page builds in memory at start, quickly, and serves exactly its own files.
import { expect, it } from "vitest";
import { buildPage } from "../../../src/local/page/bundle.ts";

it("builds in well under a second and serves HTML, script, style and icon, and nothing else", async () => {
  await buildPage();
  const start = performance.now();
  const page = await buildPage();
  expect(performance.now() - start).toBeLessThan(1500);
  const html = String(page("/")?.body);
  expect(html).toContain('<html lang="en">');
  expect(html).toContain("<title>Countersign · local Slack</title>");
  expect(html).toContain('name="viewport"');
  expect(page("/index.html")).toEqual(page("/"));
  expect(page("/app.js")).toMatchObject({ contentType: "text/javascript; charset=utf-8" });
  expect(page("/app.css")).toMatchObject({ contentType: "text/css; charset=utf-8" });
  expect(page("/favicon.svg")).toMatchObject({ contentType: "image/svg+xml" });
  expect(page("/main.tsx")).toBeUndefined();
});
