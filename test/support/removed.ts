// Runs whose time is over, or that are purged, in the whole product: a run that is done, and what makes it go.
import { DeleteItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { countersign } from "../../src/cli/countersign.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { messageLike, startSystem, type System, type SystemOptions } from "./system.ts";

const HOUR_SECONDS = 3_700;
const DAY_SECONDS = 24 * 3_600;

export interface Deployed extends System {
  readonly name: string;
  /** As it was posted. */
  readonly card: Message;
}

export async function deployed(options?: SystemOptions): Promise<Deployed> {
  const system = await startSystem(options);
  const card = await system.askToDeploy();
  await system.ana.click(card, "Approve");
  const { text } = await messageLike(system.rita, /^deploy r-\w+.*: Deployed checkout/);
  await system.untilIdle();
  return { ...system, card, name: /r-\w+/.exec(text)?.[0] ?? "" };
}

/** Its record says so, and nothing of it is deleted yet. */
export async function untilExpired({ sweepAfter, untilIdle }: System, days = 90): Promise<void> {
  await sweepAfter(HOUR_SECONDS);
  await untilIdle();
  await sweepAfter((days + 1) * DAY_SECONDS);
  await untilIdle();
}

/** As DynamoDB does in its own time: all that may be deleted by now. How many that were. */
export async function deleteExpired({ config, around }: System): Promise<number> {
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

export function purge({ config }: System, args: readonly string[]): ReturnType<typeof countersign> {
  const { table, slack, endpoints } = config;
  const env = { TABLE_NAME: table, SLACK_TEAM_ID: slack.team, AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb };
  return countersign(["purge", ...args], { ...process.env, ...env, USER: "otto" });
}
