// `npm run bench`: what a thread of 1 KB messages costs in DynamoDB, beside the full state for every checkpoint as other savers write it.
import { zstdCompressSync } from "node:zlib";
import { createCheckpointLog } from "../../src/aws/checkpoint-log.ts";
import { Annotation, END, START, StateGraph } from "../../src/graph/index.ts";
import { createFullState } from "./full-state.ts";
import { costOfThread } from "./full-state-cost.ts";
import type { Metered } from "./meter.ts";
import { startBenchServer } from "./server.ts";
import { messagesOf } from "./words.ts";

const STEPS = [50, 100, 200, 1_000, 10_000];
/** Above this the full states are counted from their layout: at 10,000 steps they are 50 GB. */
const WRITTEN_UP_TO = 1_000;
const LOADS = 5;

interface Measured {
  readonly written: Metered;
  readonly read: Metered;
  readonly loadMs: number;
  readonly stepMs: number;
}

const { dynamo, table: TABLE, count, stop } = await startBenchServer();

async function measured(
  steps: number,
  write: () => Promise<void>,
  load: () => Promise<number>,
): Promise<Measured> {
  count();
  const started = performance.now();
  await write();
  const stepMs = (performance.now() - started) / steps;
  const written = count();
  const times: number[] = [];
  for (let round = 0; round < LOADS; round++) {
    const from = performance.now();
    const found = await load();
    times.push(performance.now() - from);
    if (found !== steps) throw new Error(`Of ${steps} messages ${found} were loaded.`);
  }
  const all = count();
  const read = {
    requests: all.requests / LOADS,
    items: all.items / LOADS,
    bytes: all.bytes / LOADS,
    units: all.units / LOADS,
  };
  return { written, read, stepMs, loadMs: times.toSorted((a, b) => a - b)[Math.floor(LOADS / 2)] ?? NaN };
}

const State = Annotation.Root({
  messages: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

function graphOn(messages: readonly string[]) {
  return new StateGraph(State)
    .addNode("say", ({ messages: { length } }) => ({ messages: messages.slice(length, length + 1) }))
    .addEdge(START, "say")
    .addConditionalEdges("say", (state) => (state.messages.length < messages.length ? "say" : END), [
      "say",
      END,
    ])
    .compile({ checkpointer: createCheckpointLog(dynamo, TABLE) });
}

function ours(messages: readonly string[]): Promise<Measured> {
  const { length } = messages;
  const config = { configurable: { thread_id: `T1#ours-${length}` }, recursionLimit: length + 2 };
  return measured(
    length,
    async () => {
      await graphOn(messages).invoke({}, config);
    },
    // By a worker that has never seen the thread.
    async () => (await graphOn(messages).getState(config)).values.messages.length,
  );
}

async function theirs(messages: readonly string[]): Promise<Measured> {
  const { length } = messages;
  const saver = createFullState(dynamo, TABLE);
  const thread = `full-${length}`;
  return measured(
    length,
    async () => {
      for (let step = 1; step <= length; step++) await saver.save(thread, step, messages.slice(0, step));
    },
    async () => (await saver.load(thread)).length,
  );
}

/** What was counted must be what is written, wherever both are known. */
function checkCount(written: Metered, counted: Metered): void {
  const off = Math.abs(counted.units / written.units - 1);
  if (off > 0.01) throw new Error(`Counted ${counted.units} write units, written ${written.units}.`);
}

const rounded = (value: number): string => Math.round(value).toLocaleString("en-US");
const kilobytes = (bytes: number): string => `${rounded(bytes / 1_024)} KB`;

function row(cells: readonly string[]): void {
  console.log(cells.map((cell, index) => (index === 0 ? cell.padEnd(15) : cell.padStart(15))).join(""));
}

const WRITES = ["requests", "items", "bytes", "write units"];
const cellsOf = ({ requests, items, bytes, units }: Metered): readonly string[] => [
  rounded(requests),
  rounded(items),
  kilobytes(bytes),
  rounded(units),
];

row(["steps of 1 KB", ...WRITES, "ms a step", "load: requests", "read units", "bytes read", "ms"]);
const perStep = new Map<number, number>();
for (const steps of STEPS) {
  const messages = messagesOf(steps);
  const mine = await ours(messages);
  perStep.set(steps, mine.written.units / steps);
  const loadOf = ({ read, loadMs }: Measured): readonly string[] => [
    rounded(read.requests),
    rounded(read.units),
    kilobytes(read.bytes),
    loadMs.toFixed(1),
  ];
  row([`${rounded(steps)}, ours`, ...cellsOf(mine.written), mine.stepMs.toFixed(1), ...loadOf(mine)]);
  const full = steps > WRITTEN_UP_TO ? undefined : await theirs(messages);
  const layout = costOfThread(`full-${steps}`, messages);
  if (full !== undefined) checkCount(full.written, layout);
  const counted = full?.written ?? layout;
  const known = full === undefined ? [] : [full.stepMs.toFixed(1), ...loadOf(full)];
  row([`  full state${full === undefined ? " *" : ""}`, ...cellsOf(counted), ...known]);
  const state = zstdCompressSync(Buffer.from(JSON.stringify(messages))).length;
  console.log(
    `  ${(counted.units / mine.written.units).toFixed(1)} × fewer write units, ${(counted.bytes / mine.written.bytes).toFixed(1)} × fewer bytes; ` +
      `a load reads ${(mine.read.bytes / state).toFixed(2)} × the compressed state\n`,
  );
}
console.log("* counted from the layout, not written");
const [short = NaN, long = NaN] = [perStep.get(100), perStep.get(10_000)];
console.log(`write units a step at 10,000: ${long.toFixed(2)}, ${(long / short).toFixed(2)} × those at 100`);
stop();
