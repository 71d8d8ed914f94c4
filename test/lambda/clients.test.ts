// What the functions keep from one invocation to the next: their clients of AWS, and with these the connections, each of which would cost a handshake again.
import { randomUUID } from "node:crypto";
import type { APIGatewayProxyEventV2, SQSEvent, SQSRecord } from "aws-lambda";
import { expect, onTestFinished, test } from "vitest";
import { encodeJob } from "../../src/runs/job-text.ts";
import * as app from "../../src/lambda/app.ts";
import { type Config, parseConfig } from "../../src/lambda/config.ts";
import { createLog } from "../../src/lambda/log.ts";
import { type Surroundings, systemClock } from "../../src/lambda/surroundings.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { freshKey } from "../contract/fixtures.ts";
import { programOf } from "../support/api.ts";
import { NOT_WRITTEN } from "../support/counted.ts";
import { slashCommand } from "../support/deliver.ts";
import { plainEvent, startDeployed } from "../support/deployed.ts";
import { type Relay, startRelay } from "../support/relay.ts";

type Invoke = () => Promise<unknown>;

const STARTS = "run deploy service=checkout version=v2.4.1 env=prod";
const INVOCATION = { getRemainingTimeInMillis: () => 60_000 };

/** A wake-up for a thread that was removed: it is looked for, and that is all. */
function job(): SQSEvent {
  const body = encodeJob({ kind: "resume", ...freshKey(SEED.teamId) });
  return { Records: [{ messageId: "one", body } as unknown as SQSRecord] };
}

function asking(token: string): APIGatewayProxyEventV2 {
  const headers = { authorization: `Bearer ${token}` };
  const event = { rawPath: "/v1/runs/r-000000", rawQueryString: "", headers };
  return { ...event, requestContext: { http: { method: "GET" } } } as unknown as APIGatewayProxyEventV2;
}

const FUNCTIONS: Readonly<Record<string, (config: Config, around: Surroundings, token: string) => Invoke>> = {
  slack(config, around) {
    const handler = app.composeSlack(config, around);
    return () => handler(plainEvent(slashCommand(STARTS)));
  },
  api(config, around, token) {
    const handler = app.composeApi(config, around);
    return () => handler(asking(token));
  },
  worker(config, around) {
    const handler = app.composeWorker(config, around);
    return () => handler(job(), INVOCATION);
  },
  "dead-letter"(config, around) {
    const handler = app.composeDeadLetter(config, around);
    return () => handler(job());
  },
  sweeper(config, around) {
    const handler = app.composeSweeper(config, around);
    return () => handler();
  },
};

async function relayed(config: Config): Promise<{ readonly config: Config; readonly relays: Relay[] }> {
  const { endpoints, queueUrl } = config;
  const [dynamo, sqs] = [await startRelay(endpoints.dynamodb ?? ""), await startRelay(endpoints.sqs ?? "")];
  const relays = [dynamo, sqs];
  onTestFinished(async () => {
    await Promise.all(relays.map((relay) => relay.close()));
  });
  const through = { dynamodb: dynamo.url, sqs: sqs.url };
  return {
    config: { ...config, endpoints: through, queueUrl: `${sqs.url}${new URL(queueUrl).pathname}` },
    relays,
  };
}

const INVOCATIONS = 8;

test.each(Object.entries(FUNCTIONS))(
  "the %s function goes on with the connections that its first invocations made",
  async (_, compose) => {
    const { env } = await startDeployed();
    const around = {
      ...{ clock: systemClock, newId: randomUUID, metrics: NOT_WRITTEN },
      log: createLog(() => undefined),
    };
    const { config, relays } = await relayed(parseConfig(env));
    const { token } = await programOf({ apiUrl: "", config: parseConfig(env), around });
    const invoke = compose(config, around, token);
    for (let times = 0; times < INVOCATIONS; times += 1) await invoke();
    expect(relays[0]?.connections()).toBeGreaterThan(0);
    // A few at a time: some calls are made together.
    for (const relay of relays) expect(relay.connections()).toBeLessThan(INVOCATIONS);
  },
);
