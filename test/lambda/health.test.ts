// GET /health: that the function answers, asked by probes without a key, and of nothing that is behind it.
import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect, test } from "vitest";
import project from "../../package.json" with { type: "json" };
import { composeApi } from "../../src/lambda/app.ts";
import { createLog } from "../../src/lambda/log.ts";
import { systemClock } from "../../src/lambda/surroundings.ts";
import { localConfig } from "../../src/local/config.ts";
import { counted } from "../support/counted.ts";

const NOWHERE = "http://127.0.0.1:9";

function asked(method: string) {
  const lines: string[] = [];
  const around = {
    ...{ clock: systemClock, newId: randomUUID },
    log: createLog((line) => lines.push(line)),
    metrics: { ...counted(), flush: () => undefined },
  };
  const addresses = { slackUrl: NOWHERE, opsUrl: NOWHERE, dynamoUrl: NOWHERE, sqsUrl: NOWHERE };
  const api = composeApi(localConfig({ ...addresses, queueUrl: `${NOWHERE}/q`, table: "t" }), around);
  const event = { rawPath: "/health", rawQueryString: "", headers: {}, requestContext: { http: { method } } };
  // The rest of the event is not read.
  return { lines, answer: api(event as unknown as APIGatewayProxyEventV2) };
}

test("it answers without a key, with the version that is deployed, though neither table nor Slack can be reached", async () => {
  const { lines, answer } = asked("GET");
  const { statusCode, headers, body } = await answer;
  expect(statusCode).toBe(200);
  expect(JSON.parse(body ?? "")).toEqual({ status: "ok", version: project.version });
  expect(headers).toMatchObject({ "content-type": "application/json", "cache-control": "no-store" });
  expect(lines).toEqual([]);
});

test("asked for its head alone, it has no body", async () => {
  expect(await asked("HEAD").answer).toMatchObject({ statusCode: 200, body: "" });
});
