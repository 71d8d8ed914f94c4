// The queue of dead letters, for who looks into it by hand: what is taken is hidden from others meanwhile, and given back or deleted.
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { asked } from "./away.ts";

export interface DeadLetter {
  readonly id: string;
  readonly body: string;
  /** When it was first sent. */
  readonly sentAt: string;
  /** In the queue of dead letters, this time included. */
  readonly received: number;
  readonly receipt: string;
}

export interface DeadLetters {
  /** As many as are there, up to this many; each once. Nobody else is given them for two minutes. */
  take(most: number): Promise<readonly DeadLetter[]>;
  /** As it was sent, to where jobs wait. */
  sendAgain(letter: DeadLetter): Promise<void>;
  drop(letter: DeadLetter): Promise<void>;
  giveBack(letter: DeadLetter): Promise<void>;
}

const HIDDEN_SECONDS = 120;
/** As many as SQS gives at once. */
const AT_ONCE = 10;

/**
 * Every method throws AwsAway.
 *
 * @example
 * const letters = await createDeadLetters(sqs, { queueUrl, deadQueueUrl }).take(500);
 */
export function createDeadLetters(
  sqs: SQSClient,
  { queueUrl, deadQueueUrl }: { readonly queueUrl: string; readonly deadQueueUrl: string },
): DeadLetters {
  const hiddenFor = (receipt: string, VisibilityTimeout: number): ChangeMessageVisibilityCommand =>
    new ChangeMessageVisibilityCommand({ QueueUrl: deadQueueUrl, ReceiptHandle: receipt, VisibilityTimeout });
  return {
    async take(most): Promise<readonly DeadLetter[]> {
      const letters = new Map<string, DeadLetter>();
      while (letters.size < most) {
        const received = await asked("sqs:ReceiveMessage", () => sqs.send(receiving(deadQueueUrl)));
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

/** Waits for a second: a queue that is asked in passing may give nothing though there is something. */
function receiving(deadQueueUrl: string): ReceiveMessageCommand {
  return new ReceiveMessageCommand({
    QueueUrl: deadQueueUrl,
    MaxNumberOfMessages: AT_ONCE,
    WaitTimeSeconds: 1,
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
