// A deployment by its stage alone: its table by its name, its workspace by its secret, and what is said where either is not to be found.
import { expect, inject, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { createTable } from "../../src/aws/table.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { someRun } from "../slack/fixtures.ts";
import { startSecretsManager } from "../support/secrets-manager.ts";
import { ask, say } from "./support.ts";

const { teamId: team } = SEED;

test("the stage is enough where it has one table and a secret; with two tables or none it is said what to do", async () => {
  const manager = await startSecretsManager();
  const env = {
    AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoUrl"),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url,
  };
  const stage = `t${Date.now().toString(36)}`;
  const table = `countersign-${stage}-Table-1A2B3C`;
  expect(await ask(`runs --stage ${stage}`, env)).toMatchObject({ code: 1, data: { kind: "no-place" } });
  manager.secrets.set(
    `countersign/${stage}/app`,
    JSON.stringify({ SLACK_TEAM_ID: team, SLACK_BOT_TOKEN: "xoxb-sekrit" }),
  );
  expect((await say(`runs --stage ${stage}`, env)).err).toContain(
    `There is no table of the stage ${stage} in eu-west-1`,
  );
  const dynamo = createDynamo({ endpoint: inject("dynamoUrl"), timeoutMs: 5_000, maxAttempts: 3 });
  await createTable(dynamo, table);
  await createRecords(dynamo, table, UNCOUNTED).saveRun({ ...someRun(), team, version: 1 });
  const { out } = await say(`runs --stage ${stage} --region us-east-1`, env);
  expect(out).toContain("r-7f3a21");
  await createTable(dynamo, `countersign-${stage}-Table-9Z8Y7X`);
  dynamo.destroy();
  const several = await say(`runs --stage ${stage}`, env);
  expect([several.code, several.err]).toEqual([1, expect.stringContaining("more than one table")]);
  expect(several.err).not.toContain("sekrit");
  expect((await say(`runs --stage ${stage}`, { ...env, TABLE_NAME: table })).code).toBe(0);
  expect(await ask("runs --stage a/b", env)).toMatchObject({ code: 2, data: { kind: "wrong-words" } });
}, 30_000);
