// Jobs in and out of SQS. A standard queue: it may deliver twice and out of order, and a job is only a wake-up.
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { QueueUnavailable } from "../runs/errors.ts";
import type { Job, Queue } from "../runs/ports.ts";
import { adviceOn } from "./advice.ts";
import { clientSettings, type Patience, patience } from "./patience.ts";

export interface SqsOptions extends Patience {
  readonly queueUrl: string;
}

/** Far longer than ours are: both go into keys and the log as they are. */
const team = z.string().max(64);
const thread = z.string().max(128);
const StoredJob = z.discriminatedUnion("kind", [
  z.object({ v: z.literal(1), kind: z.enum(["start", "resume", "redraw", "sweep"]), team, thread }),
  z.object({ v: z.literal(1), kind: z.literal("homes"), team }),
]);

export function encodeJob(job: Job): string {
  const stored =
    job.kind === "homes"
      ? { kind: job.kind, team: job.team }
      : { kind: job.kind, team: job.team, thread: job.thread };
  return JSON.stringify({ v: 1, ...stored } satisfies z.input<typeof StoredJob>);
}

/** @throws when the text is not a job of ours; the dead-letter queue keeps it. */
export function decodeJob(text: string): Job {
  try {
    const { v: _, ...job } = StoredJob.parse(JSON.parse(text));
    return job;
  } catch (cause) {
    throw new Error(
      "The message is no job that this version of Countersign knows. If a newer version sent it, deploy that one; else remove it.",
      { cause },
    );
  }
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
