// What SQS tells of the job queue and of the queue of its dead letters.
import { GetQueueAttributesCommand, paginateListQueues, SQSClient } from "@aws-sdk/client-sqs";
import * as z from "zod";
import { parsedJson } from "../approvals/json.ts";
import { asked } from "./away.ts";
import { clientSettings, type Patience, patience } from "./patience.ts";

export interface QueueFacts {
  readonly visibilitySeconds: number;
  readonly waiting: number;
  readonly inHand: number;
  readonly delayed: number;
  /** Where what fails each time goes, and how often it is tried; undefined when nothing says so. */
  readonly dead: { readonly queueUrl: string; readonly tries: number } | undefined;
}

/** As every client of AWS here: its waits are bounded. */
export function createSqs(options: Patience): SQSClient {
  const sqs = new SQSClient(clientSettings(options));
  const { whole, attempt } = patience(options);
  sqs.middlewareStack.add(whole, { step: "initialize", priority: "high", name: "giveUpInTime" });
  sqs.middlewareStack.add(attempt, { step: "finalizeRequest", priority: "low", name: "sendNothingMore" });
  return sqs;
}

const count = z.coerce.number().catch(0);
const Attributes = z.object({
  VisibilityTimeout: count,
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  ApproximateNumberOfMessagesDelayed: count,
  RedrivePolicy: z.string().optional(),
});
const Redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() });

/**
 * Undefined when there is no such queue.
 *
 * @throws AwsAway
 */
export async function queueFacts(sqs: SQSClient, queueUrl: string): Promise<QueueFacts | undefined> {
  try {
    const command = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["All"] });
    const told = await asked("sqs:GetQueueAttributes", () => sqs.send(command));
    const attributes = Attributes.parse(told.Attributes ?? {});
    return {
      visibilitySeconds: attributes.VisibilityTimeout,
      waiting: attributes.ApproximateNumberOfMessages,
      inHand: attributes.ApproximateNumberOfMessagesNotVisible,
      delayed: attributes.ApproximateNumberOfMessagesDelayed,
      dead: deadQueue(queueUrl, attributes.RedrivePolicy),
    };
  } catch (error) {
    if (isNoQueue(error)) return undefined;
    throw error;
  }
}

/** A queue and its dead letters are of one account and region, so their addresses differ in the name alone. */
function deadQueue(queueUrl: string, policy: string | undefined): QueueFacts["dead"] {
  const { data } = Redrive.safeParse(parsedJson(policy ?? ""));
  const name = data?.deadLetterTargetArn.split(":").at(-1);
  if (data === undefined || name === undefined || name === "") return undefined;
  return { queueUrl: queueUrl.replace(/[^/]+\/*$/, name), tries: data.maxReceiveCount };
}

function isNoQueue(error: unknown): boolean {
  return error instanceof Error && /QueueDoesNotExist|NonExistentQueue|InvalidAddress/.test(error.name);
}

/**
 * The job queues of a stage by the name that CloudFormation gives them.
 *
 * @throws AwsAway
 * @example
 * const [queueUrl] = await queuesOfStage(sqs, "dev"); // "https://sqs.eu-west-1.amazonaws.com/123456789012/countersign-dev-JobQueue-1A2b3C4d5E6f"
 */
export async function queuesOfStage(sqs: SQSClient, stage: string): Promise<readonly string[]> {
  const prefix = `countersign-${stage}-JobQueue-`;
  const listed = paginateListQueues({ client: sqs }, { QueueNamePrefix: prefix, MaxResults: 1_000 });
  const pages = await asked("sqs:ListQueues", () => Array.fromAsync(listed));
  const urls = pages.flatMap(({ QueueUrls = [] }) => QueueUrls);
  return urls.filter((url) => /^[A-Za-z0-9]+$/.test((url.split("/").at(-1) ?? "").slice(prefix.length)));
}
