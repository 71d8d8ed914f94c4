// The OpenAPI document and the page that shows it: made from the routes, valid, whole, and no door for anything else.
import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { openApiDocument } from "../../infra/openapi.ts";
import { createApi } from "../../src/api/app.ts";
import openapi from "../../src/api/openapi.json" with { type: "json" };
import { ROUTES } from "../../src/api/routes/all.ts";
import { WEBHOOKS } from "../../src/api/webhooks/all.ts";

const ALL = [...ROUTES, ...WEBHOOKS];
/** Neither asks for anything. */
const NOTHING = {} as unknown as Parameters<typeof createApi>[0];
const api = createApi(NOTHING, { team: "T0LOCAL", webhookSecrets: [] });
const got = (path: string): Promise<Response> => api.fetch(new Request(`https://api.invalid${path}`));

test("the committed document is what the routes make: run `npm run manifest` when this fails", () => {
  expect(openapi).toEqual(JSON.parse(JSON.stringify(openApiDocument())));
});

test("it is valid OpenAPI 3.1", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone<Record<string, unknown>>(openapi));
  expect([valid, errors]).toEqual([true, undefined]);
  expect(validator.version).toBe("3.1");
});

test("every route is in it, and nothing else, each under a name of its own", () => {
  const documented = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  expect(documented.toSorted()).toEqual(ALL.map(({ method, path }) => `${method} ${path}`).toSorted());
  const names = Object.values(openapi.paths)
    .flatMap((methods) => Object.values<{ operationId: string }>(methods))
    .map(({ operationId }) => operationId);
  expect(new Set(names).size).toBe(ALL.length);
});

test("it is served as it was written, to anybody", async () => {
  const response = await got("/openapi.json");
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/json"]);
  expect(await response.json()).toEqual(openapi);
});

test("the page names every route, loads nothing, runs no script and has nothing in it that is not escaped", async () => {
  const response = await got("/docs");
  const page = await response.text();
  expect(response.headers.get("content-security-policy")).toMatch(
    /^default-src 'none'; style-src 'unsafe-inline';/,
  );
  expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  for (const { method, path } of ALL) expect(page).toContain(`${method.toUpperCase()} ${path}`);
  expect(page).not.toMatch(/<script|<link|<img|<iframe|\son\w+=|src=|url\(|@import/i);
  // In texts and forms of the routes: only the page's own tags are tags.
  const tags = new Set([...page.matchAll(/<\/?([a-z0-9]+)/gi)].map(([, tag]) => tag));
  expect([...tags].toSorted()).toEqual(TAGS.toSorted());
  expect(page).toContain("&quot;");
});

const TAGS = [
  ...["html", "meta", "title", "style", "h1", "h2", "h3", "p", "b", "a", "pre", "code", "small"],
  ...["section", "ul", "li", "details", "summary"],
];
