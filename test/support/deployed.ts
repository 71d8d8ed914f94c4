// What deployed handlers need around them: a table and a queue of their own, a local Slack and an ops target; and the turns that the queue takes.
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { APIGatewayProxyEventV2, SQSRecord } from "aws-lambda";
import { expect, onTestFinished, vi } from "vitest";
import type { DeadLetterHandler, HttpHandler, WorkerHandler } from "../../src/lambda/app.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS, localEnvironment } from "../../src/local/config.ts";
import { createOps } from "../../src/local/ops/server.ts";
import { createPerson, type LocalPerson } from "../../src/local/slack/person.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import type { Delivery } from "./deliver.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { freshAws } from "./system.ts";

export interface Deployed {
  readonly env: Readonly<Record<string, string>>;
  /** One turn of what SQS's event source does: the one job that waits. */
  workOnce(worker: WorkerHandler): Promise<void>;
  /** Turns until nothing waits: all jobs that are not put off. */
  workAll(worker: WorkerHandler | DeadLetterHandler): Promise<void>;
  /** What waits is lost: how many jobs that were. */
  loseJobs(): Promise<number>;
  /** Where the local Slack sends what people do, from now on. */
  takeClicks(slack: HttpHandler): void;
  /** For everybody: the functions, the local Slack, and whoever signs. */
  laterBy(ms: number): void;
  readonly rita: LocalPerson;
  readonly ana: LocalPerson;
  readonly bo: LocalPerson;
}

export async function startDeployed(): Promise<Deployed> {
  const aws = await freshAws();
  const ops = await createOps({ store: ":memory:", now: Date.now }).listen(0);
  const store = createStore(":memory:");
  const localSlack = createLocalSlack({
    ...LOCAL_SECRETS,
    ...{ teamId: SEED.teamId, appUrl: "", store, clock: createClock(() => Date.now()) },
  });
  const slack = await localSlack.listen(0);
  let clicks: HttpHandler = () => Promise.resolve({ statusCode: 503 });
  const door = await serveHandler((event) => clicks(event), SILENT);
  localSlack.setAppUrl(door.url);
  const sqs = new SQSClient({ endpoint: aws.sqsUrl });
  onTestFinished(async () => {
    sqs.destroy();
    await Promise.all([door.close(), slack.close(), ops.close()]);
    store.close();
  });
  const turn = async (worker: WorkerHandler | DeadLetterHandler, asked: Asked): Promise<number> => {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl: aws.queueUrl, WaitTimeSeconds: 0, ...asked }),
    );
    const Records = Messages.map(
      ({ MessageId, Body }) => ({ messageId: MessageId, body: Body }) as unknown as SQSRecord,
    );
    if (Records.length === 0) return 0;
    const { batchItemFailures } = await worker({ Records }, { getRemainingTimeInMillis: () => 60_000 });
    expect(batchItemFailures).toEqual([]);
    for (const { ReceiptHandle } of Messages)
      await sqs.send(new DeleteMessageCommand({ QueueUrl: aws.queueUrl, ReceiptHandle }));
    return Records.length;
  };
  return {
    env: localEnvironment({ ...aws, slackUrl: slack.url, opsUrl: ops.url }),
    async workOnce(worker) {
      expect(await turn(worker, { WaitTimeSeconds: 10 })).toBe(1);
    },
    async workAll(worker) {
      while ((await turn(worker, { MaxNumberOfMessages: 10 })) > 0);
    },
    async loseJobs() {
      let lost = 0;
      for (let more = 1; more > 0; lost += more)
        more = await turn(() => Promise.resolve(NO_FAILURES), { MaxNumberOfMessages: 10 });
      return lost;
    },
    takeClicks(handler) {
      clicks = handler;
    },
    laterBy(ms) {
      const now = Date.now() + ms;
      vi.useFakeTimers({ toFake: ["Date"], now });
      onTestFinished(() => void vi.useRealTimers());
    },
    rita: createPerson(slack.url, SEED.users.rita),
    ana: createPerson(slack.url, SEED.users.ana),
    bo: createPerson(slack.url, SEED.users.bo),
  };
}

interface Asked {
  readonly WaitTimeSeconds?: number;
  readonly MaxNumberOfMessages?: number;
}

const NO_FAILURES = { batchItemFailures: [] };

export function plainEvent({ body, headers }: Delivery): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    headers,
    body: body.toString("utf8"),
    isBase64Encoded: false,
  } as unknown as APIGatewayProxyEventV2;
}
