// What stands in for parts of libraries that the bundles leave out, and what of libraries must survive being made small.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import sdk from "@aws-sdk/client-dynamodb/package.json" with { type: "json" };
import type * as slack from "@slack/web-api";
import { build } from "esbuild";
import { expect, onTestFinished, test } from "vitest";
import { leftOut } from "../../infra/left-out.ts";
import { unused } from "../../infra/unused.ts";

/** What a module exports once it is bundled as the Slack function is. */
async function bundled(contents: string): Promise<unknown> {
  const outdir = await mkdtemp(join(tmpdir(), "countersign-left-out-"));
  onTestFinished(() => rm(outdir, { recursive: true }));
  const outfile = join(outdir, "bundled.cjs");
  await build({
    stdin: { contents, resolveDir: process.cwd() },
    ...{ outfile, bundle: true, minify: true, format: "cjs", platform: "node", plugins: [leftOut] },
    mainFields: ["module", "main"],
  });
  return import(outfile);
}

test("a part that was left out says so when it is used, not when it is loaded", () => {
  const express = unused("express") as { __esModule: boolean; default: new () => { listen(): void } };
  expect(express.__esModule).toBe(true);
  const app = new express.default();
  const sentence = /^"express" is not part of this bundle: /;
  expect(() => app.listen()).toThrow(sentence);
  expect(() => (express as unknown as () => void)()).toThrow(sentence);
});

test("Bolt's own receivers are named when somebody makes an app without ours", async () => {
  const { App } = (await bundled(`export { App } from "@slack/bolt";`)) as {
    App: new (options: object) => void;
  };
  const options = { token: "xoxb-1", signingSecret: "s", botId: "B1", botUserId: "U1" };
  expect(() => new App(options)).toThrow(/^"bolt-receivers" is not part of this bundle: /);
});

test("Slack's errors keep their names, which are what the log tells of them", async () => {
  const { WebAPIRequestError } = (await bundled(
    `export { WebAPIRequestError } from "@slack/web-api";`,
  )) as Pick<typeof slack, "WebAPIRequestError">;
  expect(String(new WebAPIRequestError(new Error("nobody there")))).toBe(
    "WebAPIRequestError: A request error occurred: nobody there",
  );
});

test("libraries still tell servers their version", async () => {
  const { client } = (await bundled(
    `import { DynamoDBClient } from "@aws-sdk/client-dynamodb"; export const client = new DynamoDBClient({ region: "eu-west-1" });`,
  )) as { client: DynamoDBClient };
  const told = await client.config.defaultUserAgentProvider();
  expect(told).toContainEqual(["api/DynamoDB", sdk.version]);
});
