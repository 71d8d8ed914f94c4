// The whole product in one test: local Slack, ops target, scripted model and the handlers, on a table and a queue of their own.
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { inject, onTestFinished } from "vitest";
import { composeSlack, composeSweeper } from "../../src/lambda/app.ts";
import type { Config } from "../../src/lambda/config.ts";
import { createMetrics } from "../../src/lambda/emf.ts";
import { createLog } from "../../src/lambda/log.ts";
import type { Surroundings } from "../../src/lambda/surroundings.ts";
import { connectSocket } from "../../src/local/adapters/socket.ts";
import { startApp, startBehind } from "../../src/local/app.ts";
import { createClock } from "../../src/local/clock.ts";
import { type Administrator, createAdministrator } from "../../src/local/slack/administrator.ts";
import { LOCAL_SECRETS, localConfig } from "../../src/local/config.ts";
import { startScriptedModel } from "../../src/local/model.ts";
import { createOps } from "../../src/local/ops/server.ts";
import { createRunLog } from "../../src/local/panels/run-log.ts";
import { createPanels } from "../../src/local/panels/server.ts";
import { createPerson, type LocalPerson } from "../../src/local/slack/person.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack, type LocalSlackOptions } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import type { Jobs } from "../../src/sqlite/jobs.ts";
import { createSqliteStores } from "../../src/sqlite/stores.ts";
import { workflows } from "../../src/workflows/registry.ts";
import { freshTable } from "./dynamo.ts";
import { type Relay, startRelay } from "./relay.ts";
import { freshFile } from "./sqlite.ts";

export const DEPLOYS = SEED.channels.deploys;
export const DEPLOY_COMMAND = "/countersign run deploy service=checkout version=v2.4.1 env=prod";

/** How often a job is tried before it goes to the dead-letter queue, as in production. */
export const MAX_RECEIVES = 5;

/** A table and a queue nobody else uses, on the servers of the whole test run. */
export async function freshAws(visibilitySeconds = 2): Promise<{
  table: string;
  queueUrl: string;
  deadQueueUrl: string;
  dynamoUrl: string;
  sqsUrl: string;
}> {
  const [dynamoUrl, sqsUrl] = [inject("dynamoUrl"), inject("sqsUrl")];
  const name = await freshTable();
  madeQueues ??= new SQSClient({ endpoint: sqsUrl });
  await createQueues(madeQueues, name, visibilitySeconds);
  const queueUrl = `${sqsUrl}/000000000000/${name}`;
  return { table: name, queueUrl, deadQueueUrl: `${queueUrl}-dead`, dynamoUrl, sqsUrl };
}

/** One client for all queues of a process, which ends with it. */
let madeQueues: SQSClient | undefined;

async function createQueues(sqs: SQSClient, name: string, visibilitySeconds: number): Promise<void> {
  const dead = await sqs.send(
    new CreateQueueCommand({ QueueName: `${name}-dead`, Attributes: { VisibilityTimeout: "2" } }),
  );
  const asked = { QueueUrl: dead.QueueUrl, AttributeNames: ["QueueArn" as const] };
  const deadLetterTargetArn = (await sqs.send(new GetQueueAttributesCommand(asked))).Attributes?.QueueArn;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  const Attributes = { VisibilityTimeout: String(visibilitySeconds), RedrivePolicy };
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
}

export interface Deployment {
  readonly service: string;
  readonly env: string;
  readonly version: string;
  readonly idempotencyKey: string;
}

export interface SentEmail {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  readonly idempotencyKey: string;
  readonly performed: number;
  readonly replays: number;
}

/** Something the ops target did. */
export interface DoneAct {
  readonly body: Readonly<Record<string, unknown>>;
  readonly performed: number;
  readonly replays: number;
}

export interface System {
  readonly slackUrl: string;
  readonly appUrl: string;
  /** Of REST and webhooks. */
  readonly apiUrl: string;
  readonly rita: LocalPerson;
  readonly ana: LocalPerson;
  readonly bo: LocalPerson;
  readonly otto: LocalPerson;
  readonly gus: LocalPerson;
  readonly eve: LocalPerson;
  readonly relays: {
    readonly dynamo: Relay;
    readonly sqs: Relay;
    readonly slack: Relay;
    /** Where Slack delivers over a socket. */
    readonly socket: Relay;
    readonly ops: Relay;
    readonly model: Relay;
  };
  /** What goes wrong with Slack, who belongs, what time it is. */
  readonly administrator: Administrator;
  readonly config: Config;
  readonly around: Surroundings;
  readonly logLines: readonly string[];
  /** What CloudWatch would make metrics of. */
  readonly metricLines: readonly string[];
  /** No job waits and none is in a worker's hands; those that are put off may be there. */
  untilIdle(): Promise<void>;
  /** Once that is so, moves the clock of everything forward and sweeps once: by a clock moved under it, a worker would put things off for longer than the test goes on. */
  sweepAfter(seconds: number): Promise<void>;
  deployments(): Promise<readonly Deployment[]>;
  outbox(): Promise<readonly SentEmail[]>;
  /** What the ops target did of this kind ("payment"), oldest first. */
  acts(kind: string): Promise<readonly DoneAct[]>;
  /** What the model was asked, oldest first: the texts of each request's messages. */
  modelRequests(): Promise<readonly (readonly string[])[]>;
  /** Rita asks for the deployment; the card that asks for approval. */
  askToDeploy(command?: string): Promise<Message>;
}

/** What the model is asked with. */
export const MODEL_KEY = "sk-of-the-model-in-tests-0123456789";

export interface SystemOptions extends Pick<LocalSlackOptions, "page"> {
  /** How Slack delivers; over HTTP where it is not said. */
  readonly over?: "HTTP" | "a socket";
  /** What failed is delivered again at once, to the one worker there is: with two, both would have it in hand. */
  readonly redelivery?: "at once";
  /** Where everything is kept; on DynamoDB and SQS where it is not said. */
  readonly keeps?: "AWS" | "one file";
  /** How long runs are kept that have ended; as long as usual where it is not said. */
  readonly keeping?: Config["keeping"];
}

/** Stops by itself when the test ends. */
export async function startSystem({
  page,
  redelivery,
  over = "HTTP",
  keeps = "AWS",
  ...configured
}: SystemOptions = {}): Promise<System> {
  const isAtOnce = redelivery === "at once";
  const aws = await freshAws(isAtOnce ? 0 : 2);
  const clock = createClock(Date.now);
  const logLines: string[] = [];
  const metricLines: string[] = [];
  const around: Surroundings = {
    clock,
    newId: randomUUID,
    log: createLog((line) => logLines.push(line)),
    metrics: createMetrics((line) => metricLines.push(line)),
  };
  const ops = await createOps({ store: ":memory:", now: clock.nowMs }).listen(0);
  const model = await startScriptedModel();
  const store = createStore(":memory:");
  const { dynamoUrl, table } = aws;
  const runs = createRunLog({ dynamoUrl, table, team: SEED.teamId, workflows });
  const slack = createLocalSlack({
    ...LOCAL_SECRETS,
    ...{ teamId: SEED.teamId, appUrl: "", store, clock },
    panels: createPanels({ opsUrl: ops.url, model: { kind: "scripted" }, runs }),
    ...(page && { page }),
    ...(over === "a socket" && { socketMode: { appToken: APP_TOKEN, retryAfterMs: RETRY_AFTER_MS } }),
  });
  const slackServer = await slack.listen(0);
  const relays = {
    dynamo: await startRelay(aws.dynamoUrl),
    sqs: await startRelay(aws.sqsUrl),
    slack: await startRelay(slackServer.url),
    socket: await startRelay(slackServer.url),
    ops: await startRelay(ops.url),
    model: await startRelay(model.url),
  };
  const { openai, ...addressed } = localConfig({
    slackUrl: relays.slack.url,
    opsUrl: relays.ops.url,
    dynamoUrl: relays.dynamo.url,
    sqsUrl: relays.sqs.url,
    queueUrl: `${relays.sqs.url}/000000000000/${aws.table}`,
    table: aws.table,
  });
  const config = {
    ...addressed,
    ...configured,
    openai: { ...openai, apiKey: MODEL_KEY, baseUrl: `${relays.model.url}/v1` },
  };
  const start = over === "HTTP" ? startApp : startOverSocket(relays.socket.url);
  const { metrics } = around;
  const stores =
    keeps === "AWS" ? undefined : createSqliteStores(freshFile(), { metrics, nowMs: clock.nowMs });
  const pace = { sweepEveryMs: 3_600_000, workerTimeoutMs: 10_000, workers: isAtOnce ? 1 : 2 };
  const deadQueueUrl = `${relays.sqs.url}/000000000000/${aws.table}-dead`;
  const app = await start(config, around, {
    ...pace,
    ...(stores === undefined ? { deadQueueUrl } : { stores }),
  });
  slack.setAppUrl(app.url);
  const sweep = composeSweeper(config, around, stores);
  const sqs = new SQSClient({ endpoint: aws.sqsUrl });
  const jobs =
    stores === undefined ? () => messagesIn(sqs, aws.queueUrl) : () => jobsIn(stores.queue, clock.nowMs());
  onTestFinished(async () => {
    sqs.destroy();
    // First, so that nothing under way waits for an answer a test took away.
    await Promise.all(Object.values(relays).map((relay) => relay.close()));
    await app.stop();
    await Promise.all([slackServer.close(), ops.close(), model.stop()]);
    runs.close();
    store.close();
    stores?.close();
  });
  const { rita, ana, bo, otto, gus, eve } = SEED.users;
  const person = (id: string): LocalPerson => createPerson(slackServer.url, id);
  return {
    slackUrl: slackServer.url,
    appUrl: app.url,
    apiUrl: app.apiUrl,
    rita: person(rita),
    ana: person(ana),
    bo: person(bo),
    otto: person(otto),
    gus: person(gus),
    eve: person(eve),
    relays,
    administrator: createAdministrator(slackServer.url),
    config,
    around,
    logLines,
    metricLines,
    untilIdle: () => idle(jobs),
    async sweepAfter(seconds): Promise<void> {
      await idle(jobs);
      clock.advance(seconds);
      await sweep();
    },
    async deployments(): Promise<readonly Deployment[]> {
      const answer = (await (await fetch(`${ops.url}/deployments`)).json()) as {
        deployments: readonly Deployment[];
      };
      return answer.deployments;
    },
    async outbox(): Promise<readonly SentEmail[]> {
      const answer = (await (await fetch(`${ops.url}/outbox`)).json()) as { emails: readonly SentEmail[] };
      return answer.emails;
    },
    async acts(kind): Promise<readonly DoneAct[]> {
      const { acts } = (await (await fetch(`${ops.url}/acts`)).json()) as {
        acts: readonly (DoneAct & { readonly kind: string })[];
      };
      return acts.filter((act) => act.kind === kind);
    },
    async modelRequests(): Promise<readonly (readonly string[])[]> {
      const journal = (await (await fetch(new URL("/__aimock/journal", model.url))).json()) as readonly {
        body: { messages: readonly { content: string }[] };
      }[];
      return journal.map(({ body }) => body.messages.map(({ content }) => content));
    },
    async askToDeploy(command = DEPLOY_COMMAND): Promise<Message> {
      await person(rita).say(DEPLOYS, command);
      return pendingCard(person(rita));
    },
  };
}

const APP_TOKEN = "xapp-local";
/** Again and again until the app has connected. */
const RETRY_AFTER_MS = Array.from({ length: 200 }, () => 25);

const startOverSocket =
  (slackUrl: string): typeof startApp =>
  async (config, around, options) => {
    const { signingSecret } = config.slack;
    const { clock, log } = around;
    const apiUrl = `${slackUrl}/api/`;
    const nowMs = (): number => Date.parse(clock.now());
    const socket = await connectSocket(
      { appToken: APP_TOKEN, apiUrl, signingSecret, nowMs, log },
      composeSlack(config, around, options.stores),
    );
    const behind = await startBehind(config, around, options);
    return {
      url: "",
      apiUrl: behind.apiUrl,
      async stop(): Promise<void> {
        await socket.close();
        await behind.stop();
      },
    };
  };

/** Minute after minute until somebody reads it: what could not be done or drawn is the next sweep's. */
export async function sweptUntil(
  { untilIdle, sweepAfter }: Pick<System, "untilIdle" | "sweepAfter">,
  person: LocalPerson,
  pattern: RegExp,
): Promise<Message> {
  for (let minute = 0; minute < 60; minute += 1) {
    await untilIdle();
    const found = (await person.snapshot()).messages.find(({ text }) => pattern.test(text));
    if (found !== undefined) return found;
    await sweepAfter(60);
  }
  return messageLike(person, pattern);
}

/** How long a worker is waited for: it has given up by then, unless a test holds it. */
const IN_HAND_MS = 10_000;
const POLL_MS = 25;

async function idle(jobs: () => Promise<number>): Promise<void> {
  const deadline = performance.now() + IN_HAND_MS;
  while ((await jobs()) > 0 && performance.now() < deadline) await pause(POLL_MS);
}

/** The same of a file. */
async function jobsIn(queue: Jobs, nowMs: number): Promise<number> {
  const { waiting, inHand } = queue.count("waiting", nowMs);
  return Promise.resolve(waiting + inHand);
}

/** How many messages there are, those in hand included, and those that are put off not. */
export async function messagesIn(sqs: SQSClient, queueUrl: string): Promise<number> {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const asked = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...names] });
  const { Attributes = {} } = await sqs.send(asked);
  return names.reduce((sum, name) => sum + Number(Attributes[name]), 0);
}

export function pendingCard(person: LocalPerson): Promise<Message> {
  return person.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("Approval needed")));
}

/** Waits for a message that reads like this. */
export function messageLike(person: LocalPerson, pattern: RegExp, ms?: number): Promise<Message> {
  return person.waitFor(({ messages }) => messages.find(({ text }) => pattern.test(text)), ms);
}

/** Presses Retry on the run's own message, of which this one is a reply, or which it is. */
export async function retryAbove(person: LocalPerson, { ts, threadTs = ts }: Message): Promise<void> {
  const parent = await person.waitFor(({ messages }) =>
    messages.find((one) => one.ts === threadTs && JSON.stringify(one.blocks).includes("Retry")),
  );
  await person.click(parent, "Retry");
}

/** Waits for what only this person is told. */
export function told(person: LocalPerson, pattern: RegExp): Promise<Message> {
  return person.waitFor(({ messages }) =>
    messages.find(({ text, visibleTo }) => visibleTo === person.id && pattern.test(text)),
  );
}
