// A graph whose thread is behind snapshots, side by side with one in memory: it pauses, answers, looks back and forks the same.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import {
  Annotation,
  type Checkpointer,
  Command,
  END,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { repeatable } from "../graph/support.ts";
import { dynamoServers, freshDynamo } from "../support/dynamo.ts";

const State = Annotation.Root({
  log: Annotation<readonly string[]>({
    reducer: (log, lines) => [...log, ...lines],
    default: () => ["begun"],
  }),
  plan: Annotation<{ text: string }>(),
});

/** Works in a loop, with a graph within a node and a call of task(), and asks every third round. */
function worker(checkpointer: Checkpointer, ids: ReturnType<typeof repeatable>) {
  const measured = task("measure", (text: string) => text.length);
  const inner = new StateGraph(State)
    .addNode("think", ({ log }) => ({ plan: { text: `${log.length} ${"thought ".repeat(40)}` } }))
    .addNode("check", () => ({ log: ["checked"] }))
    .addEdge(START, "think")
    .addEdge("think", "check")
    .compile();
  return new StateGraph(State)
    .addNode("work", async ({ log }) => ({ log: [`work ${await measured(log.join())}`] }))
    .addNode("inner", async (state) => ({ plan: (await inner.invoke(state)).plan }))
    .addNode("ask", ({ log }) => ({
      log: log.length % 3 === 0 ? [interrupt<string, string>(`${log.length}?`)] : ["on"],
    }))
    .addEdge(START, "work")
    .addEdge("work", "inner")
    .addEdge("work", "ask")
    .addConditionalEdges("ask", ({ log }) => (log.length < 40 ? "work" : END), ["work", END])
    .compile({ checkpointer, ...ids });
}

async function story(open: () => Checkpointer, thread: string): Promise<unknown> {
  const told: unknown[] = [];
  const ids = repeatable();
  const config = { configurable: { thread_id: thread }, recursionLimit: 200 };
  /** Each time as another process would. */
  const graph = () => worker(open(), ids);
  const runAll = async (
    first: Parameters<ReturnType<typeof graph>["invoke"]>[0],
    from = config,
  ): Promise<void> => {
    await graph().invoke(first, from);
    for (let turn = 0; (await graph().getState(config)).status === "paused"; turn++) {
      told.push(await graph().getState(config));
      await graph().invoke(new Command({ resume: `yes ${turn}` }), config);
    }
    told.push(await graph().getState(config));
  };
  await runAll({ log: ["hello"] });
  const history = await Array.fromAsync(graph().getStateHistory(config));
  told.push(history);
  const early = history.at(-4)?.config.configurable;
  told.push(await graph().getState({ configurable: { ...config.configurable, ...early } }));
  await graph().updateState(
    { configurable: { ...config.configurable, ...early } },
    { log: ["forked"] },
    "ask",
  );
  told.push(await graph().getState(config));
  await runAll(null);
  await runAll({ log: ["again"] });
  told.push(await Array.fromAsync(graph().getStateHistory(config, { limit: 5 })));
  return told;
}

test.each(dynamoServers)("on $name a thread with snapshots is told as one in memory is", async ({ url }) => {
  const { dynamo, table } = await freshDynamo(url);
  const thread = `T1#${randomUUID()}`;
  const snapshots = {
    items: 5,
    bytes: 1_000,
    chunkBytes: 100,
    lastChunkBytes: 50,
    valueBytes: 100,
    fanOut: 3,
  };
  const open = () =>
    createCheckpointLog(dynamo, table, {
      snapshots,
      onSnapshotFailed: (error) => {
        throw error;
      },
    });
  const memory = new MemorySaver();
  expect(await story(open, thread)).toEqual(await story(() => memory, thread));
  expect((await open().load(thread)).snapshot).toBeDefined();
});
