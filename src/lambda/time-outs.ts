// How long each function waits for each server that it needs, and how often it tries: one table, and why.
//
// The Slack function. Slack gives a click 3 s. What a click can cost, every call at its very limit and still successful:
//   Approve, Reject, Retry, Cancel   read 550 + who is it 550 + write 550 + queue 600 + private answer 550 = 2,800 ms
//                                    (Cancel closes its questions while the queue is asked)
//   a submitted edit                 read 550 + read 550 + who is it 550 + write 550 + queue 600 = 2,800 ms
//   a command that starts a run      who is it 550 + write 550 + read 550 + queue 600 = 2,250 ms
//   status and show of a run         who sees it 550 + its name 1,100 + read 550 = 2,200 ms
//   a history, an audit              the same + sealed parts 550 = 2,750 ms
//   an audit as a file               the same + four calls of Slack's, 550 each = 4,950 ms: too late when everything is at its very limit. The file arrives all
//                                    the same.
//   opening the App Home             who is it 550 + lists 550 + their records 550 + publishing 550 + remembering 550 = 2,750 ms
//   a click in it                    what is done 600 + the same without who it is = 2,800 ms; where it takes longer, up to read 550 + who is it 550 +
//                                    write 550 + queue 600, only what came of it is published, 550 = 2,800 ms
// Who is in more channels than the 999 that Slack tells of at once costs a call more for each further 999, wherever it has to be known who sees it.
// Other commands read more, one thing after the other, and a mention is answered by one call more: with everything at its limit Slack would say that they
// took too long. What they did stands then, and typing them again does it no second time.
// The first invocation of a process, one every five minutes, and one that is refused while a secret may have been replaced read the secrets as well, 1,500 at
// most and all of them at once; with everything else at its limit too, that one would be late.
// With one server that hangs and the others as usual, whoever clicks has an answer in words after about 1.2 s.
//
// The worker. Of its 60 s, one step may take 40, two thirds. The other 20: 5 to record what it did, the longest that DynamoDB is waited for, and 15 to draw,
// the longest that a drawing is given (runs/redraw.ts). Its lease ends 5 s after its last moment. Within a step, a target may be asked several times (8 s
// each); each time once, since whether to act again is the step's to say. A model answers in pieces: it has 18 s for its first word and 10 s for each one
// after it, and an answer that keeps coming may take 36 s, nearly all of a step. One that falls silent, before its first word or after it, is asked once
// more in what is left of the 36 s. A step that asks twice needs answers that take half of that.
//
// The api function. A program waits, and API Gateway for 30 s at most: a long poll takes 20 of them, and what a request costs has the rest. It waits
// longer than the Slack function, since a caller that is told to try again does so, and a person at 3 a.m. does not.
//
// The sweeper and the dead-letter function wait as the worker does: nobody waits for them.
//
// What is tried again: DynamoDB, SQS and Secrets Manager as their SDK does, longer from attempt to attempt, for lost connections, 5xx and throttling; the model once, by its
// client, or by ours when its answer breaks off; Slack never, since a lost answer to a post must be looked into. `totalMs` cuts all attempts together. A
// connection that is not made within `connectMs` ends its attempt. What goes through fetch has no such limit of its own: its total begins before the
// connection and covers it, the answer and its body, so a connection that hangs costs that total and no more.

/** For DynamoDB, SQS and Secrets Manager. */
interface Attempts {
  readonly connectMs: number;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly totalMs: number;
}

/** For what goes through fetch. */
interface Total {
  readonly maxAttempts: number;
  readonly totalMs: number;
}

interface TimeOuts {
  readonly dynamo: Attempts;
  readonly secrets: Attempts;
  readonly sqs?: Attempts;
  readonly slack?: Total;
  readonly model?: Total & { readonly silentMs: number; readonly idleMs: number };
  readonly target?: Total;
}

const patientDynamo = { connectMs: 500, timeoutMs: 2_000, maxAttempts: 4, totalMs: 5_000 };
const patientSqs = { connectMs: 500, timeoutMs: 2_000, maxAttempts: 3, totalMs: 4_000 };
const patientSecrets = patientDynamo;
const patientSlack = { maxAttempts: 1, totalMs: 5_000 };

export const TIME_OUTS = {
  slack: {
    dynamo: { connectMs: 250, timeoutMs: 400, maxAttempts: 2, totalMs: 550 },
    sqs: { connectMs: 250, timeoutMs: 400, maxAttempts: 2, totalMs: 600 },
    slack: { maxAttempts: 1, totalMs: 550 },
    // More than for the others: before the first reading there is nothing to answer with, and a process that starts is slow.
    secrets: { connectMs: 500, timeoutMs: 900, maxAttempts: 2, totalMs: 1_500 },
  },
  worker: {
    dynamo: patientDynamo,
    sqs: patientSqs,
    slack: patientSlack,
    model: { maxAttempts: 2, totalMs: 36_000, silentMs: 18_000, idleMs: 10_000 },
    target: { maxAttempts: 1, totalMs: 8_000 },
    secrets: patientSecrets,
  },
  api: {
    dynamo: { connectMs: 250, timeoutMs: 1_000, maxAttempts: 3, totalMs: 2_000 },
    sqs: { connectMs: 250, timeoutMs: 1_000, maxAttempts: 2, totalMs: 1_500 },
    slack: { maxAttempts: 1, totalMs: 2_000 },
    secrets: { connectMs: 250, timeoutMs: 1_000, maxAttempts: 3, totalMs: 2_000 },
  },
  sweeper: { dynamo: patientDynamo, sqs: patientSqs, secrets: patientSecrets },
  "dead-letter": { dynamo: patientDynamo, slack: patientSlack, secrets: patientSecrets },
} as const satisfies Readonly<Record<string, TimeOuts>>;

/** As serverless.yml has it; a test compares the two. */
export const WORKER_TIMEOUT_MS = 60_000;

/** What one step may take of an invocation. */
export function nodeLimitMs(timeoutMs: number): number {
  return Math.floor((timeoutMs * 2) / 3);
}

/** What must be left after a step, to record what it did. */
export function reserveMs(timeoutMs: number): number {
  return Math.floor(timeoutMs / 12);
}

/** `fetch` that is cut after this long, whatever else its caller waits for: a target that hangs must not take the invocation with it. */
export function fetchWithin(totalMs: number): typeof fetch {
  return (input, init) => {
    const given = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const total = AbortSignal.timeout(totalMs);
    return fetch(input, { ...init, signal: given == null ? total : AbortSignal.any([given, total]) });
  };
}
