// GET /health: that the function answers, asked by probes without a key, and of nothing that is behind it: neither the table nor Slack nor its secrets.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { beforeAll, expect, test } from "vitest";
import project from "../../package.json" with { type: "json" };
import { secretName } from "../../src/lambda/secret-contents.ts";
import { buildBundles, loadBundle } from "../support/bundles.ts";

// Five builds take a while on a busy machine.
beforeAll(() => buildBundles(), 120_000);

async function asked(method: string) {
  const { handler } = await loadBundle("api", {
    APP_SECRET: secretName("test", "app"),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://127.0.0.1:9",
  });
  const event = { rawPath: "/health", rawQueryString: "", headers: {}, requestContext: { http: { method } } };
  // The rest of the event is not read.
  return handler(event as unknown as APIGatewayProxyEventV2);
}

test("it answers without a key, with the version that is deployed, though nothing behind it can be reached", async () => {
  const { statusCode, headers, body } = await asked("GET");
  expect(statusCode).toBe(200);
  expect(JSON.parse(body ?? "")).toEqual({ status: "ok", version: project.version });
  expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
});

test("asked for its head alone, it has no body", async () => {
  expect(await asked("HEAD")).toMatchObject({ statusCode: 200, body: "" });
});

test("every other request needs what is behind it", async () => {
  await expect(asked("POST")).rejects.toThrow(/the secret countersign\/test\/app/);
});
