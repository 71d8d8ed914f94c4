// Slack's commands have no namespaces: where another app has ours, this one goes by another name.
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { expect, test } from "vitest";
import { composeSlack } from "../../src/lambda/app.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { type Delivery, signed, slashCommand } from "../support/deliver.ts";
import { startSystem } from "../support/system.ts";

const TYPED = [
  ...["", "help", "list", "status", "status r-000000", "pending", "pending wat", "pending all", "hlep"],
  ...["show", "show r-000000", "history", "audit", "audit r-000000 import", "cancel", "retry", "replay"],
  ...["run deploy", "run dploy", "run deploy service", "run deploy service=checkout version=v1.0.0 env=prod"],
];

test("the command that is configured is listened to, and is the one that every answer and the App Home name", async () => {
  const { config, around, otto } = await startSystem();
  const handler = composeSlack({ ...config, slack: { ...config.slack, command: "/approve" } }, around);
  const sent = async ({ body, headers }: Delivery): Promise<string> => {
    const event = { body: body.toString(), headers, isBase64Encoded: false };
    const answer = await handler(event as unknown as APIGatewayProxyEventV2);
    expect(answer.statusCode).toBe(200);
    return answer.body ?? "";
  };
  let named = 0;
  for (const text of TYPED) {
    const said = await sent(slashCommand(text, { command: "/approve", trigger_id: `trigger ${text}` }));
    expect(said).toContain('"response_type":"ephemeral"');
    expect(said).not.toContain("countersign ");
    named += said.includes("/approve") ? 1 : 0;
  }
  expect(named).toBeGreaterThan(10);
  const event = { type: "app_home_opened", user: otto.id, tab: "home", channel: "D1", event_ts: "1.0" };
  const callback = { type: "event_callback", team_id: SEED.teamId, event_id: "Ev1", event_time: 1, event };
  const home = async (): Promise<string> => {
    await sent(signed("application/json", JSON.stringify(callback)));
    return JSON.stringify((await otto.snapshot()).home);
  };
  // A busy machine may answer too late for a home, which says so.
  await expect.poll(home, { timeout: 10_000 }).toContain("`/approve help`");
  expect(await home()).not.toContain("countersign ");
});
