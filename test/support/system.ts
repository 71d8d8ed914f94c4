// The whole product in one test: local Slack, ops target, scripted model and the handlers, on a table and a queue of their own.
import { randomUUID } from "node:crypto";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { inject, onTestFinished } from "vitest";
import { composeSweeper } from "../../src/lambda/app.ts";
import type { Config } from "../../src/lambda/config.ts";
import { createLog } from "../../src/lambda/log.ts";
import type { Surroundings } from "../../src/lambda/surroundings.ts";
import { startApp } from "../../src/local/app.ts";
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
import { workflows } from "../../src/workflows/registry.ts";
import { freshTable } from "./dynamo.ts";
import { type Relay, startRelay } from "./relay.ts";

export const DEPLOYS = SEED.channels.deploys;
export const DEPLOY_COMMAND = "/countersign run deploy service=checkout version=v2.4.1 env=prod";

/** How often a job is tried before it goes to the dead-letter queue, as in production. */
export const MAX_RECEIVES = 5;

/** A table and a queue nobody else uses, on the servers of the whole test run. */
export async function freshAws(): Promise<{
  table: string;
  queueUrl: string;
  deadQueueUrl: string;
  dynamoUrl: string;
  sqsUrl: string;
}> {
  const [dynamoUrl, sqsUrl] = [inject("dynamoUrl"), inject("sqsUrl")];
  const name = await freshTable();
  const sqs = new SQSClient({ endpoint: sqsUrl });
  await createQueues(sqs, name);
  sqs.destroy();
  const queueUrl = `${sqsUrl}/000000000000/${name}`;
  return { table: name, queueUrl, deadQueueUrl: `${queueUrl}-dead`, dynamoUrl, sqsUrl };
}

async function createQueues(sqs: SQSClient, name: string): Promise<void> {
  const Attributes = { VisibilityTimeout: "2" };
  const dead = await sqs.send(new CreateQueueCommand({ QueueName: `${name}-dead`, Attributes }));
  const asked = { QueueUrl: dead.QueueUrl, AttributeNames: ["QueueArn" as const] };
  const deadLetterTargetArn = (await sqs.send(new GetQueueAttributesCommand(asked))).Attributes?.QueueArn;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: { ...Attributes, RedrivePolicy } }));
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

export interface System {
  readonly slackUrl: string;
  readonly appUrl: string;
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
    readonly ops: Relay;
    readonly model: Relay;
  };
  /** What goes wrong with Slack, who belongs, what time it is. */
  readonly administrator: Administrator;
  readonly config: Config;
  readonly around: Surroundings;
  readonly logLines: readonly string[];
  /** Moves the clock of everything forward, then sweeps once. */
  sweepAfter(seconds: number): Promise<void>;
  deployments(): Promise<readonly Deployment[]>;
  outbox(): Promise<readonly SentEmail[]>;
  /** What the model was asked, oldest first: the texts of each request's messages. */
  modelRequests(): Promise<readonly (readonly string[])[]>;
  /** Rita asks for the deployment; the card that asks for approval. */
  askToDeploy(command?: string): Promise<Message>;
}

/** Stops by itself when the test ends. */
export async function startSystem({ page }: Pick<LocalSlackOptions, "page"> = {}): Promise<System> {
  const aws = await freshAws();
  const clock = createClock(Date.now);
  const logLines: string[] = [];
  const around: Surroundings = {
    clock,
    newId: randomUUID,
    log: createLog((line) => logLines.push(line)),
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
  });
  const slackServer = await slack.listen(0);
  const relays = {
    dynamo: await startRelay(aws.dynamoUrl),
    sqs: await startRelay(aws.sqsUrl),
    slack: await startRelay(slackServer.url),
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
  const config = { ...addressed, openai: { ...openai, baseUrl: `${relays.model.url}/v1` } };
  const app = await startApp(config, around, {
    sweepEveryMs: 3_600_000,
    workerTimeoutMs: 10_000,
    workers: 2,
    deadQueueUrl: `${relays.sqs.url}/000000000000/${aws.table}-dead`,
  });
  slack.setAppUrl(app.url);
  const sweep = composeSweeper(config, around);
  onTestFinished(async () => {
    // First, so that nothing under way waits for an answer a test took away.
    await Promise.all(Object.values(relays).map((relay) => relay.close()));
    await app.stop();
    await Promise.all([slackServer.close(), ops.close(), model.stop()]);
    runs.close();
    store.close();
  });
  const { rita, ana, bo, otto, gus, eve } = SEED.users;
  const person = (id: string): LocalPerson => createPerson(slackServer.url, id);
  return {
    slackUrl: slackServer.url,
    appUrl: app.url,
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
    async sweepAfter(seconds): Promise<void> {
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

export function pendingCard(person: LocalPerson): Promise<Message> {
  return person.waitFor(({ messages }) => messages.find(({ text }) => text.startsWith("Approval needed")));
}

/** Waits for a message that reads like this. */
export function messageLike(person: LocalPerson, pattern: RegExp, ms?: number): Promise<Message> {
  return person.waitFor(({ messages }) => messages.find(({ text }) => pattern.test(text)), ms);
}

/** Waits for what only this person is told. */
export function told(person: LocalPerson, pattern: RegExp): Promise<Message> {
  return person.waitFor(
    ({ messages }) => messages.find(({ text, visibleTo }) => visibleTo === person.id && pattern.test(text)),
    10_000,
  );
}
