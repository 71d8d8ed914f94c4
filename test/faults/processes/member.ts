// The entry of every process: plays the part that its only argument names, with what stands in its environment.
import { flushCompileCache } from "node:module";
import { ROLES, type Role } from "./roles.ts";

/** Nobody outlives the test, however that ends. */
process.on("disconnect", () => process.exit(1));

const env = process.env;
const port = Number(env["TEST_PORT"]);
const dataDir = env["TEST_DATA"] ?? "";
const PARTS: Readonly<Record<Role, () => Promise<void> | void>> = {
  dynamo: async () =>
    (await import("./servers.ts")).runDynamo({ port, dataDir, table: env["TABLE_NAME"] ?? "" }),
  queue: async () =>
    (await import("./servers.ts")).runQueue({
      ...{ port, dataDir, queue: env["TEST_QUEUE"] ?? "" },
      isForgetful: env["TEST_FORGETFUL"] === "yes",
    }),
  slack: async () =>
    (await import("./servers.ts")).runSlack({ port, dataDir, appUrl: env["TEST_APP"] ?? "" }),
  ops: async () => (await import("./servers.ts")).runOps({ port, dataDir }),
  worker: async () => (await import("./product.ts")).runWorker(env),
  "slack handler": async () => (await import("./product.ts")).runSlackHandler(env, port),
  sweeper: async () => (await import("./product.ts")).runSweeper(env),
  "dead-letter": async () => (await import("./product.ts")).runDeadLetter(env),
};

const role = ROLES.find((one) => one === process.argv[2]);
if (role === undefined) throw new Error(`There is no part "${String(process.argv[2])}".`);
await PARTS[role]();
process.send?.("ready");
// A process that is killed cannot write it at its end, and the next one starts in half the time with it.
flushCompileCache();
