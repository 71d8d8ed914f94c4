// Takes jobs off whatever queue there is and hands them to a Lambda handler, one by one, as SQS's event source would.
import type { SQSRecord } from "aws-lambda";
import { reasonOf } from "../../approvals/reason.ts";
import type { WorkerHandler } from "../../lambda/app.ts";
import type { Log } from "../../runs/ports.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
  /** Names the job while it is in hand. */
  readonly receipt: string;
  readonly receives: number;
}

/** One end of a queue. What was received and not deleted comes again by itself. */
export interface Source {
  /** Waits for a while if there is none; undefined when there is still none, and a rejection when `signal` ends the waiting. */
  receive(signal: AbortSignal): Promise<Message | undefined>;
  delete(message: Message): Promise<void>;
  close(): void;
}

export interface PollingOptions {
  /** How long an invocation may take, as the function's timeout would be. */
  readonly timeoutMs: number;
  readonly log: Log;
}

export interface Polling {
  /** Waits for the job in hand. */
  close(): Promise<void>;
}

/** After an error, and twice as long after each further one. */
const PAUSE_MS = 500;
const LONGEST_MS = 4_000;

/** Polls until it is closed. */
export function poll(source: Source, { timeoutMs, log }: PollingOptions, handler: WorkerHandler): Polling {
  const stop = new AbortController();
  const isStopping = (): boolean => stop.signal.aborted;

  async function handOver(message: Message): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    const { batchItemFailures } = await handler(
      { Records: [recordOf(message)] },
      { getRemainingTimeInMillis: () => deadline - Date.now() },
    );
    if (batchItemFailures.length === 0) await source.delete(message);
  }

  async function run(): Promise<void> {
    for (let failures = 0; ;) {
      try {
        const message = await source.receive(stop.signal);
        failures = 0;
        if (message !== undefined) await handOver(message);
      } catch (error) {
        // Only an abort ends the polling, and it ends it here: a request under way throws, and the next one throws at once.
        if (isStopping()) return;
        log.error("The queue could not be read.", { reason: reasonOf(error) });
        await pause(Math.min(PAUSE_MS * 2 ** failures, LONGEST_MS), stop.signal);
        failures += 1;
      }
    }
  }

  const polling = run();
  return {
    async close(): Promise<void> {
      stop.abort();
      await polling;
      source.close();
    },
  };
}

/** Ends early when it is no longer worth waiting. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
    if (signal.aborted) end();
  });
}

function recordOf({ id, receipt, body, receives }: Message): SQSRecord {
  return {
    messageId: id,
    receiptHandle: receipt,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
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
