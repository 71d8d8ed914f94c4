// doctor, of what only AWS tells: how safely the table is kept, a stage by its secrets, and AWS that is away or does not answer.
import type { RequestListener } from "node:http";
import { describe, expect, inject, test } from "vitest";
import { tableShape } from "../../src/aws/table.ts";
import { countersign } from "../../src/cli/countersign.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { startLocalSlack } from "../slack/support.ts";
import { startSecretsManager } from "../support/secrets-manager.ts";
import { freshAws } from "../support/system.ts";

import { answering, deployment, doctor, served } from "./doctor-support.ts";

const { teamId, botId, users, channels, groups } = SEED;

/** DynamoDB as AWS answers, of a table that is as it should be but for `change`. */
function dynamoLike(change: object, others: Readonly<Record<string, object>> = {}): RequestListener {
  const indexes = tableShape.GlobalSecondaryIndexes.map((index) => ({ ...index, IndexStatus: "ACTIVE" }));
  const Table = {
    ...{ ...tableShape, GlobalSecondaryIndexes: indexes, TableStatus: "ACTIVE" },
    ...{ BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" }, DeletionProtectionEnabled: true },
    ...{ SSEDescription: { Status: "ENABLED" }, ...change },
  };
  const answers: Readonly<Record<string, object>> = {
    ListTables: { TableNames: ["countersign-dev-Table-1A2B3C", "countersign-dev-2-Table-1A2B3C", "other"] },
    DescribeTable: { Table },
    DescribeTimeToLive: { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "ttl" } },
    DescribeContinuousBackups: {
      ContinuousBackupsDescription: {
        ContinuousBackupsStatus: "ENABLED",
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: "ENABLED" },
      },
    },
    Query: { Items: [], Count: 0 },
    ...others,
  };
  return (request, response) => {
    const [, call = ""] = String(request.headers["x-amz-target"]).split(".");
    response
      .writeHead("__type" in (answers[call] ?? {}) ? 400 : 200, {
        "content-type": "application/x-amz-json-1.0",
      })
      .end(JSON.stringify(answers[call] ?? {}));
  };
}

const OFF: Readonly<
  Record<string, readonly [change: object, others: Readonly<Record<string, object>>, says: string]>
> = {
  "time to live": [
    {},
    { DescribeTimeToLive: { TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } } },
    "Time to live on ttl is off: what should have been deleted is kept for good.",
  ],
  "time to live on another attribute": [
    {},
    { DescribeTimeToLive: { TimeToLiveDescription: { TimeToLiveStatus: "ENABLED", AttributeName: "old" } } },
    "Time to live on ttl is off: what should have been deleted is kept for good.",
  ],
  recovery: [
    {},
    { DescribeContinuousBackups: { ContinuousBackupsDescription: {} } },
    "Point-in-time recovery is off: nothing can be restored.",
  ],
  protection: [
    { DeletionProtectionEnabled: false },
    {},
    "Deletion protection is off: the table can be deleted by mistake.",
  ],
  encryption: [
    { SSEDescription: undefined },
    {},
    "Encryption by KMS is off: it is encrypted by a key that nobody here can audit.",
  ],
  capacity: [
    { BillingModeSummary: undefined },
    {},
    "The table t has a capacity that is set, and is throttled beyond it.",
  ],
  "a table that is being made": [
    { TableStatus: "CREATING" },
    {},
    "The table t is not in use: it is CREATING.",
  ],
};

test.each(Object.entries(OFF))("of the table's %s as AWS tells it, it says what is off", async (_, off) => {
  const [change, others, says] = off;
  const url = await served(dynamoLike(change, others));
  const looked = await doctor({ TABLE_NAME: "t", SLACK_TEAM_ID: teamId, AWS_ENDPOINT_URL_DYNAMODB: url });
  const wrong = looked.of("Table").filter(({ kind }) => kind === "wrong");
  expect(wrong.map((finding) => finding.says)).toEqual([says]);
});

test("what one may not ask of the table is not known, and hides nothing else", async () => {
  const denied = { DescribeContinuousBackups: { __type: "AccessDeniedException" } };
  const url = await served(dynamoLike({ DeletionProtectionEnabled: false }, denied));
  const looked = await doctor({ TABLE_NAME: "t", SLACK_TEAM_ID: teamId, AWS_ENDPOINT_URL_DYNAMODB: url });
  expect(looked.of("Table").map(({ says }) => says)).toEqual([
    "t is active and on demand, with all 6 indexes.",
    "On: Time to live on ttl, Encryption by KMS.",
    "Deletion protection is off: the table can be deleted by mistake.",
    "Point-in-time recovery: Your AWS credentials do not allow dynamodb:DescribeContinuousBackups.",
  ]);
});

describe("of a stage", () => {
  const APP = {
    ...{ SLACK_SIGNING_SECRET: "sekrit-signing", SLACK_BOT_TOKEN: LOCAL_SECRETS.botToken },
    ...{ SLACK_TEAM_ID: teamId, SLACK_BOT_ID: botId, SLACK_BOT_USER_ID: users.bot },
    ...{ SLACK_DEFAULT_CHANNEL: channels.deploys, OPS_URL: "http://127.0.0.1:9" },
    ...{ APPROVER_GROUP: groups.oncall, OPERATOR_GROUP: groups.ops },
  };

  test("it reads the secrets as the functions would, and finds the table by its name", async () => {
    const [slack, manager] = [await startLocalSlack(), await startSecretsManager()];
    manager.secrets.set("countersign/dev/app", JSON.stringify({ ...APP, OPERATOR_GROUP: undefined }));
    manager.secrets.set("countersign/dev/model", "no JSON, but sekrit");
    const env = {
      ...{ SLACK_API_URL: `${slack.url}/api/`, AWS_ENDPOINT_URL_SECRETS_MANAGER: manager.url },
      AWS_ENDPOINT_URL_DYNAMODB: await served(dynamoLike({})),
      QUEUE_URL: (await freshAws(360)).queueUrl,
      AWS_ENDPOINT_URL_SQS: inject("sqsUrl"),
    };
    const looked = await doctor(env, "--stage dev");
    expect(looked.of("Secrets").map(({ says }) => says)).toEqual([
      expect.stringContaining("The secret countersign/dev/model is not what was written there"),
      expect.stringContaining("There is no secret countersign/dev/webhooks."),
    ]);
    expect(looked.of("Configuration")).toEqual([
      {
        kind: "wrong",
        says: "The functions cannot begin with it: OPERATOR_GROUP is missing.",
        mend: "Write it: npm run countersign -- setup --stage dev --region eu-west-1",
      },
    ]);
    expect(looked.of("Table")[0]?.says).toBe(
      "countersign-dev-Table-1A2B3C is active and on demand, with all 6 indexes.",
    );
    expect(looked.text).toMatch(/^Looked at the stage dev in eu-west-1\./);
    expect(looked.all).not.toMatch(/sekrit|xoxb-[a-z]/);
  });

  test("AWS that is away is one sentence, and Slack is not asked for what stands in the secrets", async () => {
    const away = "http://127.0.0.1:9";
    const env = {
      ...{ AWS_ENDPOINT_URL_SECRETS_MANAGER: away, AWS_ENDPOINT_URL_DYNAMODB: away },
      ...{ AWS_ENDPOINT_URL_SQS: away, SLACK_API_URL: `${await served(answering(200, "{}"))}/` },
    };
    const looked = await doctor(env, "--stage dev");
    expect(looked.wrong).toEqual([
      expect.stringMatching(/^AWS could not be reached from here \(ECONNREFUSED\)\. Check the network/),
    ]);
    expect(looked.text).toContain("Not looked at either, for the same reason: Table, Queue.");
  });
});

test("a check that gets no answer in its time says so, and the others say what they found", async () => {
  const { env } = await deployment();
  const mute = await served(() => undefined);
  const looked = await doctor({ ...env, AWS_ENDPOINT_URL_DYNAMODB: mute }, "--timeout 0.3");
  expect(looked.code).toBe(1);
  expect(looked.of("Table")[0]?.says).toMatch(/no answer|could not be reached/);
  // It asks nobody, so it is in time however busy this machine is.
  expect(looked.of("Configuration").map(({ kind }) => kind)).toEqual(["fine"]);
});

test.each([
  ["a word", "dev", '"doctor" takes no words'],
  ["a stage that is none", "--stage dev/../prod", "A stage is a word of letters"],
  ["a time that is none", "--timeout soon", "--timeout takes a number of seconds"],
])("with %s it says what to write", async (_, words, says) => {
  const { code, err } = await countersign(["doctor", ...words.split(" ")], {});
  expect([code, err]).toEqual([2, expect.stringContaining(says)]);
});
