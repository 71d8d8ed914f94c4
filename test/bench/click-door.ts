// The Slack function behind HTTP, as API Gateway would call it, with a store, a queue, a local Slack and fifty people who may decide.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { startFauxqs } from "fauxqs";
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import { createRecords } from "../../src/aws/records.ts";
import { composeSlack } from "../../src/lambda/app.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import { createClock } from "../../src/local/clock.ts";
import { LOCAL_SECRETS, localConfig } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { createLocalSlack } from "../../src/local/slack/server.ts";
import { createStore } from "../../src/local/slack/store.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { ACTION, encodeRequestRef } from "../../src/slack/action-id.ts";
import { someApproval } from "../slack/fixtures.ts";
import { buttonClick, post } from "../support/deliver.ts";
import { overhear } from "../support/overhear.ts";
import { startBenchServer } from "./server.ts";
import type { InvocationLog } from "../../src/lambda/log.ts";
import { NOT_WRITTEN } from "../support/counted.ts";

export const PEOPLE = Array.from({ length: 50 }, (_, n) => `U0PERSON${n + 10}`);

export interface ClickDoor {
  /** So many questions that wait, each of a run of its own. */
  ask(many: number): Promise<readonly Approval[]>;
  /** A signed click on Approve; resolves with the status of the answer. */
  approve(approval: Approval, by: string): Promise<number>;
  /** As they are stored now. */
  stored(approvals: readonly Approval[]): Promise<readonly (Approval | undefined)[]>;
  /** How many jobs were put into the queue so far. */
  jobs(): Promise<number>;
  /** What was said in private since the last call. */
  told(): readonly string[];
  /** The Web API's methods that were called since the last call. */
  slackCalls(): readonly string[];
  /** What the function logged as a warning or worse since the last call. */
  trouble(): readonly string[];
  stop(): Promise<void>;
}

export async function startClickDoor(): Promise<ClickDoor> {
  const server = await startBenchServer();
  const [queue, slack, ears] = await Promise.all([startQueue(), startSlack(), startEars()]);
  const { log, trouble } = remembering();
  const { url: dynamoUrl, table, dynamo } = server;
  const addresses = { dynamoUrl, table, slackUrl: slack.url, opsUrl: "http://127.0.0.1:9" };
  const handler = composeSlack(localConfig({ ...addresses, sqsUrl: queue.url, queueUrl: queue.queueUrl }), {
    clock: createClock(Date.now),
    newId: randomUUID,
    ...{ log, metrics: NOT_WRITTEN },
  });
  const door = await serveHandler(handler, log);
  const records = createRecords(dynamo, table, UNCOUNTED);
  return {
    async ask(many) {
      const approvals = Array.from({ length: many }, waitingQuestion);
      for (const some of portions(approvals, 50))
        await Promise.all(some.map((approval) => records.saveApproval(approval)));
      return approvals;
    },
    async approve(approval, by) {
      const value = encodeRequestRef(approval);
      const click = buttonClick({ user: by, action: ACTION.approve, value, responseUrl: ears.url });
      return (await post(door.url, click)).status;
    },
    async stored(approvals) {
      const found: (Approval | undefined)[] = [];
      for (const some of portions(approvals, 50))
        found.push(...(await Promise.all(some.map((one) => records.approval(one, one.interrupt)))));
      return found;
    },
    ...{ jobs: queue.jobs, told: ears.told, slackCalls: slack.calls, trouble },
    async stop() {
      await door.close();
      await Promise.all([queue.stop(), slack.stop(), ears.stop()]);
      server.stop();
    },
  };
}

function waitingQuestion(): Approval {
  const { digest, state, version, revision, ...asked } = someApproval();
  const approvers = { users: PEOPLE, groups: [SEED.groups.oncall] };
  const [thread, interrupt] = [randomUUID(), randomUUID()].map((id) => id.replaceAll("-", ""));
  if (thread === undefined || interrupt === undefined) throw new Error("There should be two ids.");
  return askedApproval({ ...asked, thread, interrupt, policy: { ...asked.policy, approvers } });
}

function portions<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, n) => all.slice(n * size, (n + 1) * size));
}

interface BenchQueue {
  readonly url: string;
  readonly queueUrl: string;
  jobs(): Promise<number>;
  stop(): Promise<void>;
}

async function startQueue(): Promise<BenchQueue> {
  const fauxqs = await startFauxqs({ port: 0, host: "127.0.0.1", logger: false });
  const url = `http://127.0.0.1:${fauxqs.port}`;
  const sqs = new SQSClient({ endpoint: url });
  await sqs.send(new CreateQueueCommand({ QueueName: "bench" }));
  const queueUrl = `${url}/000000000000/bench`;
  const counts = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed"] as const;
  return {
    ...{ url, queueUrl },
    async jobs() {
      const asked = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...counts] });
      const { Attributes = {} } = await sqs.send(asked);
      return counts.reduce((sum, count) => sum + Number(Attributes[count]), 0);
    },
    async stop() {
      sqs.destroy();
      await fauxqs.stop();
    },
  };
}

interface BenchSlack {
  readonly url: string;
  calls(): readonly string[];
  stop(): Promise<void>;
}

/** The local workspace has few people: asked about one of the fifty, it tells about Ana, who is a member as they are. */
async function startSlack(): Promise<BenchSlack> {
  const store = createStore(":memory:");
  const secrets = { ...LOCAL_SECRETS, teamId: SEED.teamId, appUrl: "http://127.0.0.1:9" };
  const slack = await createLocalSlack({ ...secrets, store, clock: createClock(Date.now) }).listen(0);
  const heard = await overhear(slack.url, (body) => body.replace(/U0PERSON\d+/, SEED.users.ana));
  return {
    url: heard.url,
    calls: () => heard.asked().map(({ path }) => path.replace("/api/", "")),
    async stop() {
      await heard.close();
      await slack.close();
      store.close();
    },
  };
}

interface Ears {
  readonly url: string;
  told(): readonly string[];
  stop(): Promise<void>;
}

/** Where the function says things in private: a response_url. */
async function startEars(): Promise<Ears> {
  let heard: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      heard.push(Buffer.concat(chunks).toString("utf8"));
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/respond`,
    told() {
      const before = heard;
      heard = [];
      return before;
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function remembering(): { readonly log: InvocationLog; readonly trouble: () => readonly string[] } {
  let lines: string[] = [];
  const note = (line: string, about?: object): void => {
    lines.push(`${line} ${JSON.stringify(about ?? {})}`);
  };
  return {
    log: { info: () => undefined, warn: note, error: note, begin: () => undefined, end: () => undefined },
    trouble() {
      const before = lines;
      lines = [];
      return before;
    },
  };
}
