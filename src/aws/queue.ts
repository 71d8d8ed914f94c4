// Jobs in and out of SQS. A standard queue: it may deliver twice and out of order, and a job is only a wake-up.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { QueueUnavailable } from "../runs/errors.ts";
import { encodeJob } from "../runs/job-text.ts";
import type { Queue } from "../runs/ports.ts";
import { adviceOn } from "./advice.ts";
import { clientSettings, type Patience, patience } from "./patience.ts";

export interface SqsOptions extends Patience {
  readonly queueUrl: string;
}

export function createSqsQueue({ queueUrl, ...options }: SqsOptions): Queue {
  const sqs = new SQSClient(clientSettings(options));
  const { whole, attempt } = patience(options);
  sqs.middlewareStack.add(whole, { step: "initialize", priority: "high", name: "giveUpInTime" });
  sqs.middlewareStack.add(attempt, { step: "finalizeRequest", priority: "low", name: "sendNothingMore" });
  return {
    async send(job, delaySeconds = 0): Promise<void> {
      try {
        await sqs.send(
          new SendMessageCommand({
            QueueUrl: queueUrl,
            MessageBody: encodeJob(job),
            DelaySeconds: delaySeconds,
          }),
        );
      } catch (error) {
        throw new QueueUnavailable(error, adviceOn(error)?.sentence);
      }
    },
  };
}
