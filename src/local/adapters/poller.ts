// Takes jobs off the queue and hands them to a Lambda handler, as SQS's event source would.
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { WorkerHandler } from "../../lambda/app.ts";
import type { Log } from "../../runs/ports.ts";

export interface PollerOptions {
  readonly endpoint: string;
  readonly queueUrl: string;
  /** How long an invocation may take, as the function's timeout would be. */
  readonly timeoutMs: number;
  readonly log: Log;
}

/** How long the queue holds a question for jobs until there is one. */
const WAIT_SECONDS = 5;

/** Polls until it is closed; closing waits for the job in hand. */
export function pollQueue(
  { endpoint, queueUrl, timeoutMs, log }: PollerOptions,
  handler: WorkerHandler,
): { close(): Promise<void> } {
  const requestHandler = { requestTimeout: (WAIT_SECONDS + 5) * 1_000, throwOnRequestTimeout: true };
  const sqs = new SQSClient({ endpoint, requestHandler });
  const stop = new AbortController();

  async function takeOne(): Promise<void> {
    const receive = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: WAIT_SECONDS,
    });
    const { Messages = [] } = await sqs.send(receive, { abortSignal: stop.signal });
    for (const message of Messages) await handOver(message);
  }

  async function handOver(message: Message): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const record = recordOf(message);
    const { batchItemFailures } = await handler(
      { Records: [record] },
      { getRemainingTimeInMillis: () => deadline - Date.now() },
    );
    if (batchItemFailures.length > 0) return;
    await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: record.receiptHandle }));
  }

  async function poll(): Promise<void> {
    for (;;) {
      try {
        await takeOne();
      } catch (error) {
        // Only an abort ends the polling, and it ends it here: a request under way throws, and the next one throws at once.
        if (isStopping()) return;
        log.error("The queue could not be read.", {
          reason: error instanceof Error ? error.message : String(error),
        });
        await pause(500, stop.signal);
      }
    }
  }

  const isStopping = (): boolean => stop.signal.aborted;
  const polling = poll();
  return {
    async close(): Promise<void> {
      stop.abort();
      await polling;
      sqs.destroy();
    },
  };
}

/** Ends early when it is no longer worth waiting. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function recordOf({ MessageId = "", ReceiptHandle = "", Body = "" }: Message): SQSRecord {
  return {
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    attributes: {
      ApproximateReceiveCount: "1",
      SentTimestamp: "0",
      SenderId: "local",
      ApproximateFirstReceiveTimestamp: "0",
    },
    messageAttributes: {},
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:local:000000000000:countersign",
    awsRegion: "local",
  };
}
