// The servers that the product needs, each to be run in a process of its own: on a port that stays the same, with data that a kill leaves behind.
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Server } from "node:http";

export interface ServerSettings {
  readonly port: number;
  readonly dataDir: string;
}

interface DynamoSettings extends ServerSettings {
  readonly table: string;
}

export async function runDynamo({ port, dataDir, table }: DynamoSettings): Promise<void> {
  const { mendDynalite } = await import("../../../src/local/dynalite-mend.ts");
  const { default: dynalite } = await import("dynalite");
  const path = join(dataDir, "dynamodb");
  const mended = await mendDynalite(path, table);
  if (mended > 0) console.log(`${mended} entries of indexes were mended.`);
  const server: Server = dynalite({ path, createTableMs: 0, deleteTableMs: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
}

interface QueueSettings extends ServerSettings {
  readonly queue: string;
  /** Begins with empty queues each time it starts, which SQS never does. */
  readonly isForgetful: boolean;
  readonly visibilitySeconds?: number;
}

/** As infra/queue.yml has it. */
const MAX_RECEIVES = 5;
/** Above the worker's timeout, as it must be. */
const VISIBILITY_SECONDS = 15;

export async function runQueue(settings: QueueSettings): Promise<void> {
  const { port, dataDir, queue, isForgetful, visibilitySeconds = VISIBILITY_SECONDS } = settings;
  const { startFauxqs } = await import("fauxqs");
  const kept = isForgetful ? {} : { dataDir: join(dataDir, "sqs") };
  const server = await startFauxqs({ port, host: "127.0.0.1", logger: false, ...kept });
  const VisibilityTimeout = String(visibilitySeconds);
  // Creating a queue anew empties it.
  const arn =
    server.inspectQueue(`${queue}-dead`)?.arn ??
    server.createQueue(`${queue}-dead`, { attributes: { VisibilityTimeout } }).queueArn;
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: MAX_RECEIVES });
  if (server.inspectQueue(queue) === undefined)
    server.createQueue(queue, { attributes: { VisibilityTimeout, RedrivePolicy } });
}

interface SlackSettings extends ServerSettings {
  readonly appUrl: string;
}

/** Where it is written down which messages were deleted: nothing else remembers them. */
export const DELETED = "deleted-messages.txt";

export async function runSlack({ port, dataDir, appUrl }: SlackSettings): Promise<void> {
  const { createClock } = await import("../../../src/local/clock.ts");
  const { LOCAL_SECRETS } = await import("../../../src/local/config.ts");
  const { SEED } = await import("../../../src/local/slack/seed.ts");
  const { createLocalSlack } = await import("../../../src/local/slack/server.ts");
  const { createStore } = await import("../../../src/local/slack/store.ts");
  const kept = createStore(join(dataDir, "slack.sqlite"));
  const store = {
    ...kept,
    remove(kind: string, id: string): void {
      if (kind === "message") appendFileSync(join(dataDir, DELETED), `${id}\n`);
      kept.remove(kind, id);
    },
  };
  const clock = createClock(Date.now, store);
  await createLocalSlack({ ...LOCAL_SECRETS, teamId: SEED.teamId, appUrl, store, clock }).listen(port);
}

export async function runOps({ port, dataDir }: ServerSettings): Promise<void> {
  const { createOps } = await import("../../../src/local/ops/server.ts");
  await createOps({ store: join(dataDir, "ops.sqlite"), now: Date.now }).listen(port);
}
