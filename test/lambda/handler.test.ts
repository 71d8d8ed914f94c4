// The handlers as they are shipped: the bundles, given the events AWS would give them, against real servers.
import type { APIGatewayProxyEventV2, SQSRecord } from "aws-lambda";
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS, localEnvironment } from "../../src/local/config.ts";
import { createOps } from "../../src/local/ops/server.ts";
import { createPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { SECRET_CONTENTS } from "../../src/lambda/secret-contents.ts";
import { buildBundles, loadBundle } from "../support/bundles.ts";
import { buttonClick, buttonValue, type Delivery, slashCommand } from "../support/deliver.ts";
import { startSecretsManager } from "../support/secrets-manager.ts";
import { freshAws, messageLike, pendingCard } from "../support/system.ts";

function plainEvent({ body, headers }: Delivery): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    headers,
    body: body.toString("utf8"),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}

/** As API Gateway sends form bodies, with the header names as the REST API and some proxies write them. */
function base64Event({ body, headers }: Delivery): APIGatewayProxyEventV2 {
  const shouted = Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]),
  );
  return {
    version: "2.0",
    headers: shouted,
    body: body.toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2;
}

/** As on AWS: what is in the secret is not in the environment. */
async function withSecrets(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const { url, secrets } = await startSecretsManager();
  const isSecret = (name: string): boolean => SECRET_CONTENTS.app.some((each) => each === name);
  const { secret = [], open = [] } = Object.groupBy(Object.entries(env), ([name]) =>
    isSecret(name) ? "secret" : "open",
  );
  secrets.set("countersign/test/app", JSON.stringify(Object.fromEntries(secret)));
  const named = { APP_SECRET: "countersign/test/app", AWS_ENDPOINT_URL_SECRETS_MANAGER: url };
  return { ...Object.fromEntries(open), ...named };
}

async function bundledApp() {
  const aws = await freshAws();
  const ops = await createOps({ store: ":memory:", now: Date.now }).listen(0);
  const store = createStore(":memory:");
  const slackServer = await createLocalSlack({
    ...LOCAL_SECRETS,
    teamId: SEED.teamId,
    appUrl: "",
    store,
    clock: createClock(Date.now),
  }).listen(0);
  const env = await withSecrets(localEnvironment({ ...aws, slackUrl: slackServer.url, opsUrl: ops.url }));
  const sqs = new SQSClient({ endpoint: aws.sqsUrl });
  onTestFinished(async () => {
    sqs.destroy();
    await Promise.all([slackServer.close(), ops.close()]);
    store.close();
  });
  await buildBundles();
  const { handler: slack } = await loadBundle("slack", env);
  const { handler: worker } = await loadBundle("worker", env);
  const { handler: sweeper } = await loadBundle("sweeper", env);

  /** One turn of what SQS's event source does. */
  async function workOnce(): Promise<void> {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: aws.queueUrl, WaitTimeSeconds: 2 }),
    );
    const Records = Messages.map(
      ({ MessageId, Body }) => ({ messageId: MessageId, body: Body }) as unknown as SQSRecord,
    );
    expect(Records).toHaveLength(1);
    const { batchItemFailures } = await worker({ Records }, { getRemainingTimeInMillis: () => 60_000 });
    expect(batchItemFailures).toEqual([]);
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: aws.queueUrl, ReceiptHandle }));
  }

  const person = (id: string) => createPerson(slackServer.url, id);
  return { slack, sweeper, workOnce, rita: person(SEED.users.rita), ana: person(SEED.users.ana) };
}

test("the bundled handlers complete a deployment: a plain event starts it and a base64 event approves it", async () => {
  const { slack, sweeper, workOnce, rita, ana } = await bundledApp();
  const started = await slack(
    plainEvent(slashCommand("run deploy service=checkout version=v2.4.1 env=prod")),
  );
  expect(started).toMatchObject({
    statusCode: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
  });
  await workOnce();
  const card = await pendingCard(ana);

  const clicked = await slack(
    base64Event(buttonClick({ user: ana.id, action: "approve", value: buttonValue(card, "approve") })),
  );
  expect(clicked).toMatchObject({ statusCode: 200, body: "" });
  await workOnce();
  await messageLike(rita, /^✅ Deployed checkout v2\.4\.1 to prod \(was v2\.4\.0\)/);
  await sweeper();
});

test("the bundled Slack handler refuses what is not signed, whatever the encoding", async () => {
  const { slack } = await bundledApp();
  const forged = slashCommand("help");
  const headers = { ...forged.headers, "x-slack-signature": "v0=0000" };
  expect(await slack(plainEvent({ ...forged, headers }))).toMatchObject({ statusCode: 401 });
  expect(await slack(base64Event({ ...forged, headers }))).toMatchObject({ statusCode: 401 });
});
