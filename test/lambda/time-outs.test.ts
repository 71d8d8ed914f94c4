// The table of time-outs against its own arithmetic, and each client against servers that hang: before a connection, before an answer, in the middle of one, and by putting it off.
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { createOpenAiModel } from "../../src/agent/openai.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createSqsQueue } from "../../src/aws/queue.ts";
import { createSecretReader } from "../../src/aws/secrets.ts";
import { createRecords } from "../../src/aws/records.ts";
import {
  fetchWithin,
  nodeLimitMs,
  reserveMs,
  TIME_OUTS,
  WORKER_TIMEOUT_MS,
} from "../../src/lambda/time-outs.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { SILENT } from "../../src/runs/silent-log.ts";
import { createSlackClient } from "../../src/slack/client.ts";
import { freshKey, runOf } from "../contract/fixtures.ts";
import { isDeafnessKnown, startDeafServer } from "../support/deaf-server.ts";

const SLACK_GIVES_MS = 3_000;
/** For the function's own work, on its slowest day. */
const OWN_MS = 150;

describe("the arithmetic", () => {
  const { dynamo, sqs, slack } = TIME_OUTS.slack;
  const [read, write, directory, answer] = [dynamo.totalMs, dynamo.totalMs, slack.totalMs, slack.totalMs];

  test.each([
    ["a click", read + directory + write + sqs.totalMs + answer],
    ["a submitted edit", read + read + directory + write + sqs.totalMs],
    ["a command", directory + write + read + sqs.totalMs],
    ["an App Home that is opened", directory + read + read + answer + write],
    ["a click in it that is done in 600 ms", 600 + read + read + answer + write],
    ["a click in it that takes longer", read + directory + write + sqs.totalMs + answer],
  ])("of %s: everything at its limit is still an answer within Slack's three seconds", (_, worst) => {
    expect(worst + OWN_MS).toBeLessThan(SLACK_GIVES_MS);
  });

  test("a step of the worker leaves time to record and to draw what it did", () => {
    const { dynamo: store, model, target, slack: drawing } = TIME_OUTS.worker;
    const step = nodeLimitMs(WORKER_TIMEOUT_MS);
    expect(model.totalMs).toBeLessThan(step);
    expect(target.totalMs).toBeLessThan(step);
    expect(store.totalMs).toBeLessThanOrEqual(reserveMs(WORKER_TIMEOUT_MS));
    expect(step + store.totalMs + 3 * drawing.totalMs).toBeLessThanOrEqual(WORKER_TIMEOUT_MS);
  });

  test("a model that falls silent, before its first word or after it, leaves time for another try", () => {
    const { totalMs, silentMs, idleMs } = TIME_OUTS.worker.model;
    expect(2 * silentMs).toBeLessThanOrEqual(totalMs);
    expect(silentMs + idleMs).toBeLessThan(totalMs);
  });

  test("whoever answers Slack waits less for everything than whoever does not", () => {
    for (const name of ["dynamo", "sqs", "slack", "secrets"] as const)
      expect(TIME_OUTS.slack[name].totalMs).toBeLessThan(TIME_OUTS.worker[name].totalMs);
  });
});

interface Client {
  readonly name: string;
  readonly totalMs: number;
  readonly call: (url: string) => Promise<unknown>;
}

function clientsOf(name: "slack" | "worker"): readonly Client[] {
  const { dynamo, sqs, slack, secrets } = TIME_OUTS[name];
  const queueOf = (url: string) =>
    createSqsQueue({ endpoint: url, queueUrl: `${url}/000000000000/jobs`, ...sqs });
  const slackAt = (apiUrl: string) =>
    createSlackClient({ token: "xoxb-1", apiUrl: `${apiUrl}/api/`, timeoutMs: slack.totalMs, log: SILENT });
  return [
    {
      ...{ name: `DynamoDB for the ${name} function, reading`, totalMs: dynamo.totalMs },
      call: (endpoint) =>
        createRecords(createDynamo({ endpoint, ...dynamo }), "table", UNCOUNTED).run(freshKey()),
    },
    {
      ...{ name: `DynamoDB for the ${name} function, writing`, totalMs: dynamo.totalMs },
      call: (endpoint) =>
        createRecords(createDynamo({ endpoint, ...dynamo }), "table", UNCOUNTED).saveRun(runOf(freshKey())),
    },
    {
      ...{ name: `SQS for the ${name} function`, totalMs: sqs.totalMs },
      call: (url) => queueOf(url).send({ kind: "start", team: "T1", thread: "t" }),
    },
    {
      ...{ name: `Secrets Manager for the ${name} function`, totalMs: secrets.totalMs },
      call: (endpoint) => createSecretReader({ endpoint, ...secrets })("countersign/test/app"),
    },
    {
      ...{ name: `Slack for the ${name} function`, totalMs: slack.totalMs },
      call: (url) => slackAt(url).users.info({ user: "U1" }),
    },
  ];
}

const { target } = TIME_OUTS.worker;
/** The model's own limit is half a minute and more; that the same client keeps to a shorter one shows as much. */
const MODEL_MS = 1_000;
const CLIENTS: readonly Client[] = [
  ...clientsOf("slack"),
  ...clientsOf("worker"),
  {
    ...{ name: "a workflow's target", totalMs: target.totalMs },
    call: async (url) => (await fetchWithin(target.totalMs)(url)).text(),
  },
  {
    ...{ name: "a workflow's target, with a signal of the step's own", totalMs: target.totalMs },
    call: async (url) =>
      (await fetchWithin(target.totalMs)(url, { signal: new AbortController().signal })).text(),
  },
  {
    ...{ name: "the model", totalMs: MODEL_MS },
    call: (baseUrl) =>
      createOpenAiModel({ apiKey: "k", baseUrl, model: "m", timeoutMs: MODEL_MS, maxRetries: 1 }).complete({
        messages: [{ role: "user", content: "?" }],
      }),
  },
];

async function serverThat(answers: RequestListener): Promise<string> {
  const server = createServer(answers);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Each gives up: not long after its limit, and not with an answer. All at once, since most of it is waiting. */
async function expectEachGivesUp(url: string): Promise<void> {
  const begun = performance.now();
  const waits = CLIENTS.map(async ({ name, totalMs, call }) => {
    const outcome = await call(url).then(
      () => "answered",
      () => "gave up",
    );
    // Half as long again is what a busy machine may add; one more attempt would be more than that.
    return { name, outcome, isLate: performance.now() - begun > totalMs * 1.5 + 500 };
  });
  expect(await Promise.all(waits)).toEqual(
    CLIENTS.map(({ name }) => ({ name, outcome: "gave up", isLate: false })),
  );
}

test("a server that takes requests and never answers is given up in time by each client", async () => {
  await expectEachGivesUp(await serverThat(() => undefined));
});

test("a server that stops in the middle of its answer is given up in time by each client", async () => {
  const url = await serverThat((_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
    response.write('{"ok":true,');
  });
  await expectEachGivesUp(url);
});

test("what DynamoDB puts off is put off for no longer than the limit, was certainly not done, and is not sent after all", async () => {
  let requests = 0;
  const endpoint = await serverThat((request, response) => {
    requests += 1;
    request.resume().on("end", () => {
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException" }));
    });
  });
  // Many attempts with long waits in between: the limit ends them in a wait.
  const dynamo = createDynamo({ endpoint, timeoutMs: 1_000, maxAttempts: 50, totalMs: 700 });
  const error = await createRecords(dynamo, "table", UNCOUNTED)
    .saveRun(runOf(freshKey()))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(StorageUnavailable);
  expect(error).toMatchObject({ uncertain: false });
  const sent = requests;
  await pause(1_500);
  expect(requests).toBe(sent);
});

test("a write that was under way when time was over may have happened", async () => {
  const endpoint = await serverThat(() => undefined);
  const dynamo = createDynamo({ endpoint, timeoutMs: 5_000, maxAttempts: 1, totalMs: 200 });
  await expect(createRecords(dynamo, "table", UNCOUNTED).saveRun(runOf(freshKey()))).rejects.toMatchObject({
    name: "StorageUnavailable",
    uncertain: true,
  });
});

async function msUntilRejected(call: Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await expect(call).rejects.toThrow();
  return performance.now() - begun;
}

describe.skipIf(!isDeafnessKnown)("a server that cannot be connected to", () => {
  const limits = { connectMs: 300, timeoutMs: 15_000, maxAttempts: 1, totalMs: 15_000 };

  test.each([
    [
      "DynamoDB",
      (endpoint: string) =>
        createRecords(createDynamo({ endpoint, ...limits }), "table", UNCOUNTED).run(freshKey()),
    ],
    [
      "SQS",
      (endpoint: string) =>
        createSqsQueue({ endpoint, queueUrl: `${endpoint}/000000000000/jobs`, ...limits }).send({
          ...{ kind: "start", team: "T1", thread: "t" },
        }),
    ],
  ])("is given up by the client of %s when it should have been connected", async (_, call) => {
    const endpoint = await startDeafServer();
    const failed = await call(endpoint).then(
      () => undefined,
      (error: unknown) => error,
    );
    // Its request time-out is fifty times as long, and says something else.
    expect((failed as Error | undefined)?.cause).toMatchObject({
      message: expect.stringMatching(/did not establish a connection .* 300 ms/) as string,
    });
  });

  const totalMs = 300;
  test.each([
    [
      "Slack",
      (url: string) =>
        createSlackClient({
          token: "xoxb-1",
          apiUrl: `${url}/api/`,
          timeoutMs: totalMs,
          log: SILENT,
        }).auth.test(),
    ],
    ["a workflow's target", (url: string) => fetchWithin(totalMs)(url)],
    [
      "the model",
      (baseUrl: string) =>
        createOpenAiModel({ apiKey: "k", baseUrl, model: "m", timeoutMs: totalMs }).complete({
          messages: [{ role: "user", content: "?" }],
        }),
    ],
  ])("is given up by the client of %s when its one limit is over", async (_, call) => {
    const url = await startDeafServer();
    // Left alone, fetch gives up after ten seconds.
    expect(await msUntilRejected(call(url))).toBeLessThan(5_000);
  });
});
