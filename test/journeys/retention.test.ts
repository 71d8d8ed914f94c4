// Runs whose details are not kept any more, and purged runs, as people, programs and operators meet them.
import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { countersign } from "../../src/cli/countersign.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { DEPLOYS, messageLike, startSystem, type System, told } from "../support/system.ts";

const HOUR_SECONDS = 3_700;
const DAY_SECONDS = 24 * 3_600;

interface Deployed extends System {
  readonly name: string;
  /** As it was posted. */
  readonly card: Message;
}

async function deployed(): Promise<Deployed> {
  const system = await startSystem();
  const card = await system.askToDeploy();
  await system.ana.click(card, "Approve");
  const { text } = await messageLike(system.rita, /^deploy r-\w+.*: Deployed checkout/);
  await system.untilIdle();
  return { ...system, card, name: /r-\w+/.exec(text)?.[0] ?? "" };
}

function command(system: Deployed, line: string): Promise<unknown> {
  return system.ana.say(DEPLOYS, `/countersign ${line}`);
}

function cli({ config }: Deployed, args: readonly string[]): ReturnType<typeof countersign> {
  const { table, slack, endpoints } = config;
  const env = { TABLE_NAME: table, SLACK_TEAM_ID: slack.team, AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb };
  return countersign(["purge", ...args], { ...process.env, ...env, USER: "otto" });
}

/** As DynamoDB does in its own time: all that may be deleted by now. */
async function deleteExpired({ config, around }: Deployed): Promise<number> {
  const dynamo = createDynamo({ endpoint: config.endpoints.dynamodb, timeoutMs: 5_000, maxAttempts: 3 });
  const now = String(Math.ceil(Date.parse(around.clock.now()) / 1_000) + 60);
  const { Items = [] } = await dynamo.send(
    new ScanCommand({
      TableName: config.table,
      FilterExpression: "#ttl <= :now",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: { ":now": { N: now } },
    }),
  );
  for (const { pk = { S: "" }, sk = { S: "" } } of Items)
    await dynamo.send(new DeleteItemCommand({ TableName: config.table, Key: { pk, sk } }));
  dynamo.destroy();
  return Items.length;
}

test("once its details have had their time, a run is told of by its history alone, and nothing of it comes back", async () => {
  const system = await deployed();
  const { ana, name, card, sweepAfter, untilIdle, deployments } = system;
  await sweepAfter(HOUR_SECONDS);
  await untilIdle();
  await sweepAfter(91 * DAY_SECONDS);
  await untilIdle();
  expect(await deleteExpired(system)).toBeGreaterThan(2);
  await ana.click(card, "Approve", { stale: true });
  await told(ana, /^The details of r-\w+ were deleted on .+ Your click was not counted\.$/);
  await command(system, `show ${name}`);
  await told(ana, /The details of r-\w+ were deleted on/);
  await command(system, `history ${name}`);
  await told(ana, /^History of deploy r-\w+: \d+ entries/);
  await command(system, `audit ${name}`);
  await told(ana, /^Audit of deploy/);
  await command(system, `replay ${name}`);
  await told(ana, /can't be replayed. Start a new run instead/);
  expect(await deployments()).toHaveLength(1);
});

test("an operator purges a run: its cards are emptied, and whoever asks is told who did it and why", async () => {
  const system = await deployed();
  const { ana, name, card, sweepAfter, untilIdle } = system;
  const dry = await cli(system, [name, "--dry-run", "--json"]);
  expect(JSON.parse(dry.out)).toMatchObject({ kind: "dry-run" });
  expect(await cli(system, [name, "--reason", "Her data"])).toMatchObject({ code: 1 });
  const { code, out } = await cli(system, [name, "--reason", "Her data", "--yes"]);
  expect({ code, out }).toMatchObject({ code: 0 });
  expect(out).toMatch(/^1 run purged: \d+ items deleted/);
  await sweepAfter(60);
  await untilIdle();
  const { messages } = await ana.snapshot();
  const texts = JSON.stringify(messages);
  expect(texts).toContain(`${name} was purged`);
  expect(texts).not.toContain("v2.4.1");
  await command(system, `show ${name}`);
  await told(ana, /was purged on .* by otto: “Her data”/);
  await command(system, `history ${name}`);
  await told(ana, /Its history is gone as well: it had \d+ entries/);
  await ana.click(card, "Approve", { stale: true });
  await told(ana, /was purged on .* Your click was not counted\.$/);
  await command(system, `replay ${name}`);
  await told(ana, /can't be replayed/);
});
