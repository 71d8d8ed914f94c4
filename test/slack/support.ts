// The Slack function alone, as API Gateway calls it: a local Slack behind it, a table of its own, and records put there directly.
import { randomUUID } from "node:crypto";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { onTestFinished } from "vitest";
import type { Approval } from "../../src/approvals/approval.ts";
import { createApiKeys } from "../../src/aws/api-keys.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createRecords } from "../../src/aws/records.ts";
import { composeSlack } from "../../src/lambda/app.ts";
import { createLog } from "../../src/lambda/log.ts";
import { serveHandler, type Served } from "../../src/local/adapters/http.ts";
import { createClock } from "../../src/local/clock.ts";
import { type LocalAddresses, LOCAL_SECRETS, localConfig } from "../../src/local/config.ts";
import { createPerson, type LocalPerson } from "../../src/local/slack/person.ts";
import type { Everything, Message } from "../../src/local/slack/protocol.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack, type LocalSlackOptions } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import type { ApiKeys } from "../../src/runs/api-keys.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import type { Records } from "../../src/runs/ports.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { createMessenger } from "../../src/slack/messenger.ts";
import type { Delivery } from "../support/deliver.ts";
import { freshAws } from "../support/system.ts";
import { someRun } from "./fixtures.ts";
import { NOT_WRITTEN } from "../support/counted.ts";

export interface LocalSlackServer {
  readonly url: string;
  readonly web: ReturnType<typeof createSlackClient>;
  person(id: string): LocalPerson;
  everything(): Promise<Everything>;
  setAppUrl(url: string): void;
  close(): Promise<void>;
}

export async function startLocalSlack({
  page,
}: Pick<LocalSlackOptions, "page"> = {}): Promise<LocalSlackServer> {
  const store = createStore(":memory:");
  const slack = createLocalSlack({
    ...LOCAL_SECRETS,
    teamId: SEED.teamId,
    appUrl: "http://127.0.0.1:9",
    store,
    clock: createClock(Date.now),
    ...(page && { page }),
  });
  const server = await slack.listen(0);
  onTestFinished(async () => {
    await server.close();
    store.close();
  });
  return {
    url: server.url,
    web: clientOf(server.url),
    person: (id) => createPerson(server.url, id),
    everything: async () => (await (await fetch(`${server.url}/local/everything`)).json()) as Everything,
    setAppUrl: (url) => slack.setAppUrl(url),
    close: () => server.close(),
  };
}

export function clientOf(slackUrl: string): ReturnType<typeof createSlackClient> {
  return createSlackClient({
    token: LOCAL_SECRETS.botToken,
    apiUrl: `${slackUrl}/api/`,
    timeoutMs: 1_000,
    log: SILENT,
  });
}

export interface Answered {
  readonly status: number;
  readonly body: string;
}

export interface Door {
  readonly slack: LocalSlackServer;
  readonly records: Records;
  readonly apiKeys: ApiKeys;
  /** Everything in the table, as text. */
  kept(): Promise<string>;
  readonly logLines: readonly string[];
  /** Straight into the handler, as an event of API Gateway's HTTP API. */
  send(delivery: Delivery, options?: { readonly base64?: boolean }): Promise<Answered>;
  /** Stores a question and draws its card; who clicks on it comes in through HTTP. */
  ask(approval: Approval): Promise<Message>;
}

/** Where the app reaches its servers. */
export type Addresses = Omit<LocalAddresses, "opsUrl">;

interface DoorOptions extends Pick<LocalSlackOptions, "page"> {
  /** What stands between the app and its servers, if anything does. */
  readonly between?: (addresses: Addresses) => Promise<Addresses>;
}

/** `nowMs` is the app's clock; `page` is what browsers are served. */
export async function startDoor(
  nowMs: () => number = Date.now,
  { between = (addresses) => Promise.resolve(addresses), ...served }: DoorOptions = {},
): Promise<Door> {
  const { table, queueUrl, dynamoUrl, sqsUrl } = await freshAws();
  const slack = await startLocalSlack(served);
  const addresses = await between({ slackUrl: slack.url, dynamoUrl, sqsUrl, queueUrl, table });
  const logLines: string[] = [];
  const handler = composeSlack(localConfig({ ...addresses, opsUrl: "http://127.0.0.1:9" }), {
    clock: { now: () => new Date(nowMs()).toISOString() },
    newId: randomUUID,
    log: createLog((line) => logLines.push(line)),
    metrics: NOT_WRITTEN,
  });
  const door: Served = await serveHandler(handler, SILENT);
  slack.setAppUrl(door.url);
  const dynamo = createDynamo({ endpoint: dynamoUrl, timeoutMs: 3_000, maxAttempts: 2 });
  onTestFinished(async () => {
    await door.close();
    dynamo.destroy();
  });
  const records = createRecords(dynamo, table, UNCOUNTED);
  const messenger = createMessenger(slack.web, { defaultChannel: SEED.channels.deploys });
  return {
    slack,
    records,
    apiKeys: createApiKeys(dynamo, table, UNCOUNTED),
    kept: async () => JSON.stringify(await dynamo.send(new ScanCommand({ TableName: table }))),
    logLines,
    async send({ body, headers }, { base64 = true } = {}): Promise<Answered> {
      const event = { headers, body: body.toString(base64 ? "base64" : "utf8"), isBase64Encoded: base64 };
      // The rest of the event is not read.
      const answer = await handler(event as Parameters<typeof handler>[0]);
      return { status: answer.statusCode ?? 0, body: answer.body ?? "" };
    },
    async ask(approval): Promise<Message> {
      const run = someRun();
      await records.saveApproval(approval);
      const { team, thread, interrupt } = approval;
      const place = {
        team,
        thread,
        card: `ask:${interrupt}`,
        channel: SEED.channels.deploys,
        mayExist: false,
      };
      const { ts } = await messenger.draw({ kind: "ask", approval, run }, place);
      const posted = (await slack.everything()).messages.find((message) => message.ts === ts);
      if (posted === undefined) throw new Error("The card was not posted.");
      return posted;
    },
  };
}

/** What somebody was told in private. */
export function told(person: LocalPerson, pattern: RegExp): Promise<Message> {
  return person.waitFor(({ messages }) =>
    messages.find(({ text, visibleTo }) => visibleTo === person.id && pattern.test(text)),
  );
}
