// The stand-ins for AWS keep what they were given.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test } from "vitest";
import { createSqsQueue } from "../../src/aws/queue.ts";
import { DataInUse, startAwsStandIns } from "../../src/local/servers.ts";

const NAMES = { table: "table", queue: "jobs", hiddenSeconds: 15 };

test("nobody else gets the data of one that runs, and a job that waits in the queue is still there when the queue has been started again", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "countersign-"));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const first = await startAwsStandIns(dataDir, NAMES);
  const queue = createSqsQueue({
    ...{ endpoint: first.sqsUrl, queueUrl: first.queueUrl },
    ...{ timeoutMs: 1_000, maxAttempts: 1 },
  });
  await queue.send({ kind: "start", team: "T0", thread: "kept" });
  const another = startAwsStandIns(dataDir, NAMES);
  await expect(another).rejects.toThrow(DataInUse);
  await expect(another).rejects.toThrow(
    `another Countersign runs with its data in ${dataDir}. Stop it, or name another folder with COUNTERSIGN_DATA.`,
  );
  await first.stop();

  const second = await startAwsStandIns(dataDir, NAMES);
  onTestFinished(() => second.stop());
  const sqs = new SQSClient({ endpoint: second.sqsUrl });
  onTestFinished(() => sqs.destroy());
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: second.queueUrl }));
  expect(Messages.map(({ Body }) => Body)).toEqual([expect.stringContaining('"thread":"kept"')]);
});
