// A batch of the queue's messages, one by one: those that failed are named, so that the queue keeps them and drops the others.
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { reasonOf } from "../approvals/reason.ts";
import { decodeJob } from "../runs/job-text.ts";
import type { Job, Log } from "../runs/ports.ts";

/** `failure` is what the log says of a message that was not dealt with. */
export async function eachJob(
  { Records }: SQSEvent,
  { log, failure }: { readonly log: Log; readonly failure: string },
  deal: (job: Job) => Promise<void>,
): Promise<SQSBatchResponse> {
  const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
  for (const { body, messageId } of Records) {
    let thread: string | undefined;
    try {
      const job = decodeJob(body);
      if (job.kind !== "homes") ({ thread } = job);
      await deal(job);
    } catch (error) {
      const reason = reasonOf(error);
      log.error(failure, { messageId, ...(thread !== undefined && { thread }), reason });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}
