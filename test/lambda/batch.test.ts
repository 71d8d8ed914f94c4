// The worker and the dead-letter function behind real queues, several messages in one event: one that fails comes again alone, and in the end is set aside alone.
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import { encodeJob } from "../../src/runs/job-text.ts";
import { composeDeadLetter, composeWorker } from "../../src/lambda/app.ts";
import { createLog } from "../../src/lambda/log.ts";
import { localConfig } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { freshKey } from "../contract/fixtures.ts";
import { NOT_WRITTEN } from "../support/counted.ts";
import { freshAws, MAX_RECEIVES } from "../support/system.ts";

type Handler = (event: SQSEvent) => Promise<SQSBatchResponse>;

/** A wake-up for a thread that was removed: there is nothing to do, and it is done. */
const easy = (): string => encodeJob({ kind: "resume", ...freshKey(SEED.teamId) });
const bad = "not a job";

async function queues() {
  const aws = await freshAws();
  const nowhere = "http://127.0.0.1:9";
  const config = localConfig({ ...aws, slackUrl: nowhere, opsUrl: nowhere });
  const sqs = new SQSClient({ endpoint: aws.sqsUrl });
  onTestFinished(() => {
    sqs.destroy();
  });
  const logLines: string[] = [];
  const around = {
    clock: { now: () => new Date().toISOString() },
    newId: () => "worker",
    log: createLog((line) => logLines.push(line)),
    metrics: NOT_WRITTEN,
  };
  const worker = composeWorker(config, around, { timeoutMs: 10_000 });

  async function receive(QueueUrl: string, hiddenFor?: number): Promise<readonly Message[]> {
    const command = new ReceiveMessageCommand({
      ...{ QueueUrl, MaxNumberOfMessages: 10, MessageSystemAttributeNames: ["ApproximateReceiveCount"] },
      ...(hiddenFor !== undefined && { VisibilityTimeout: hiddenFor }),
    });
    return (await sqs.send(command)).Messages ?? [];
  }

  return {
    ...aws,
    ...{ logLines, receive },
    worker: (event: SQSEvent) => worker(event, { getRemainingTimeInMillis: () => 10_000 }),
    deadLetter: composeDeadLetter(config, around),
    async send(QueueUrl: string, bodies: readonly string[]): Promise<void> {
      const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    },
    /** One turn of what Lambda does between a queue and a function: all in one event, and what did not fail is removed. */
    async handOver(QueueUrl: string, handler: Handler, hiddenFor?: number): Promise<readonly string[]> {
      const messages = await receive(QueueUrl, hiddenFor);
      const Records = messages.map(
        ({ MessageId, Body }) => ({ messageId: MessageId, body: Body }) as unknown as SQSRecord,
      );
      const { batchItemFailures } = await handler({ Records });
      const failed = batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      for (const { MessageId = "", ReceiptHandle } of messages)
        if (!failed.includes(MessageId))
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      return messages.map(({ Body = "" }) => Body);
    },
  };
}

test("of several jobs in one event, the one that failed comes again, alone, once its time is over", async () => {
  const { queueUrl, send, handOver, receive, worker } = await queues();
  const sent = [easy(), bad, easy()];
  await send(queueUrl, sent);
  expect([...(await handOver(queueUrl, worker))].sort()).toEqual([...sent].sort());
  // Hidden for two seconds from everybody.
  expect(await receive(queueUrl)).toEqual([]);
  await expect
    .poll(() => receive(queueUrl), { timeout: 5_000, interval: 200 })
    .toMatchObject([{ Body: bad, Attributes: { ApproximateReceiveCount: "2" } }]);
});

test("what fails each time is set aside after the last try and not before, and the others with it are not", async () => {
  const { queueUrl, deadQueueUrl, send, handOver, receive, worker, logLines } = await queues();
  await send(queueUrl, [easy(), bad]);
  for (let received = 1; received <= MAX_RECEIVES; received++) {
    expect(await receive(deadQueueUrl)).toEqual([]);
    expect(await handOver(queueUrl, worker, 0)).toContain(bad);
  }
  expect(await handOver(queueUrl, worker, 0)).toEqual([]);
  expect(await receive(deadQueueUrl)).toMatchObject([{ Body: bad }]);
  expect(logLines.filter((line) => line.includes("will be delivered again"))).toHaveLength(MAX_RECEIVES);
});

test("of several dead messages in one event, what is no job stays where it is, and the others are done with", async () => {
  const { deadQueueUrl, send, handOver, deadLetter } = await queues();
  const sent = [easy(), bad, easy()];
  await send(deadQueueUrl, sent);
  expect([...(await handOver(deadQueueUrl, deadLetter, 0))].sort()).toEqual([...sent].sort());
  // However often it is looked at.
  for (let looks = 0; looks < MAX_RECEIVES + 2; looks++)
    expect(await handOver(deadQueueUrl, deadLetter, 0)).toEqual([bad]);
});
