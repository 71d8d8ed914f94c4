// What is inside the bundles, and that they load: each handler carries its own part of Countersign and nothing of the others'.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Metafile } from "esbuild";
import { describe, expect, test } from "vitest";
import { bytesLoaded, HANDLERS, type HandlerName, UNUSED } from "../../infra/bundle.ts";
import { unused } from "../../infra/unused.ts";
import { localEnvironment } from "../../src/local/config.ts";
import { buildBundles, loadBundle } from "../support/bundles.ts";
import { type Delivery, slashCommand } from "../support/deliver.ts";

/**
 * Ceilings, not targets: about a tenth above what the bundles weigh, all in all and before anything is done. Raise one only for something the handler
 * needs. More than a third of the worker's whole weight is OpenAI's client, which is loaded only by workflows that ask a model.
 */
const MAX_KILOBYTES: Readonly<Record<HandlerName, { readonly whole: number; readonly loaded: number }>> = {
  slack: { whole: 1_340, loaded: 1_180 },
  api: { whole: 1_130, loaded: 980 },
  worker: { whole: 2_020, loaded: 1_170 },
  sweeper: { whole: 760, loaded: 590 },
  "dead-letter": { whole: 920, loaded: 725 },
};

const NOWHERE = localEnvironment({
  slackUrl: "http://127.0.0.1:9",
  opsUrl: "http://127.0.0.1:9",
  dynamoUrl: "http://127.0.0.1:9",
  sqsUrl: "http://127.0.0.1:9",
  queueUrl: "http://127.0.0.1:9/000000000000/jobs",
  table: "nowhere",
});

async function metafileOf(name: HandlerName): Promise<Metafile> {
  return (await buildBundles()).metafiles[name];
}

async function bundle(name: HandlerName): Promise<{ bytes: number; files: readonly string[] }> {
  const { outputs } = await metafileOf(name);
  const code = Object.entries(outputs).filter(([path]) => path.endsWith(".mjs"));
  const files = code.flatMap(([, { inputs }]) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  return { bytes: code.reduce((bytes, [, output]) => bytes + output.bytes, 0), files };
}

/** Files of a bundle that match, for a failure that names what crept in. */
async function within(name: HandlerName, pattern: RegExp): Promise<readonly string[]> {
  return (await bundle(name)).files.filter((file) => pattern.test(file));
}

function packages(...names: readonly string[]): RegExp {
  return new RegExp(`node_modules/(${names.join("|")})/`);
}

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

  test("holds nothing that only Bolt's own receivers need", async () => {
    expect(await within(name, packages(...UNUSED))).toEqual([]);
    const behindThem = packages(
      "undici",
      "iconv-lite",
      "mime-db",
      "body-parser",
      "jsonwebtoken",
      "semver",
      "ws",
    );
    expect(await within(name, behindThem)).toEqual([]);
  });

  test("stays below its ceilings", async () => {
    const { bytes } = await bundle(name);
    expect(bytes / 1_024).toBeLessThan(MAX_KILOBYTES[name].whole);
    expect(bytesLoaded(await metafileOf(name), `${name}.mjs`) / 1_024).toBeLessThan(
      MAX_KILOBYTES[name].loaded,
    );
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

test("a package that was left out says so when it is used, not when it is loaded", () => {
  const express = unused("express") as { __esModule: boolean; default: () => unknown };
  expect(express.__esModule).toBe(true);
  expect(() => express.default()).toThrow(/^"express" is not part of this bundle: /);
  expect(() => (express as unknown as () => void)()).toThrow(/^"express" is not part of this bundle: /);
});
