// The handlers as they are deployed, with people in front and servers behind, and all that AWS would charge for counted by function.
import { randomUUID } from "node:crypto";
import { paginateScan } from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../../../src/aws/dynamodb.ts";
import { createTable } from "../../../src/aws/table.ts";
import { composeSlack, composeSweeper, composeWorker } from "../../../src/lambda/app.ts";
import type { Surroundings } from "../../../src/lambda/surroundings.ts";
import { createMetrics } from "../../../src/lambda/emf.ts";
import { createLog } from "../../../src/lambda/log.ts";
import { serveHandler } from "../../../src/local/adapters/http.ts";
import { createClock } from "../../../src/local/clock.ts";
import { LOCAL_SECRETS, localConfig } from "../../../src/local/config.ts";
import { startScriptedModel } from "../../../src/local/model.ts";
import { createOps } from "../../../src/local/ops/server.ts";
import { createPerson, type LocalPerson } from "../../../src/local/slack/person.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../../src/local/slack/server.ts";
import { createStore } from "../../../src/local/slack/store.ts";
import { overhear } from "../../support/overhear.ts";
import { sizeOf } from "../meter.ts";
import { startDynamoWire } from "./dynamo-wire.ts";
import { startKeptQueue } from "./kept-queue.ts";
import { type Counts, type FunctionName, nothing, type Tally, tallyOf } from "../../../src/aws/tally.ts";

const INVOCATION_MS = 60_000;
/** Time passes when it is told to: a slow machine has no more to redraw than a fast one. */
const BEGIN_MS = Date.parse("2026-03-02T09:00:00Z");

export interface Deployment {
  readonly table: string;
  readonly rita: LocalPerson;
  readonly ana: LocalPerson;
  readonly bo: LocalPerson;
  /** Works off every job, and moves the clock on to where a later one is due. */
  workOff(): Promise<void>;
  pass(seconds: number): void;
  sweep(): Promise<void>;
  /** Since the last call. */
  tally(): Tally;
  /** The names of the metrics that any function has told of so far. */
  readonly metricsTold: ReadonlySet<string>;
  /** How many bytes all of it has left in the table, without the indexes. */
  stored(): Promise<number>;
  stop(): Promise<void>;
}

/** On a table of its own. */
export async function startDeployment(dynamoUrl: string): Promise<Deployment> {
  const clock = createClock(() => BEGIN_MS);
  let counts = tallyOf(nothing);
  let running: FunctionName | undefined;
  const count = (add: (of: Counts) => void): void => {
    if (running !== undefined) add(counts[running]);
  };
  const store = createStore(":memory:");
  const slack = createLocalSlack({ ...LOCAL_SECRETS, teamId: SEED.teamId, appUrl: "", store, clock });
  const ops = await createOps({ store: ":memory:", now: clock.nowMs }).listen(0);
  const [slackServer, model, dynamo, queue] = await Promise.all([
    slack.listen(0),
    startScriptedModel(),
    startDynamoWire(dynamoUrl, ({ writeUnits, readUnits }) =>
      count((of) => {
        of.dynamoRequests++;
        of.writeUnits += writeUnits;
        of.readUnits += readUnits;
      }),
    ),
    startKeptQueue(clock.nowMs, () => count((of) => of.sends++)),
  ]);
  const heard = {
    slack: await overhear(slackServer.url),
    ops: await overhear(ops.url),
    model: await overhear(model.url),
  };
  const table = await freshTable(dynamoUrl);
  const { openai, ...addressed } = localConfig({
    ...{ slackUrl: heard.slack.url, opsUrl: heard.ops.url, dynamoUrl: dynamo.url, sqsUrl: queue.url },
    ...{ queueUrl: `${queue.url}/000000000000/jobs`, table },
  });
  const config = { ...addressed, openai: { ...openai, baseUrl: `${heard.model.url}/v1` } };
  const write = (line: string): void => count((of) => (of.logBytes += Buffer.byteLength(line)));
  const metricsTold = new Set<string>();
  const metrics = createMetrics(write);
  const around: Surroundings = {
    ...{ clock, newId: randomUUID, log: createLog(write) },
    metrics: {
      ...metrics,
      add(name, ...rest) {
        metricsTold.add(name);
        metrics.add(name, ...rest);
      },
    },
  };

  /** One at a time, so that what is counted is known to be its. */
  async function invoked<T>(name: FunctionName, act: () => Promise<T>): Promise<T> {
    if (running !== undefined) throw new Error(`${name} was invoked while ${running} ran.`);
    running = name;
    try {
      return await act();
    } finally {
      await dynamo.counted();
      running = undefined;
      const of = counts[name];
      of.invocations++;
      of.slackCalls += heard.slack.asked().length;
      of.otherCalls += heard.ops.asked().length + heard.model.asked().length;
    }
  }

  const answer = composeSlack(config, around);
  const door = await serveHandler((event) => invoked("slack", () => answer(event)), around.log);
  slack.setAppUrl(door.url);
  const worker = composeWorker(config, around);
  const sweeper = composeSweeper(config, around);
  const { rita, ana, bo } = SEED.users;
  const person = (id: string): LocalPerson => createPerson(slackServer.url, id);
  return {
    ...{ table, rita: person(rita), ana: person(ana), bo: person(bo) },
    async workOff() {
      for (let job = queue.take(); job !== undefined; job = queue.take()) {
        const { body, dueAt } = job;
        clock.advance(Math.max(0, dueAt - clock.nowMs()) / 1_000);
        const time = { getRemainingTimeInMillis: () => INVOCATION_MS };
        const { batchItemFailures } = await invoked("worker", () => worker(eventOf(body), time));
        if (batchItemFailures.length > 0) throw new Error(`A job failed: ${body}.`);
      }
    },
    pass: (seconds) => clock.advance(seconds),
    sweep: () => invoked("sweeper", sweeper),
    tally() {
      const before = counts;
      counts = tallyOf(nothing);
      return before;
    },
    metricsTold,
    stored: () => bytesIn(dynamoUrl, table),
    async stop() {
      await Promise.all([door.close(), ...Object.values(heard).map((one) => one.close())]);
      await Promise.all([slackServer.close(), ops.close(), model.stop(), dynamo.close(), queue.close()]);
      store.close();
    },
  };
}

async function freshTable(endpoint: string): Promise<string> {
  const dynamo = createDynamo({ endpoint, timeoutMs: 10_000, maxAttempts: 1 });
  const table = `cost-${randomUUID()}`;
  await createTable(dynamo, table);
  dynamo.destroy();
  return table;
}

/** What DynamoDB adds to each item that it stores. */
const ITEM_BYTES = 100;

async function bytesIn(endpoint: string, TableName: string): Promise<number> {
  const client = createDynamo({ endpoint, timeoutMs: 10_000, maxAttempts: 1 });
  let bytes = 0;
  for await (const { Items = [] } of paginateScan({ client }, { TableName }))
    bytes += Items.reduce((sum, item) => sum + sizeOf(item) + ITEM_BYTES, 0);
  client.destroy();
  return bytes;
}

function eventOf(body: string) {
  const attributes = {
    ...{ ApproximateReceiveCount: "1", SentTimestamp: "0" },
    ...{ SenderId: "cost", ApproximateFirstReceiveTimestamp: "0" },
  };
  const record = {
    ...{ messageId: randomUUID(), receiptHandle: "", body, attributes, messageAttributes: {} },
    ...{ md5OfBody: "", eventSource: "aws:sqs", eventSourceARN: "", awsRegion: "local" },
  };
  return { Records: [record] };
}
