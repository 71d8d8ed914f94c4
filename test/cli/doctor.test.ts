// npm run countersign -- doctor: for each thing that a deployment needs, what is said when it is fine and when it is broken.
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, inject, test } from "vitest";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { tableShape } from "../../src/aws/table.ts";
import { createAdministrator } from "../../src/local/slack/administrator.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { someRun } from "../slack/fixtures.ts";
import { freshDynamo } from "../support/dynamo.ts";

import { answering, deployment, type Deployment, doctor, HTML, served } from "./doctor-support.ts";

const { channels } = SEED;

test("of a deployment that has all it needs, it says so of each thing, and exits with 0", async () => {
  const { env } = await deployment();
  const looked = await doctor(env);
  expect(looked.wrong).toEqual([]);
  expect(looked).toMatchObject({ code: 0, kind: "fine", problems: 0 });
  const said = (name: string): readonly string[] =>
    looked.of(name).map(({ kind, says }) => `${kind}: ${says}`);
  expect(said("Slack")).toEqual([
    `fine: The bot token is taken: @countersign in the workspace Countersign Local (T0LOCAL).`,
    "fine: The token has every scope that the app asks for.",
  ]);
  expect(said("Channel")).toEqual(["fine: #deploys (C0DEPLOYS) is there, and the app is in it."]);
  expect(said("User groups")).toEqual([
    "fine: @oncall (S0ONCALL), the user group that decides, has 2 members.",
    "fine: @ops (S0OPS), the user group that operates, has 1 member.",
  ]);
  expect(said("Table")).toEqual([
    expect.stringMatching(/^fine: .* is active and on demand, with all 6 indexes\.$/),
    expect.stringMatching(/^unknown: A stand-in for DynamoDB has none of it: /),
  ]);
  expect(said("Queue")).toEqual([
    expect.stringMatching(/^fine: 0 jobs wait, 0 in hand, 0 put off/),
    "fine: No dead letters; a job is one after 5 tries.",
  ]);
  expect(said("Model")).toEqual([expect.stringMatching(/^unknown: No model is configured\./)]);
  expect(said("Operations target")).toEqual([
    expect.stringMatching(/^fine: 127\.0\.0\.1:\d+ answers \(404\)/),
  ]);
  expect(said("Clocks")).toHaveLength(2);
  expect(looked.text).toMatch(/\n\nNothing is wrong\.$/);
  for (const line of looked.text.split("\n")) expect(line.length).toBeLessThanOrEqual(101);
});

interface Broken {
  readonly breaks: (
    deployment: Deployment,
  ) => Promise<Readonly<Record<string, string>>> | Readonly<Record<string, string>>;
  readonly says: RegExp;
}

const table = (): string => `t-${Math.random().toString(36).slice(2)}`;

/** A table of another shape; its name. */
async function tableOf(change: Partial<typeof tableShape> | object): Promise<string> {
  const { dynamo } = await freshDynamo(inject("dynaliteUrl"));
  const TableName = table();
  await dynamo.send(new CreateTableCommand({ TableName, ...tableShape, ...change }));
  return TableName;
}

async function queueWith(attributes: Readonly<Record<string, string>>): Promise<string> {
  const sqs = new SQSClient({ endpoint: inject("sqsUrl") });
  const QueueName = table();
  await sqs.send(
    new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "360", ...attributes } }),
  );
  sqs.destroy();
  return `${inject("sqsUrl")}/000000000000/${QueueName}`;
}

/** A workspace in which the deciding group is switched off, whose answers have these headers. */
function slackLike(headers: Readonly<Record<string, string>>): Promise<string> {
  const { teamId, botId, users, groups } = SEED;
  const answers: Readonly<Record<string, object>> = {
    "auth.test": {
      ...{ url: "https://local.slack.com/", team: "Local", team_id: teamId, user: "countersign" },
      ...{ user_id: users.bot, bot_id: botId },
    },
    "usergroups.list": {
      usergroups: [{ id: groups.oncall, handle: "oncall", date_delete: 1_760_000_000, users: [users.ana] }],
    },
  };
  const url = served((request, response) => {
    const method = (request.url ?? "").split("/").at(-1) ?? "";
    const answer = method in answers ? { ok: true, ...answers[method] } : { ok: false, error: "fatal_error" };
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(JSON.stringify(answer));
  });
  return url.then((address) => `${address}/api/`);
}

const BROKEN: Readonly<Record<string, Broken>> = {
  "a token that Slack does not take": {
    breaks: () => ({ SLACK_BOT_TOKEN: "xoxb-old" }),
    says: /^Slack refuses the bot token \(invalid_auth\)\. Install the Slack app .*--bot-token ask\.$/,
  },
  "a token of another workspace": {
    breaks: () => ({ SLACK_TEAM_ID: "T0OTHER" }),
    says: /^The bot token is of another app or workspace .*: the workspace is T0LOCAL, and SLACK_TEAM_ID says T0OTHER\. Give it the token of the workspace/,
  },
  "another bot's id": {
    breaks: () => ({ SLACK_BOT_ID: "B0OTHER" }),
    says: /the bot is B0LOCAL, and SLACK_BOT_ID says B0OTHER\. Run npm run countersign -- setup/,
  },
  "a channel that is not there": {
    breaks: () => ({ SLACK_DEFAULT_CHANNEL: "C0NOWHERE" }),
    says: /^There is no channel C0NOWHERE that the app can see.* Invite the app into it/,
  },
  "a channel that the app is not in": {
    breaks: () => ({ SLACK_DEFAULT_CHANNEL: channels.random }),
    says: /^The app is no member of #random \(C0RANDOM\): it can post there, .* In #random, invite the app by \/invite\.$/,
  },
  "a channel that is archived": {
    breaks: async ({ slackUrl }) => {
      await createAdministrator(slackUrl).change({
        kind: "archive",
        channel: channels.deploys,
        archived: true,
      });
      return {};
    },
    says: /^The channel #deploys \(C0DEPLOYS\) is archived.* Name another channel/,
  },
  "a user group that is not there": {
    breaks: () => ({ APPROVER_GROUP: "S0NOBODY" }),
    says: /^There is no user group S0NOBODY in the workspace, and it is the one that decides\. Make one in Slack/,
  },
  "a user group with nobody in it": {
    breaks: async ({ slackUrl }) => {
      const { groups, users } = SEED;
      await createAdministrator(slackUrl).change({
        ...{ kind: "group", group: groups.ops, user: users.ana, isMember: false },
      });
      return {};
    },
    says: /^@ops \(S0OPS\), the user group that operates, has nobody in it: nobody could do that\. Add people to it/,
  },
  "a user group that is switched off": {
    breaks: async () => ({ SLACK_API_URL: await slackLike({}) }),
    says: /^@oncall \(S0ONCALL\), the user group that decides, is switched off\. Switch it on in Slack/,
  },
  "scopes that the token has not": {
    breaks: async () => ({
      SLACK_API_URL: await slackLike({ "x-oauth-scopes": "chat:write,commands" }),
    }),
    says: /^The bot token lacks the scopes .*usergroups:read.*\. Give the Slack app the manifest that npm run -s manifest prints/,
  },
  "runs that nobody wakes": {
    breaks: async ({ env }) => {
      const { TABLE_NAME = "", AWS_ENDPOINT_URL_DYNAMODB: endpoint } = env;
      const dynamo = createDynamo({ endpoint, timeoutMs: 5_000, maxAttempts: 3 });
      const records = createRecords(dynamo, TABLE_NAME, UNCOUNTED);
      for (const thread of ["1".repeat(32), "2".repeat(32)])
        await records.saveRun(someRun({ thread, version: 1 }), "2026-01-01T00:00:00.000Z");
      dynamo.destroy();
      return {};
    },
    says: /^2 threads should have gone on more than five minutes ago, the first one at 2026-01-01 00:00 UTC\. Look whether the sweeper runs/,
  },
  "Slack that lets nobody ask": {
    breaks: async ({ slackUrl }) => {
      const rate = {
        kind: "rate-limit",
        method: "usergroups.list",
        times: 1,
        retryAfterSeconds: 30,
      } as const;
      await createAdministrator(slackUrl).faults(rate);
      return {};
    },
    says: /^Slack answers nothing more for 30 seconds\. Try again then\.$/,
  },
  "a scope that is missing for a look": {
    breaks: async ({ slackUrl }) => {
      const refuse = { kind: "refuse", method: "usergroups.list", error: "missing_scope", times: 1 } as const;
      await createAdministrator(slackUrl).faults(refuse);
      return {};
    },
    says: /^The bot token may not look this up: a scope is missing\. Give the Slack app the manifest/,
  },
  "no such table": {
    breaks: () => ({ TABLE_NAME: "t-none" }),
    says: /^There is no table t-none\. Check TABLE_NAME and the region/,
  },
  "a table of somebody else's": {
    breaks: async () => ({
      TABLE_NAME: await tableOf({
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        GlobalSecondaryIndexes: undefined,
      }),
    }),
    says: /is not Countersign's: its keys are not pk and sk, both texts\. Name the right one by TABLE_NAME\./,
  },
  "an index that is missing": {
    breaks: async () => ({
      TABLE_NAME: await tableOf({
        GlobalSecondaryIndexes: tableShape.GlobalSecondaryIndexes.slice(1),
        AttributeDefinitions: tableShape.AttributeDefinitions.filter(
          ({ AttributeName }) => !AttributeName.startsWith("g1"),
        ),
      }),
    }),
    says: /^The index due is missing, .* Deploy again/,
  },
  "a queue that is not there": {
    breaks: ({ queueUrl }) => ({ QUEUE_URL: `${queueUrl}-none` }),
    says: /^There is no queue at http.*-none\. Check QUEUE_URL and the region/,
  },
  "a queue that hides jobs for too short": {
    breaks: async () => ({ QUEUE_URL: await queueWith({ VisibilityTimeout: "60" }) }),
    says: /^The queue hides a job for 60 s, and it should be 360 s at least, six times the worker's time/,
  },
  "a queue without dead letters": {
    breaks: async () => ({ QUEUE_URL: await queueWith({}) }),
    says: /^The queue has nowhere to put jobs that fail each time/,
  },
  "dead letters": {
    breaks: async ({ deadQueueUrl }) => {
      const sqs = new SQSClient({ endpoint: inject("sqsUrl") });
      await sqs.send(new SendMessageCommand({ QueueUrl: deadQueueUrl, MessageBody: "something" }));
      sqs.destroy();
      return {};
    },
    says: /^1 dead letter waits: .* npm run countersign -- redrive shows them/,
  },
  "a configuration that is not usable": {
    breaks: () => ({ OPENAI_BASE_URL: "ftp://model" }),
    says: /^The functions cannot begin with it: OPENAI_BASE_URL must begin with http:\/\/ or https:\/\/.*\. Write it: npm run countersign -- setup/,
  },
  "a target that is broken": {
    breaks: async () => ({ OPS_URL: await served(answering(503, "no")) }),
    says: /^The target at .* answers that it is broken \(503\)\. Check OPS_URL/,
  },
  "a target that sends one elsewhere": {
    breaks: async () => ({
      OPS_URL: await served(answering(302, "", { location: "https://login.example" })),
    }),
    says: /^The target at .* wants to be asked elsewhere \(302\)/,
  },
  "a target that is away": {
    breaks: () => ({ OPS_URL: "http://127.0.0.1:9" }),
    says: /^The target at 127\.0\.0\.1:9 could not be reached from here/,
  },
  "a model that does not take the key": {
    breaks: async () => ({
      OPENAI_API_KEY: "sk-sekrit-key",
      OPENAI_BASE_URL: `${await served(answering(401, '{"error":{"message":"sk-sekrit-key"}}'))}/v1`,
    }),
    says: /^The model at .* does not accept the key \(401\)\. Write another one: setup with --model-key ask\.$/,
  },
  "a proxy in the model's place": {
    breaks: async () => ({ OPENAI_BASE_URL: `${await served(HTML)}/v1` }),
    says: /^The model at .* (?:answered with something that is n|stopped|could)[^]*Mend the model's settings/,
  },
  "a clock that is behind": {
    breaks: async () => ({
      AWS_ENDPOINT_URL_DYNAMODB: await served(
        answering(200, "{", { date: new Date(Date.now() + 100_000).toUTCString() }),
      ),
    }),
    says: /^This machine's clock is (?:99|100) s behind AWS's\. Signatures count for 300 s.* Set the clock/,
  },
  "a proxy in AWS's place": {
    breaks: async () => ({ AWS_ENDPOINT_URL_DYNAMODB: await served(HTML) }),
    says: /^What answers in AWS's place is not AWS: it cannot be read\. Look whether a proxy/,
  },
  "a proxy in Slack's place": {
    breaks: async () => ({ SLACK_API_URL: `${await served(HTML)}/api/` }),
    says: /^What answers in Slack's place is not Slack: it cannot be read\. Look whether a proxy/,
  },
};

test.each(Object.entries(BROKEN))("of %s it says what is wrong and how to mend it", async (_, broken) => {
  const whole = await deployment();
  const { wrong, ...looked } = await doctor({ ...whole.env, ...(await broken.breaks(whole)) });
  expect(
    wrong.filter((line) => broken.says.test(line)),
    wrong.join("\n"),
  ).toHaveLength(1);
  expect(looked).toMatchObject({ code: 1, kind: "wrong", problems: wrong.length });
  expect(looked.text).toMatch(/^WRONG +\S|\nWRONG/);
  expect(looked.all).not.toMatch(/sekrit|xoxb-[a-z]|Please log in/);
});
