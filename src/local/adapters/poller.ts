// Takes jobs off a queue of SQS.
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { WorkerHandler } from "../../lambda/app.ts";
import { poll, type Polling, type PollingOptions, type Source } from "./polling.ts";

export interface PollerOptions extends PollingOptions {
  readonly endpoint: string;
  readonly queueUrl: string;
}

/** How long the queue holds a question for jobs until there is one. */
const WAIT_SECONDS = 5;

/** Polls until it is closed; closing waits for the job in hand. */
export function pollQueue(options: PollerOptions, handler: WorkerHandler): Polling {
  return poll(queueAt(options), options, handler);
}

function queueAt({ endpoint, queueUrl }: PollerOptions): Source {
  const requestHandler = { requestTimeout: (WAIT_SECONDS + 5) * 1_000, throwOnRequestTimeout: true };
  const sqs = new SQSClient({ endpoint, requestHandler });
  return {
    async receive(abortSignal) {
      const receive = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 1,
        WaitTimeSeconds: WAIT_SECONDS,
      });
      const { Messages: [message] = [] } = await sqs.send(receive, { abortSignal });
      if (message === undefined) return undefined;
      const { MessageId: id = "", Body: body = "", ReceiptHandle: receipt = "" } = message;
      return { id, body, receipt, receives: 1 };
    },

    async delete({ receipt }) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: receipt }));
    },

    close: () => sqs.destroy(),
  };
}
