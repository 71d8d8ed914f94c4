// Jobs through SQS: what is sent is what arrives, and a queue that is away says so.
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSqsQueue } from "../../src/aws/queue.ts";
import { decodeJob, encodeJob } from "../../src/runs/job-text.ts";
import { QueueUnavailable } from "../../src/runs/errors.ts";
import type { Job } from "../../src/runs/ports.ts";
import { startRelay } from "../support/relay.ts";
import { freshAws } from "../support/system.ts";

const job: Job = { kind: "resume", team: "T1", thread: "th" };

test("a job that was sent is the job that arrives", async () => {
  const { sqsUrl, queueUrl } = await freshAws();
  await createSqsQueue({ endpoint: sqsUrl, queueUrl, timeoutMs: 2_000, maxAttempts: 2 }).send(job);
  const sqs = new SQSClient({ endpoint: sqsUrl });
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
  expect(Messages.map(({ Body = "" }) => decodeJob(Body))).toEqual([job]);
});

test("a job that is delayed arrives when its time has come, and not before", async () => {
  const { sqsUrl, queueUrl } = await freshAws();
  await createSqsQueue({ endpoint: sqsUrl, queueUrl, timeoutMs: 2_000, maxAttempts: 2 }).send(job, 1);
  const sqs = new SQSClient({ endpoint: sqsUrl });
  const bodies = async (WaitTimeSeconds: number) => {
    const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds });
    return ((await sqs.send(command)).Messages ?? []).map(({ Body = "" }) => Body);
  };
  expect(await bodies(0)).toEqual([]);
  expect((await bodies(5)).map(decodeJob)).toEqual([job]);
});

test("a queue that hangs is given up", async () => {
  const { sqsUrl, queueUrl } = await freshAws();
  const relay = await startRelay(sqsUrl);
  relay.freeze();
  const queue = createSqsQueue({ endpoint: relay.url, queueUrl, timeoutMs: 200, maxAttempts: 2 });
  await expect(queue.send(job)).rejects.toBeInstanceOf(QueueUnavailable);
  await relay.close();
});

test("a queue that is away says so", async () => {
  const { sqsUrl, queueUrl } = await freshAws();
  const relay = await startRelay(sqsUrl);
  await relay.close();
  const queue = createSqsQueue({ endpoint: relay.url, queueUrl, timeoutMs: 500, maxAttempts: 2 });
  await expect(queue.send(job)).rejects.toBeInstanceOf(QueueUnavailable);
});

test("every job survives being written down and read", () => {
  const team = fc.string({ maxLength: 64 });
  const jobs = fc.oneof<fc.Arbitrary<Job>[]>(
    fc.record({
      kind: fc.constantFrom("start", "resume", "redraw", "sweep"),
      team,
      thread: fc.string({ maxLength: 128 }),
    }),
    fc.record({ kind: fc.constant("homes" as const), team }),
  );
  fc.assert(
    fc.property(jobs, (any) => {
      expect(decodeJob(encodeJob(any))).toEqual(any);
    }),
    { seed: 3, numRuns: 100 },
  );
});

test.each([
  "",
  "{",
  "null",
  "{}",
  '{"v":2,"kind":"start","team":"T","thread":"t"}',
  '{"v":1,"kind":"drop","team":"T","thread":"t"}',
  `{"v":1,"kind":"start","team":"T","thread":"${"t".repeat(200)}"}`,
])("%j is no job", (text) => {
  expect(() => decodeJob(text)).toThrow();
});
