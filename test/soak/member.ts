// The entry of every process of a soak: one server, or one packaged handler with the events that its function would get.
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";
import type { HttpHandler, SweeperHandler, WorkerHandler } from "../../src/lambda/app.ts";
import { createLog } from "../../src/lambda/log.ts";
import { serveHandler } from "../../src/local/adapters/http.ts";
import { pollQueue } from "../../src/local/adapters/poller.ts";
import { sweepEvery } from "../../src/local/adapters/timer.ts";
import type { Role } from "./roles.ts";

/** Nobody outlives the soak, however that ends. */
process.on("disconnect", () => process.exit(1));
process.on("message", (asked) => {
  if (asked !== "memory") return;
  globalThis.gc?.();
  const { rss, heapUsed, heapTotal, external } = process.memoryUsage();
  process.send?.({ kind: "memory", pid: process.pid, rss, heapUsed, heapTotal, external });
});

const env = process.env;
const port = Number(env["TEST_PORT"]);
const dataDir = env["TEST_DATA"] ?? "";
/** As in serverless.yml: a worker begins no step that its time does not suffice for. */
const WORKER_TIMEOUT_MS = 60_000;
/** Standard queues deliver some jobs more than once. */
const TWICE = 0.05;

const log = createLog((line) => process.stdout.write(line));

async function handlerOf<T>(name: string): Promise<T> {
  const loaded: unknown = await import(pathToFileURL(join(env["SOAK_BUNDLES"] ?? "", `${name}.mjs`)).href);
  return z.object({ handler: z.custom<T>((given) => typeof given === "function") }).parse(loaded).handler;
}

function poll(queueUrl: string, handler: WorkerHandler): void {
  const endpoint = env["AWS_ENDPOINT_URL_SQS"] ?? "";
  pollQueue({ endpoint, queueUrl, timeoutMs: WORKER_TIMEOUT_MS, log }, handler);
}

/** What is handed over twice is so at the same time. */
function sometimesTwice(handler: WorkerHandler): WorkerHandler {
  return async (event, invocation) => {
    if (env["SOAK_FAULTS"] !== "yes" || Math.random() >= TWICE) return handler(event, invocation);
    const [first] = await Promise.all([handler(event, invocation), handler(event, invocation)]);
    return first;
  };
}

const PARTS: Readonly<Record<Role, () => Promise<unknown>>> = {
  slack: async () => (await import("./slack-server.ts")).runWatchedSlack(port, env["TEST_APP"] ?? ""),
  model: async () => (await import("./model-server.ts")).runFailingModel(port, env["SOAK_FAULTS"] === "yes"),
  ops: async () => (await import("../faults/processes/servers.ts")).runOps({ port, dataDir }),
  queue: async () =>
    (await import("../faults/processes/servers.ts")).runQueue({
      ...{ port, dataDir, queue: env["TEST_QUEUE"] ?? "", isForgetful: true },
      // Above the worker's time, and far below what it is on AWS: whoever is killed is to be waited for within the soak.
      visibilitySeconds: Number(env["SOAK_VISIBILITY_SECONDS"]),
    }),
  "slack handler": async () => serveHandler(await handlerOf<HttpHandler>("slack"), log, port),
  "api handler": async () => serveHandler(await handlerOf<HttpHandler>("api"), log, port),
  worker: async () => poll(env["QUEUE_URL"] ?? "", sometimesTwice(await handlerOf<WorkerHandler>("worker"))),
  "dead-letter": async () =>
    poll(`${env["QUEUE_URL"] ?? ""}-dead`, await handlerOf<WorkerHandler>("dead-letter")),
  sweeper: async () => {
    const sweep = await handlerOf<SweeperHandler>("sweeper");
    const timed: SweeperHandler = async () => {
      const begun = performance.now();
      await sweep();
      process.send?.({ kind: "swept", ms: performance.now() - begun });
    };
    sweepEvery(Number(env["SOAK_SWEEP_EVERY_MS"]), timed, log);
  },
};

const role = Object.keys(PARTS).find((one): one is Role => one === process.argv[2]);
if (role === undefined) throw new Error(`There is no part "${String(process.argv[2])}".`);
await PARTS[role]();
process.send?.("ready");
// A process that is killed cannot write it at its end.
flushCompileCache();
