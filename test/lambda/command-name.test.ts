// Slack's commands have no namespaces: where another app has ours, this one goes by another name.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect, test } from "vitest";
import { composeSlack } from "../../src/lambda/app.ts";
import { slashCommand } from "../support/deliver.ts";
import { startSystem } from "../support/system.ts";

test("the command that is configured is listened to, and is the one that help names", async () => {
  const { config, around } = await startSystem();
  const handler = composeSlack({ ...config, slack: { ...config.slack, command: "/approve" } }, around);
  const { body, headers } = slashCommand("help", { command: "/approve" });
  const event = { body: body.toString(), headers, isBase64Encoded: false };
  const answer = await handler(event as unknown as APIGatewayProxyEventV2);
  expect(answer.statusCode).toBe(200);
  expect(answer.body).toContain("/approve");
  expect(answer.body).not.toContain("/countersign");
});
