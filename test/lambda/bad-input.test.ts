// Surroundings that are wrong rather than away: each function says what and what to mend in its log, people are told in words of theirs, and no work is dropped.
import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2, SQSEvent } from "aws-lambda";
import { CreateTableCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { partitionKey, sortKey } from "../../src/aws/keys.ts";
import { composeDeadLetter, composeSlack, composeSweeper, composeWorker } from "../../src/lambda/app.ts";
import type { Config } from "../../src/lambda/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { slashCommand } from "../support/deliver.ts";
import { refusing } from "../support/refusing.ts";
import { DEPLOY_COMMAND, DEPLOYS, messageLike, startSystem, type System, told } from "../support/system.ts";

async function tableWithOtherKeys({ config }: System): Promise<Config> {
  const table = `other-${randomUUID()}`;
  const dynamo = createDynamo({ endpoint: inject("dynamoUrl"), timeoutMs: 5_000, maxAttempts: 3 });
  const create = new CreateTableCommand({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  await dynamo.send(create);
  dynamo.destroy();
  return { ...config, table };
}

async function answering({ config }: System, error: string): Promise<Config> {
  return { ...config, endpoints: { ...config.endpoints, dynamodb: await refusing(400, error) } };
}

/** Nothing that names a user or a key, and no file that has any. */
function withoutCredentials({ config }: System): Promise<Config> {
  for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"])
    vi.stubEnv(name, undefined);
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
  vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
  vi.stubEnv("AWS_CONFIG_FILE", "/nonexistent");
  onTestFinished(() => {
    vi.unstubAllEnvs();
  });
  return Promise.resolve(config);
}

const MEND = "the database is not set up as this app needs it";
const WAIT = "the database did not answer";

interface Wrong {
  readonly what: string;
  readonly config: (system: System) => Promise<Config>;
  readonly logged: string;
  readonly said: string;
}

const WRONG: readonly Wrong[] = [
  {
    what: "a table that is not there",
    config: ({ config }) => Promise.resolve({ ...config, table: "nowhere" }),
    ...{ logged: "There is no such table: check TABLE_NAME", said: MEND },
  },
  {
    what: "a table with other keys",
    config: tableWithOtherKeys,
    ...{
      logged: "The table has other keys or indexes than Countersign's: check that TABLE_NAME",
      said: MEND,
    },
  },
  {
    what: "a role that may not use the table",
    config: (system) => answering(system, "AccessDeniedException"),
    ...{ logged: "The function's role may not do this: compare it with infra/roles.yml.", said: MEND },
  },
  {
    what: "no credentials",
    config: withoutCredentials,
    ...{ logged: "There are no valid AWS credentials", said: MEND },
  },
  {
    what: "a table that takes no more requests",
    config: (system) => answering(system, "ThrottlingException"),
    ...{ logged: "It takes no more requests for now, and they are tried again.", said: WAIT },
  },
];

const invocation = { getRemainingTimeInMillis: () => 10_000 };

function jobEvent(thread: string, messageId: string): SQSEvent {
  const body = JSON.stringify({ v: 1, kind: "resume", team: SEED.teamId, thread });
  return { Records: [{ messageId, body }] } as unknown as SQSEvent;
}

async function say(text: string, { config, system }: { config: Config; system: System }): Promise<string> {
  const { body, headers } = slashCommand(text);
  const event = { body: body.toString("utf8"), isBase64Encoded: false, headers };
  const handler = composeSlack(config, system.around);
  return (await handler(event as unknown as APIGatewayProxyEventV2)).body ?? "";
}

test.each(WRONG)(
  "$what: the log says what to mend, people are told without it, and jobs stay in the queue",
  async (wrong) => {
    const system = await startSystem();
    const config = await wrong.config(system);
    const { around, logLines } = system;
    const answer = await say("run deploy service=checkout version=v2.4.1 env=prod", { config, system });
    expect(answer).toContain(wrong.said);
    expect(answer).toContain("Nothing was started");
    expect(answer).not.toMatch(/Exception|TABLE_NAME|infra\/|AWS_/);
    expect(logLines.at(-1)).toContain(wrong.logged);

    const failures = { batchItemFailures: [{ itemIdentifier: "m-1" }] };
    expect(
      await composeWorker(config, around, { timeoutMs: 10_000 })(jobEvent("a".repeat(32), "m-1"), invocation),
    ).toEqual(failures);
    expect(logLines.at(-1)).toContain(wrong.logged);
    expect(await composeDeadLetter(config, around)(jobEvent("a".repeat(32), "m-1"))).toEqual(failures);
    expect(logLines.at(-1)).toContain(wrong.logged);
    await expect(composeSweeper(config, around)()).rejects.toThrow(wrong.logged);
  },
  40_000,
);

test("a queue that is not there: the log says what to mend, and the run is recorded for the sweeper", async () => {
  const system = await startSystem();
  const config = { ...system.config, queueUrl: `${system.config.queueUrl}-nowhere` };
  const answer = await say("run deploy service=checkout version=v2.4.1 env=prod", { config, system });
  expect(answer).toContain("Recorded *deploy*");
  expect(system.logLines.at(-1)).toContain("There is no such queue: check QUEUE_URL");
  await system.sweepAfter(60);
  await messageLike(system.rita, /^Approval needed/);
});

/** Writes over a stored record, and says how to put it back. */
async function rewritten({ config }: System, thread: string, sk: string): Promise<() => Promise<void>> {
  const dynamo = createDynamo({ endpoint: inject("dynamoUrl"), timeoutMs: 5_000, maxAttempts: 3 });
  const write = async (d: string): Promise<string> => {
    const update = new UpdateItemCommand({
      TableName: config.table,
      Key: { pk: { S: partitionKey.ofThread({ team: SEED.teamId, thread }) }, sk: { S: sk } },
      UpdateExpression: "SET d = :d",
      ExpressionAttributeValues: { ":d": { S: d } },
      ReturnValues: "UPDATED_OLD",
    });
    return (await dynamo.send(update)).Attributes?.["d"]?.S ?? "";
  };
  const before = await write(JSON.stringify({ form: "of a later year" }));
  return async () => {
    await write(before);
    dynamo.destroy();
  };
}

test("a question of a newer form: the clicker is told without internals, the log names it, and the click counts once it can be read", async () => {
  const system = await startSystem();
  const { ana, askToDeploy, logLines, deployments } = system;
  const card = await askToDeploy();
  const { thread, card: name } = (card.metadata?.event_payload ?? {}) as { thread: string; card: string };
  const restore = await rewritten(system, thread, sortKey.approval(name.replace("ask:", "")));
  await ana.click(card, "Approve");
  await told(
    ana,
    /^This is in a form that only a newer version of this app can read, so your click was not counted/,
  );
  expect(logLines.at(-1)).toMatch(
    /has a form that this version of Countersign does not know\. .* deploy the version/,
  );
  await restore();
  await ana.click(card, "Approve");
  await messageLike(ana, /^✅ Deployed/);
  expect(await deployments()).toHaveLength(1);
});

test("a run of a newer form: its jobs are parked with a sentence, and its run goes on once it can be read", async () => {
  const system = await startSystem();
  const { rita, ana, config, around, logLines, relays } = system;
  relays.sqs.cut();
  await rita.say(DEPLOYS, DEPLOY_COMMAND);
  await told(rita, /^Recorded/);
  const recorded = logLines.find((line) => line.includes("A run was recorded.")) ?? "{}";
  const { thread } = JSON.parse(recorded) as { thread: string };
  const restore = await rewritten(system, thread, sortKey.run);
  const failures = { batchItemFailures: [{ itemIdentifier: "m-2" }] };
  expect(
    await composeWorker(config, around, { timeoutMs: 10_000 })(jobEvent(thread, "m-2"), invocation),
  ).toEqual(failures);
  expect(await composeDeadLetter(config, around)(jobEvent(thread, "m-2"))).toEqual(failures);
  expect(logLines.at(-1)).toContain("has a form that this version of Countersign does not know.");
  await restore();
  relays.sqs.restore();
  await system.sweepAfter(60);
  await messageLike(ana, /^Approval needed/);
});
