// The stand-ins for AWS: a DynamoDB-compatible server and a queue, on loopback, with their data on disk.
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import dynalite from "dynalite";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import * as z from "zod";
import { createDynamo } from "../aws/dynamodb.ts";
import { createTable } from "../aws/table.ts";
import { mendDynalite } from "./dynalite-mend.ts";

/** How often a job is tried, as infra/queue.yml has it. */
const MAX_RECEIVES = 5;

export interface AwsStandIns {
  readonly dynamoUrl: string;
  readonly sqsUrl: string;
  readonly queueUrl: string;
  /** Where jobs go that failed each time. */
  readonly deadQueueUrl: string;
  stop(): Promise<void>;
}

interface Names {
  readonly table: string;
  readonly queue: string;
  /** How long a job is hidden from others that a worker has: above the worker's own time, and a killed one's comes back this late. */
  readonly hiddenSeconds: number;
}

export async function startAwsStandIns(dataDir: string, names: Names): Promise<AwsStandIns> {
  // Before anything else opens what may be another one's.
  await mendDynalite(databaseIn(dataDir), names.table).catch((error: unknown) => {
    throw isLocked(error) ? new DataInUse(dataDir, error) : error;
  });
  const [dynamo, sqs] = await Promise.all([startDynamo(dataDir, names.table), startQueue(dataDir, names)]);
  return {
    ...dynamo.address,
    ...sqs.address,
    stop: async () => {
      await Promise.all([dynamo.stop(), sqs.stop()]);
    },
  };
}

function databaseIn(dataDir: string): string {
  return join(dataDir, "dynamodb");
}

interface StandIn<Address> {
  readonly address: Address;
  stop(): Promise<void>;
}

async function startDynamo(dataDir: string, table: string): Promise<StandIn<{ dynamoUrl: string }>> {
  const server = dynalite({ path: databaseIn(dataDir), createTableMs: 0, deleteTableMs: 0 });
  await listening(server);
  const dynamoUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = createDynamo({ endpoint: dynamoUrl, timeoutMs: 3_000, maxAttempts: 3 });
  await createTable(client, table);
  client.destroy();
  return { address: { dynamoUrl }, stop: () => closed(server) };
}

/** Two on the same data would each undo what the other does. */
export class DataInUse extends Error {
  override readonly name = "DataInUse";
  constructor(dataDir: string, cause: unknown) {
    super(
      `another Countersign runs with its data in ${dataDir}. Stop it, or name another folder with COUNTERSIGN_DATA.`,
      { cause },
    );
  }
}

const Locked = z.object({ cause: z.object({ code: z.literal("LEVEL_LOCKED") }) });

function isLocked(error: unknown): boolean {
  return Locked.safeParse(error).success;
}

function listening(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

async function startQueue(
  dataDir: string,
  { queue, hiddenSeconds }: Omit<Names, "table">,
): Promise<StandIn<Pick<AwsStandIns, "sqsUrl" | "queueUrl" | "deadQueueUrl">>> {
  const server = await startFauxqs({
    port: 0,
    host: "127.0.0.1",
    logger: false,
    dataDir: join(dataDir, "sqs"),
  });
  const VisibilityTimeout = String(hiddenSeconds);
  const deadLetterTargetArn = queueIn(server, `${queue}-dead`, { VisibilityTimeout });
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MAX_RECEIVES });
  queueIn(server, queue, { VisibilityTimeout, RedrivePolicy });
  const sqsUrl = `http://127.0.0.1:${server.port}`;
  const urlOf = (name: string): string => `${sqsUrl}/000000000000/${name}`;
  return {
    address: { sqsUrl, queueUrl: urlOf(queue), deadQueueUrl: urlOf(`${queue}-dead`) },
    stop: () => server.stop(),
  };
}

/** Its ARN. One that is there stays as it is: to create it once more would lose the jobs in it. */
function queueIn(server: FauxqsServer, name: string, attributes: Readonly<Record<string, string>>): string {
  return server.inspectQueue(name)?.arn ?? server.createQueue(name, { attributes }).queueArn;
}
