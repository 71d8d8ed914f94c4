// What is inside the bundles, and that they load: each handler carries its own part of Countersign and nothing of the others'.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Metafile } from "esbuild";
import { beforeAll, describe, expect, test } from "vitest";
import { bytesLoaded, bytesWhole, HANDLERS, type HandlerName } from "../../infra/bundle.ts";
import { withSources } from "../../infra/trace.ts";
import { buildBundles, loadBundle } from "../support/bundles.ts";
import { type Delivery, slashCommand } from "../support/deliver.ts";
import { NOWHERE } from "../support/nowhere.ts";

/**
 * In kB of 1,024 bytes, minified, libraries included. The Slack function's is its budget: it is read at every cold start, while Slack waits. The others' are
 * ceilings, not targets: about a tenth above what they weigh. Raise one only for something the handler needs. More than a third of the worker's whole weight
 * is OpenAI's client, which is loaded only by workflows that ask a model.
 */
const MAX_KILOBYTES: Readonly<Record<HandlerName, { readonly whole: number; readonly loaded: number }>> = {
  slack: { whole: 750, loaded: 750 },
  api: { whole: 700, loaded: 700 },
  worker: { whole: 1_950, loaded: 1_200 },
  sweeper: { whole: 400, loaded: 400 },
  "dead-letter": { whole: 510, loaded: 510 },
};

async function metafileOf(name: HandlerName): Promise<Metafile> {
  return (await buildBundles()).metafiles[name];
}

async function filesIn(name: HandlerName): Promise<readonly string[]> {
  return Object.entries((await metafileOf(name)).outputs)
    .filter(([path]) => path.endsWith(".mjs"))
    .flatMap(([, { inputs }]) => Object.entries(inputs))
    .flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
}

/** Files of a bundle that match, for a failure that names what crept in. */
async function within(name: HandlerName, pattern: RegExp): Promise<readonly string[]> {
  return (await filesIn(name)).filter((file) => pattern.test(file));
}

function packages(...names: readonly string[]): RegExp {
  return new RegExp(`node_modules/(${names.join("|")})/`);
}

// On a machine that does much else it takes longer than one test may.
beforeAll(async () => {
  await buildBundles();
}, 120_000);

describe.each(HANDLERS)("the %s bundle", (name) => {
  test("holds nothing that only serves tests or the local Slack", async () => {
    expect(await within(name, /^(src\/local|test)\//)).toEqual([]);
    const local = packages(
      "react",
      "react-dom",
      // Of it, REST has its routes by.
      name === "api" ? "@hono" : "@?hono",
      "dynalite",
      "fauxqs",
      "esbuild",
      "slack-blocks-to-jsx",
      "@copilotkit",
    );
    expect(await within(name, local)).toEqual([]);
  });

  test("holds nothing that only Bolt's own receivers and assistant need, no OAuth and no event streams", async () => {
    const parts =
      /@slack\/bolt\/dist\/(receivers\/|Assistant|CustomFunction|conversation-store)|@smithy\/core\/.*\/event-streams\//;
    expect(await within(name, parts)).toEqual([]);
    const behindThem = packages(
      "@slack/(oauth|socket-mode|types)",
      "express",
      "path-to-regexp",
      "raw-body",
      "tsscmp",
      "undici",
      "iconv-lite",
      "mime-db",
      "body-parser",
      "jsonwebtoken",
      "semver",
      "ws",
      "mnemonist",
    );
    expect(await within(name, behindThem)).toEqual([]);
  });

  test("knows no way to AWS credentials but the environment, where Lambda puts them", async () => {
    const found = await within(name, /credential-provider-|token-providers|nested-clients/);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/@aws-sdk\/credential-provider-env\//);
  });

  test("stays below its ceilings", async () => {
    const metafile = await metafileOf(name);
    expect(bytesWhole(metafile) / 1_024).toBeLessThan(MAX_KILOBYTES[name].whole);
    expect(bytesLoaded(metafile, `${name}.mjs`) / 1_024).toBeLessThan(MAX_KILOBYTES[name].loaded);
  });

  test("loads, and refuses to with a sentence when its configuration is missing", async () => {
    const { handler } = await loadBundle(name, NOWHERE);
    expect(handler).toBeTypeOf("function");
    await expect(loadBundle(name, {})).rejects.toThrow(/^The configuration is not usable: /);
  });

  test("loads as it is deployed, with the names of secrets that it reads when it is first called", async () => {
    const { handler } = await loadBundle(name, { APP_SECRET: "countersign/test/app" });
    expect(handler).toBeTypeOf("function");
  });

  test("leaves the environment as it was", async () => {
    const before = { ...process.env };
    await loadBundle(name, NOWHERE);
    expect({ ...process.env }).toEqual(before);
  });
});

test.each(HANDLERS)(
  "the %s bundle has of zod what is called by name: no other languages' errors, and not its smaller sister",
  async (name) => {
    expect(await within(name, /node_modules\/zod\/v4\/(locales\/(?!en\.)|mini\/)/)).toEqual([]);
    expect(await within(name, /node_modules\/zod\/v4\/classic\/schemas\./)).toHaveLength(1);
  },
);

test("the Slack bundle holds no graph, no agent and no workflow, only the list of their names and who is on call", async () => {
  expect(await within("slack", /^src\/(graph|agent|workflows)\//)).toEqual([
    "src/workflows/manifest.json",
    "src/workflows/on-call.ts",
  ]);
  expect(await within("slack", packages("openai"))).toEqual([]);
  expect(await within("slack", packages("@slack/bolt"))).not.toEqual([]);
});

test("the api bundle holds no graph, no agent and no workflow, and neither Bolt nor what draws cards", async () => {
  expect(await within("api", /^src\/(graph|agent|workflows)\//)).toEqual([
    "src/workflows/manifest.json",
    "src/workflows/on-call.ts",
  ]);
  expect(await within("api", packages("openai", "@slack/bolt", "zod-openapi"))).toEqual([]);
  expect(await within("api", /^src\/slack\/(app|receiver|messenger|blocks\/.*|listeners\/.*)\.ts$/)).toEqual(
    [],
  );
});

test("the worker bundle runs graphs and writes cards without Bolt", async () => {
  expect(
    await within("worker", /^src\/(graph\/state-graph|workflows\/deploy|slack\/messenger)\.ts$/),
  ).toHaveLength(3);
  expect(await within("worker", packages("openai"))).not.toEqual([]);
  expect(await within("worker", packages("@slack/bolt"))).toEqual([]);
  expect(await within("worker", /^src\/slack\/(app|receiver|listeners\/.*)\.ts$/)).toEqual([]);
});

test("the sweeper bundle knows neither Slack nor graphs", async () => {
  expect(await within("sweeper", /^src\/(slack|graph|agent|workflows)\//)).toEqual([]);
  expect(await within("sweeper", packages("@slack/[^/]+", "openai"))).toEqual([]);
});

test("the dead-letter bundle writes cards and runs no graph, no agent and no workflow", async () => {
  expect(await within("dead-letter", /^src\/slack\/messenger\.ts$/)).toHaveLength(1);
  expect(await within("dead-letter", /^src\/(graph|agent|workflows)\//)).toEqual([]);
  expect(await within("dead-letter", packages("@slack/bolt", "openai"))).toEqual([]);
});

function eventOf({ body, headers }: Delivery): APIGatewayProxyEventV2 {
  return {
    body: body.toString("base64"),
    isBase64Encoded: true,
    headers,
  } as unknown as APIGatewayProxyEventV2;
}

test("the bundled Slack handler takes a command all the way through Bolt", async () => {
  const { handler } = await loadBundle("slack", NOWHERE);
  const { statusCode, body } = await handler(eventOf(slashCommand("help")));
  expect(statusCode).toBe(200);
  expect(body).toContain("/countersign run deploy");
});

test("the bundled Slack handler refuses what Slack has not signed", async () => {
  const { handler } = await loadBundle("slack", NOWHERE);
  const { body } = slashCommand("help");
  expect(await handler(eventOf({ body, headers: {} }))).toMatchObject({ statusCode: 401 });
});

test("a trace of the bundled Slack function, whose names are short, is read with the maps that the build leaves", async () => {
  const { dir } = await buildBundles();
  const lines = (await readFile(join(dir, "slack.mjs"), "utf8")).split("\n");
  const line = lines.findIndex((text) => text.includes("The configuration is not usable"));
  const column = lines[line]?.indexOf("The configuration is not usable");
  const place = `at a (file:///var/task/dist/slack.mjs:${line + 1}:${column})\n    at b (/var/task/dist/other.mjs:1:2)`;
  expect(withSources(place, dir)).toMatch(
    /^at a \(src\/lambda\/config\.ts:\d+:\d+\)\n {4}at b \(\/var\/task\/dist\/other\.mjs:1:2\)$/,
  );
});
