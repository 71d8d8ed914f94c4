// What is large: values beyond an item, values beyond the limit, long threads, and what DynamoDB leaves undone.
import { randomUUID } from "node:crypto";
import { zstdCompressSync } from "node:zlib";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { type CheckpointLogOptions, createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { createDynamo } from "../../src/aws/dynamodb.ts";
import {
  Annotation,
  Command,
  END,
  interrupt,
  isInterrupted,
  START,
  StateGraph,
  task,
  ValueTooLargeError,
} from "../../src/graph/index.ts";
import { StorageUnavailable } from "../../src/runs/errors.ts";
import { metered } from "../bench/meter.ts";
import { messagesOf } from "../bench/words.ts";
import { append, checkpoint, incompressible, memo, set } from "../contract/slots.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";

const State = Annotation.Root({
  report: Annotation<string>(),
  log: Annotation<readonly string[]>({ reducer: (log, lines) => [...log, ...lines], default: () => [] }),
});

async function setUpAt() {
  const { dynamo, table, dynamoUrl } = await freshDynamo();
  return { dynamoUrl, table, log: createCheckpointLog(dynamo, table), thread: `T1#${randomUUID()}` };
}

async function setUp(options: CheckpointLogOptions = {}, url?: string) {
  const { dynamo, table } = await freshDynamo(url);
  const thread = `T1#${randomUUID()}`;
  const log = createCheckpointLog(dynamo, table, options);
  return { dynamo, table, thread, log, config: { configurable: { thread_id: thread } } };
}

test("whoever dies while a large value is written leaves the thread as it was: what names the parts comes behind them", async () => {
  const { dynamoUrl, table, log, thread } = await setUpAt();
  await log.append(thread, checkpoint(0));
  const large = checkpoint(1, { report: set(incompressible(900_000)) });
  for (let survived = 0; ; survived++) {
    const dying = createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 1 });
    let puts = 0;
    dying.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          commandName === "PutItemCommand" && puts++ >= survived
            ? Promise.reject(new Error("The power is gone."))
            : next(args),
      { step: "initialize" },
    );
    const written = createCheckpointLog(dying, table)
      .append(thread, large)
      .then(
        () => true,
        () => false,
      );
    if (await written) {
      // Its parts, then the slot.
      expect(survived).toBeGreaterThan(3);
      break;
    }
    expect((await createCheckpointLog(dying, table).load(thread)).slots).toEqual([checkpoint(0)]);
  }
  expect((await log.load(thread)).slots).toEqual([checkpoint(0), large]);
});

test("a value beyond the limit fails its step with a sentence that names the channel; the thread is as before, and goes on once the node is mended", async () => {
  const { log, config, thread } = await setUp();
  let size = 5_000_000;
  const graph = new StateGraph(State)
    .addNode("note", () => ({ log: ["noted"] }))
    .addNode("write", () => ({ report: "x".repeat(size), log: ["written"] }))
    .addEdge(START, "note")
    .addEdge("note", "write")
    .compile({ checkpointer: log });

  const failed = graph.invoke({}, config);
  await expect(failed).rejects.toThrow(ValueTooLargeError);
  await expect(failed).rejects.toThrow(
    /^Channel "report" takes 50000\d\d of the 5000\d{3} bytes that were to be stored at once, and 4194304 are the limit\. Keep large values elsewhere/,
  );
  await expect(failed).rejects.toMatchObject({ where: 'Channel "report"', limit: 4_194_304 });
  expect(await graph.getState(config)).toMatchObject({ next: ["write"], values: { log: ["noted"] } });

  size = 3_000_000;
  const { report, log: lines } = await graph.invoke(null, config);
  expect([report.length, lines]).toEqual([3_000_000, ["noted", "written"]]);
  expect((await graph.getState(config)).values.report).toHaveLength(3_000_000);
  expect((await log.history(thread)).slots).toHaveLength(3);
});

test("of nodes that run beside each other, what fits is kept when the last one's does not", async () => {
  const { log, config } = await setUp({ maxTextBytes: 10_000 });
  const small = Promise.withResolvers<undefined>();
  let size = 30_000;
  let runs = 0;
  const graph = new StateGraph(State)
    .addNode("large", async () => {
      await small.promise;
      await new Promise(setImmediate);
      return { report: "x".repeat(size) };
    })
    .addNode("small", () => {
      small.resolve(undefined);
      return { log: [`run ${++runs}`] };
    })
    .addEdge(START, "large")
    .addEdge(START, "small")
    .compile({ checkpointer: log });
  await expect(graph.invoke({}, config)).rejects.toThrow(/Channel "report" takes 300\d\d of the/);
  size = 5_000;
  expect((await graph.invoke(null, config)).log).toEqual(["run 1"]);
});

test("nodes that each stay within the limit can always be committed together", async () => {
  const { log, config } = await setUp({ maxTextBytes: 10_000 });
  const long = (name: string) => () => ({ log: [name.repeat(2_000)] });
  const graph = new StateGraph(State)
    .addNode("one", long("one"))
    .addNode("two", long("two"))
    .addNode("three", long("six"))
    .addEdge(START, "one")
    .addEdge(START, "two")
    .addEdge(START, "three")
    .compile({ checkpointer: log });
  expect((await graph.invoke({}, config)).log).toHaveLength(3);
});

test("a call of task() whose result is too large fails with its name, and a pause with what it was to store", async () => {
  const { log, config } = await setUp({ maxTextBytes: 10_000 });
  let size = 20_000;
  const fetched = task("fetch", () => "x".repeat(size));
  const graph = new StateGraph(State)
    .addNode("ask", async () => {
      const text = await fetched();
      return { report: text, log: [interrupt<unknown, string>("Sure?")] };
    })
    .addEdge(START, "ask")
    .addEdge("ask", END)
    .compile({ checkpointer: log });
  await expect(graph.invoke({}, config)).rejects.toThrow('Task "ask|fetch:0" takes');
  size = 5_000;
  expect(isInterrupted(await graph.invoke(null, config))).toBe(true);
  expect((await graph.invoke(new Command({ resume: "yes" }), config)).log).toEqual(["yes"]);
});

test("a load reads less than twice what the state would be compressed", async () => {
  const { log, dynamo, table, thread } = await setUp();
  const messages = messagesOf(600);
  for (const [number, message] of messages.entries())
    await log.append(thread, checkpoint(number, { messages: append(message) }));
  const count = metered(dynamo);
  await createCheckpointLog(dynamo, table).load(thread);
  const state = zstdCompressSync(Buffer.from(JSON.stringify(messages))).length;
  expect(count().bytes).toBeLessThan(2 * state);
});

test.each(dynamoServers)(
  "on $name a lost slot is known for lost, without a read where the server tells who has it",
  async ({ name, url }) => {
    const { log, dynamo, table, thread } = await setUp({}, url);
    await log.append(thread, checkpoint(0, {}, "first"));
    const count = metered(dynamo);
    await expect(
      createCheckpointLog(dynamo, table).append(thread, checkpoint(0, {}, "second")),
    ).rejects.toThrow("was not free");
    // The put itself is not counted: it was answered with an error.
    expect(count().requests).toBe(name.includes("dynalite") ? 1 : 0);
  },
);

interface BatchOfKeys {
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly object[] }>>;
}
interface LeftKeys {
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: readonly object[] }>>;
}

/** Does the first half of each batch, as DynamoDB may when an answer would be too large; nothing more once `isStuck`. */
function leavingSome(dynamo: DynamoDBClient, isStuck: () => boolean): void {
  dynamo.middlewareStack.add(
    (next) => async (args) => {
      const [[table, { Keys }] = ["", { Keys: [] }]] = Object.entries(
        (args.input as BatchOfKeys).RequestItems ?? {},
      );
      if (Keys.length === 0) return next(args);
      const half = Math.ceil(Keys.length / 2);
      const some = { [table]: { Keys: Keys.slice(0, half), ConsistentRead: true } };
      const answer = await next({ ...args, input: { ...args.input, RequestItems: some } });
      // The server may have left some itself.
      const own = (answer.output as LeftKeys).UnprocessedKeys?.[table]?.Keys ?? [];
      const left = isStuck() ? Keys : [...own, ...Keys.slice(half)];
      const UnprocessedKeys = left.length > 0 ? { [table]: { Keys: left } } : {};
      return { ...answer, output: { ...answer.output, UnprocessedKeys } };
    },
    { step: "initialize" },
  );
}

test("what a batch leaves undone is asked for again, and given up when nothing comes of it", async () => {
  const { log, dynamo, thread } = await setUp();
  const big = incompressible(2_000_000);
  await log.append(thread, checkpoint(0, { big: set(big) }));
  await log.saveTask(thread, memo(1, "a", big));
  let isStuck = false;
  leavingSome(dynamo, () => isStuck);
  expect((await log.load(thread)).memos).toEqual([memo(1, "a", big)]);
  isStuck = true;
  await expect(log.load(thread)).rejects.toThrow(StorageUnavailable);
  await expect(log.load(thread)).rejects.toThrow("The store did not answer: reading a thread's large texts.");
});
