// The queue of dead letters of SQS's, for who looks into it by hand.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { type DeadLetter, type DeadLetters, HIDDEN_SECONDS } from "../runs/dead-letters.ts";
import { asked } from "./away.ts";

/** As many as SQS gives at once. */
const AT_ONCE = 10;

interface Queues {
  readonly queueUrl: string;
  readonly deadQueueUrl: string;
  /** What stands in for SQS: it knows at once whether anything is there. */
  readonly isOneServer: boolean;
}

/**
 * Every method throws AwsAway.
 *
 * @example
 * const letters = await createDeadLetters(sqs, { queueUrl, deadQueueUrl, isOneServer: false }).take(500);
 */
export function createDeadLetters(
  sqs: SQSClient,
  { queueUrl, deadQueueUrl, isOneServer }: Queues,
): DeadLetters {
  const hiddenFor = (receipt: string, VisibilityTimeout: number): ChangeMessageVisibilityCommand =>
    new ChangeMessageVisibilityCommand({ QueueUrl: deadQueueUrl, ReceiptHandle: receipt, VisibilityTimeout });
  return {
    async take(most): Promise<readonly DeadLetter[]> {
      const letters = new Map<string, DeadLetter>();
      while (letters.size < most) {
        const received = await asked("sqs:ReceiveMessage", () =>
          sqs.send(receiving(deadQueueUrl, isOneServer ? 0 : 1)),
        );
        const { Messages = [] } = received;
        for (const message of Messages) letters.set(message.MessageId ?? "", letterOf(message));
        if (Messages.length === 0) break;
      }
      return [...letters.values()].sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
    },
    async sendAgain({ body }): Promise<void> {
      const command = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body });
      await asked("sqs:SendMessage", () => sqs.send(command));
    },
    async drop({ receipt }): Promise<void> {
      const command = new DeleteMessageCommand({ QueueUrl: deadQueueUrl, ReceiptHandle: receipt });
      await asked("sqs:DeleteMessage", () => sqs.send(command));
    },
    async giveBack({ receipt }): Promise<void> {
      await asked("sqs:ChangeMessageVisibility", () => sqs.send(hiddenFor(receipt, 0)));
    },
  };
}

/** On AWS it waits for a second: a queue that is asked in passing may give nothing though there is something. */
function receiving(deadQueueUrl: string, WaitTimeSeconds: number): ReceiveMessageCommand {
  return new ReceiveMessageCommand({
    QueueUrl: deadQueueUrl,
    MaxNumberOfMessages: AT_ONCE,
    WaitTimeSeconds,
    VisibilityTimeout: HIDDEN_SECONDS,
    MessageSystemAttributeNames: ["SentTimestamp", "ApproximateReceiveCount"],
  });
}

function letterOf({ MessageId = "", Body = "", ReceiptHandle = "", Attributes = {} }: Message): DeadLetter {
  return {
    id: MessageId,
    body: Body,
    sentAt: new Date(Number(Attributes.SentTimestamp ?? 0)).toISOString(),
    received: Number(Attributes.ApproximateReceiveCount ?? 1),
    receipt: ReceiptHandle,
  };
}
