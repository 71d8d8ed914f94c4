// What deployed handlers need around them: a table and a queue of their own, a local Slack and an ops target; and the turns that the queue takes.
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2, SQSRecord } from "aws-lambda";
import { expect, onTestFinished } from "vitest";
import type { WorkerHandler } from "../../src/lambda/app.ts";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS, localEnvironment } from "../../src/local/config.ts";
import { createOps } from "../../src/local/ops/server.ts";
import { createPerson, type LocalPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import type { Delivery } from "./deliver.ts";
import { freshAws } from "./system.ts";

export interface Deployed {
  readonly env: Readonly<Record<string, string>>;
  /** One turn of what SQS's event source does: the one job that waits. */
  workOnce(worker: WorkerHandler): Promise<void>;
  readonly rita: LocalPerson;
  readonly ana: LocalPerson;
}

export async function startDeployed(): Promise<Deployed> {
  const aws = await freshAws();
  const ops = await createOps({ store: ":memory:", now: Date.now }).listen(0);
  const store = createStore(":memory:");
  const slack = await createLocalSlack({
    ...LOCAL_SECRETS,
    ...{ teamId: SEED.teamId, appUrl: "", store, clock: createClock(Date.now) },
  }).listen(0);
  const sqs = new SQSClient({ endpoint: aws.sqsUrl });
  onTestFinished(async () => {
    sqs.destroy();
    await Promise.all([slack.close(), ops.close()]);
    store.close();
  });
  return {
    env: localEnvironment({ ...aws, slackUrl: slack.url, opsUrl: ops.url }),
    async workOnce(worker) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: aws.queueUrl, WaitTimeSeconds: 10 }),
      );
      const Records = Messages.map(
        ({ MessageId, Body }) => ({ messageId: MessageId, body: Body }) as unknown as SQSRecord,
      );
      expect(Records).toHaveLength(1);
      const { batchItemFailures } = await worker({ Records }, { getRemainingTimeInMillis: () => 60_000 });
      expect(batchItemFailures).toEqual([]);
      for (const { ReceiptHandle } of Messages)
        await sqs.send(new DeleteMessageCommand({ QueueUrl: aws.queueUrl, ReceiptHandle }));
    },
    rita: createPerson(slack.url, SEED.users.rita),
    ana: createPerson(slack.url, SEED.users.ana),
  };
}

export function plainEvent({ body, headers }: Delivery): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    headers,
    body: body.toString("utf8"),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}
