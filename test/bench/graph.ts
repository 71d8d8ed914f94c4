// `npm run bench`: our runtime and LangGraph.js side by side, in turn in one process, as ratios; figures of one machine mean little.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Checkpointer } from "../../src/graph/index.ts";
import { langgraph, ours, type Runtime } from "../langgraph/runtimes.ts";
import { type BundleSizes, bundleSizes } from "../support/bundle-size.ts";

const ROUNDS = 5;
const SIDES = { ours, langgraph };

type Scenario = (runtime: Runtime) => Promise<unknown>;

function chain(runtime: Runtime, steps: number, checkpointer?: Checkpointer) {
  const State = runtime.Annotation.Root({ n: runtime.Annotation<number>() });
  const builder = new runtime.StateGraph<typeof State, unknown, string>(State);
  const names = Array.from({ length: steps }, (_, index) => `n${index}`);
  for (const name of names) builder.addNode(name, ({ n }) => ({ n: n + 1 }));
  [runtime.START, ...names, runtime.END].reduce((from, to) => {
    builder.addEdge(from, to);
    return to;
  });
  return builder.compile(checkpointer === undefined ? {} : { checkpointer });
}

let threads = 0;
const config = (recursionLimit = 25) => ({ configurable: { thread_id: `t${threads++}` }, recursionLimit });

function stepsOf(steps: number, isSaved: boolean): Scenario {
  return (runtime) =>
    chain(runtime, steps, isSaved ? new runtime.MemorySaver() : undefined).invoke(
      { n: 0 },
      config(steps + 2),
    );
}

const fanOut: Scenario = async (runtime) => {
  const State = runtime.Annotation.Root({
    found: runtime.Annotation<number>({ reducer: (sum, more) => sum + more, default: () => 0 }),
  });
  const graph = new runtime.StateGraph(State)
    .addNode("split", () => ({}))
    .addNode("work", ({ n }: { n: number }) => ({ found: n }))
    .addEdge(runtime.START, "split")
    .addConditionalEdges(
      "split",
      () => Array.from({ length: 1_000 }, (_, n) => new runtime.Send("work", { n })),
      ["work"],
    )
    .compile();
  return graph.invoke({}, config());
};

const pauseAndResume: Scenario = async (runtime) => {
  const State = runtime.Annotation.Root({ a: runtime.Annotation<unknown>() });
  const graph = new runtime.StateGraph(State)
    .addNode("ask", () => ({ a: runtime.interrupt("Sure?") }))
    .addEdge(runtime.START, "ask")
    .compile({ checkpointer: new runtime.MemorySaver() });
  for (let turn = 0; turn < 50; turn++) {
    const thread = config();
    await graph.invoke({}, thread);
    await graph.invoke(new runtime.Command({ resume: "yes" }), thread);
  }
};

const cachedTasks: Scenario = async (runtime) => {
  const work = runtime.task("work", (n: number) => n);
  const flow = runtime.entrypoint(
    { name: "flow", checkpointer: new runtime.MemorySaver() },
    async (count: number) => {
      let sum = 0;
      for (let n = 0; n < count; n++) sum += await work(n);
      return [sum, runtime.interrupt("Sure?")];
    },
  );
  const thread = config();
  await flow.invoke(400, thread);
  await flow.invoke(new runtime.Command({ resume: "yes" }), thread);
};

async function millisecondsOf(scenario: Scenario, runtime: Runtime): Promise<number> {
  const started = performance.now();
  await scenario(runtime);
  return performance.now() - started;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

async function compare(
  name: string,
  scenario: Scenario,
  unit: { readonly name: string; readonly count: number },
): Promise<void> {
  const times: Record<keyof typeof SIDES, number[]> = { ours: [], langgraph: [] };
  for (let round = 0; round < ROUNDS; round++)
    for (const [side, runtime] of Object.entries(SIDES))
      times[side as keyof typeof SIDES].push(await millisecondsOf(scenario, runtime));
  const [mine, theirs] = [median(times.ours), median(times.langgraph)];
  const each = (ms: number) => `${((ms * 1_000) / unit.count).toFixed(1)} µs`;
  console.log(
    `${name.padEnd(34)} ${(theirs / mine).toFixed(1).padStart(7)} × faster   ${each(mine)} against ${each(theirs)} ${unit.name}`,
  );
}

/** What a saver is handed over so many steps of one message of 1 KB. */
async function bytesHanded(runtime: Runtime, steps: number): Promise<number> {
  let bytes = 0;
  const saver = new runtime.MemorySaver();
  for (const name of ["append", "saveTask", "put", "putWrites"]) {
    const original: unknown = Reflect.get(saver, name);
    if (typeof original !== "function") continue;
    Reflect.set(saver, name, (...args: unknown[]) => {
      bytes += JSON.stringify(args).length;
      return Reflect.apply(original, saver, args) as unknown;
    });
  }
  const State = runtime.Annotation.Root({
    log: runtime.Annotation<readonly string[]>({
      reducer: (log, lines) => [...log, ...lines],
      default: () => [],
    }),
  });
  const graph = new runtime.StateGraph(State)
    .addNode("say", () => ({ log: ["x".repeat(1_024)] }))
    .addEdge(runtime.START, "say")
    .addConditionalEdges("say", ({ log }) => (log.length < steps ? "say" : runtime.END), ["say", runtime.END])
    .compile({ checkpointer: saver });
  await graph.invoke({}, config(steps + 2));
  return bytes;
}

async function compareBytes(): Promise<void> {
  for (const steps of [50, 100, 200, 1_000]) {
    const mine = await bytesHanded(ours, steps);
    // A thousand steps of LangGraph are half a gigabyte.
    const theirs = steps > 200 ? undefined : await bytesHanded(langgraph, steps);
    const ratio = theirs === undefined ? "" : `${(theirs / mine).toFixed(1)} × less`;
    console.log(
      `${`bytes saved, ${steps} steps of 1 KB`.padEnd(34)} ${ratio.padStart(14)}   ${(mine / steps).toFixed(0)} bytes a step`,
    );
  }
}

/** Milliseconds from the start of the process to its end. */
function medianRun(script: string): number {
  const times = Array.from({ length: 7 }, () => {
    const started = performance.now();
    spawnSync(process.execPath, [script]);
    return performance.now() - started;
  });
  return median(times);
}

async function compareBundles(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "countersign-bench-"));
  const sizes: Record<string, BundleSizes & { readonly ms: number }> = {};
  for (const [side, from] of Object.entries({
    ours: resolve("src/graph/index.ts"),
    langgraph: "@langchain/langgraph",
  })) {
    const bundle = join(folder, side);
    sizes[side] = { ...(await bundleSizes(from, bundle)), ms: medianRun(join(bundle, "entry.mjs")) };
  }
  const empty = join(folder, "empty.mjs");
  writeFileSync(empty, "");
  const start = medianRun(empty);
  rmSync(folder, { recursive: true });
  const { ours: mine, langgraph: theirs } = sizes;
  if (mine === undefined || theirs === undefined) return;
  console.log(
    `${"minified, loaded by an import".padEnd(34)} ${(theirs.loaded / mine.loaded).toFixed(1).padStart(7)} × smaller  ${(mine.loaded / 1_024).toFixed(1)} KB against ${(theirs.loaded / 1_024).toFixed(0)} KB`,
  );
  console.log(
    `${"minified, all of it in one file".padEnd(34)} ${(theirs.whole / mine.whole).toFixed(1).padStart(7)} × smaller  ${(mine.whole / 1_024).toFixed(1)} KB against ${(theirs.whole / 1_024).toFixed(0)} KB`,
  );
  console.log(
    `${"cold import, above an empty script".padEnd(34)} ${((theirs.ms - start) / Math.max(mine.ms - start, 1)).toFixed(1).padStart(6)} × faster   ${(mine.ms - start).toFixed(0)} ms against ${(theirs.ms - start).toFixed(0)} ms`,
  );
}

async function growth(): Promise<void> {
  const times = [];
  for (const steps of [1_000, 10_000]) times.push((await millisecondsOf(stepsOf(steps, true), ours)) / steps);
  const [short = 0, long = 0] = times;
  console.log(
    `${"a step at 10,000 and at 1,000".padEnd(34)} ${(long / short).toFixed(1).padStart(7)} × the time`,
  );
}

const step = { name: "a step", count: 1_000 };
await compare("chain of 1,000, no saver", stepsOf(1_000, false), step);
await compare("chain of 1,000, memory saver", stepsOf(1_000, true), step);
await compare("fan-out to 1,000 Sends", fanOut, { name: "a task", count: 1_000 });
await compare("pause and resume", pauseAndResume, { name: "a pair", count: 50 });
await compare("400 tasks, then their replay", cachedTasks, { name: "a task", count: 400 });
await growth();
await compareBytes();
await compareBundles();
