// DynamoDB behind the seam: the real client, with a server process or a table in memory behind it, whose attempts fail as they are told to.
import { type DynamoDBClient, ProvisionedThroughputExceededException } from "@aws-sdk/client-dynamodb";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createMemoryDynamo } from "./model/client.ts";
import type { Item } from "./model/expressions.ts";
import type { MemoryTable, Operation } from "./model/table.ts";
import type { Described, FaultKind, Process, Seam, ServiceFault } from "./seam.ts";

/** How one attempt of a request ends. */
type Attempt = "is answered" | "is done and lost" | "is lost" | "is refused";

/** Of a request, what becomes of each of its attempts; the last one holds for all that follow. */
const ATTEMPTS: Readonly<Partial<Record<ServiceFault, readonly Attempt[]>>> = {
  fails: ["is refused"],
  "loses the answer": ["is done and lost", "is lost"],
  "is repeated": ["is done and lost", "is answered"],
};

/** What is written, once it is; for those who look at the order of things afterwards. */
export interface Written {
  readonly process: string;
  readonly item: Item;
  /** How many calls had been made by then, its own included. */
  readonly atCall: number;
}

export interface DynamoBackend {
  /** The client of one process. */
  through(seam: Seam, process: Process): DynamoDBClient;
  /** The same without faults. */
  readonly dynamo: DynamoDBClient;
  readonly table: string;
  readonly puts: readonly Written[];
  /** Whether anything has been written at this sort key. */
  hasStored(sk: string): boolean;
}

const MAX_ATTEMPTS = 3;

/** Without `server` everything is in memory. */
export function createBackend(
  memory: MemoryTable | undefined,
  server: { readonly url: string; readonly table: string } | undefined,
): DynamoBackend {
  const dynamo =
    memory === undefined
      ? createDynamo({ endpoint: server?.url, timeoutMs: 5_000, maxAttempts: MAX_ATTEMPTS })
      : createMemoryDynamo(memory);
  const planned = new WeakMap<object, Attempt[]>();
  withPlannedAttempts(dynamo, planned);
  const puts: Written[] = [];
  const stored = new Set<string>();
  const lastAnswers = new Map<string, object>();

  async function send(command: Command, fault: ServiceFault | undefined): Promise<object> {
    const attempts = fault && ATTEMPTS[fault];
    if (attempts !== undefined) planned.set(command.input, [...attempts]);
    // Without a fault nothing of the SDK has a part in it: the table in memory is asked at once.
    if (attempts === undefined && memory !== undefined)
      return { $metadata: {}, ...memory.execute(operationOf(command), command.input) };
    return dynamo.send(command as never);
  }

  async function answered(
    { seam, process }: { readonly seam: Seam; readonly process: Process },
    command: Command,
    fault: ServiceFault | undefined,
  ): Promise<object> {
    const { input } = command;
    const query = input.IndexName === undefined ? undefined : `${input.IndexName} ${shardOf(input)}`;
    if (query !== undefined && fault === "is outdated") return lastAnswers.get(query) ?? { Items: [] };
    const written = (): void => {
      if (input.Item) puts.push({ process: process.name, item: input.Item, atCall: seam.calls.length });
      stored.add((input.Item ?? input.Key)?.["sk"]?.S ?? "");
    };
    try {
      const answer = await send(command, fault);
      if (!isRead(command)) written();
      if (query !== undefined) lastAnswers.set(query, answer);
      return answer;
    } catch (error) {
      if (fault === "loses the answer" || fault === "is repeated") written();
      throw error;
    }
  }

  return {
    ...{ dynamo, puts, table: server?.table ?? "countersign" },
    hasStored: (sk) => stored.has(sk),
    through: (seam, process) => {
      const client = {
        send: (command: Command) =>
          seam.call(process, describe(command), (fault) => answered({ seam, process }, command, fault)),
      };
      // The product asks nothing of a client but to send.
      return client as unknown as DynamoDBClient;
    },
  };
}

interface Command {
  readonly input: {
    readonly IndexName?: string;
    readonly Item?: Item;
    readonly Key?: Item;
    readonly ExpressionAttributeValues?: Item;
  };
}

function operationOf(command: Command): Operation {
  return command.constructor.name.replace(/Command$/, "") as Operation;
}

function isRead(command: Command): boolean {
  return ["GetItem", "Query", "BatchGetItem"].includes(operationOf(command));
}

const OF_WRITES: readonly FaultKind[] = [
  ...(["crash before", "crash after", "fails", "loses the answer", "is repeated", "freezes"] as const),
];

function describe(command: Command): Described {
  const operation = operationOf(command);
  const { Item, Key, IndexName, ExpressionAttributeValues: values = {} } = command.input;
  const on = (Item ?? Key)?.["sk"]?.S ?? IndexName ?? Object.values(values)[1]?.S ?? "";
  const ofReads: readonly FaultKind[] =
    IndexName === undefined ? ["crash before", "fails"] : ["crash before", "fails", "is outdated"];
  return { service: "dynamodb", name: operation, on, faults: isRead(command) ? ofReads : OF_WRITES };
}

function shardOf({ ExpressionAttributeValues: values = {} }: Command["input"]): string {
  return values[":shard"]?.S ?? values[":p"]?.S ?? "";
}

/** Below the SDK's own retries and all that the product puts around them. Their waits are left out. */
function withPlannedAttempts(dynamo: DynamoDBClient, planned: WeakMap<object, Attempt[]>): void {
  dynamo.config.retryStrategy = () => Promise.resolve(withoutWaits());
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      const attempts = planned.get(args.input) ?? [];
      const attempt = (attempts.length > 1 ? attempts.shift() : attempts[0]) ?? "is answered";
      if (attempt === "is refused")
        throw new ProvisionedThroughputExceededException({ message: "Throttled", $metadata: {} });
      if (attempt !== "is lost") {
        const answer = await next(args).catch((error: unknown) => {
          if (attempt === "is answered") throw error;
        });
        if (attempt === "is answered") return answer as Awaited<ReturnType<typeof next>>;
      }
      throw Object.assign(new Error("The connection was closed."), {
        name: "TimeoutError",
        code: "ECONNRESET",
      });
    },
    { step: "finalizeRequest", priority: "low", name: "plannedAttempts" },
  );
}

type RetryStrategy = Awaited<ReturnType<DynamoDBClient["config"]["retryStrategy"]>>;

function withoutWaits(): RetryStrategy {
  const token = (count: number) => ({ getRetryCount: () => count, getRetryDelay: () => 0 });
  const strategy = {
    mode: "standard",
    acquireInitialRetryToken: () => Promise.resolve(token(0)),
    refreshRetryTokenForRetry: (last: ReturnType<typeof token>) => {
      const count = last.getRetryCount() + 1;
      if (count >= MAX_ATTEMPTS) return Promise.reject(new Error("No more attempts."));
      return Promise.resolve(token(count));
    },
    recordSuccess: () => undefined,
  };
  return strategy;
}
