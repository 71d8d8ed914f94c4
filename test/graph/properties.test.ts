// Random graphs with random questions: whatever the order of the answers, and wherever it crashes, the end is the same and nothing is done twice.
// `npm run campaign` runs many more of them.
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  Annotation,
  type Checkpointer,
  Command,
  interrupt,
  MemorySaver,
  START,
  StateGraph,
  task,
} from "../../src/graph/index.ts";
import { onThread } from "./support.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 60);
const thread = onThread("t");

interface NodeShape {
  readonly questions: number;
  readonly tasks: number;
  /** A graph within the node, which asks too. */
  readonly isNested: boolean;
  readonly failsOnce: boolean;
}

const nodeShape: fc.Arbitrary<NodeShape> = fc.record({
  questions: fc.integer({ min: 0, max: 2 }),
  tasks: fc.integer({ min: 0, max: 2 }),
  isNested: fc.boolean(),
  failsOnce: fc.boolean(),
});
const layers = fc.array(fc.array(nodeShape, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });

const State = Annotation.Root({
  log: Annotation<readonly string[]>({ reducer: (all, more) => [...all, ...more], default: () => [] }),
});

/** Everything one thread did to the outside, by idempotency key. */
class World {
  readonly effects = new Map<string, string>();
  readonly taskRuns = new Map<string, number>();
  readonly #failed = new Set<string>();

  failOnce(name: string): void {
    if (this.#failed.has(name)) return;
    this.#failed.add(name);
    throw new Error(`${name} failed`);
  }
}

/** Layers of nodes, each layer behind all of the one before. */
function graphOf(shape: readonly (readonly NodeShape[])[], world: World, checkpointer: Checkpointer) {
  const builder = new StateGraph<typeof State, unknown, string>(State);
  let before: readonly string[] = [];
  for (const [level, nodes] of shape.entries()) {
    const names = nodes.map((_, index) => `n${level}${index}`);
    for (const [index, node] of nodes.entries()) {
      const name = names[index] ?? "";
      addNode(builder, name, node, world);
      if (before.length === 0) builder.addEdge(START, name);
      else builder.addEdge(before, name);
    }
    before = names;
  }
  return builder.compile({ checkpointer });
}

function addNode(
  builder: StateGraph<typeof State, unknown, string>,
  name: string,
  { questions, tasks, isNested, failsOnce }: NodeShape,
  world: World,
): void {
  const work = task("work", (what: string) => {
    world.taskRuns.set(what, (world.taskRuns.get(what) ?? 0) + 1);
    return `did ${what}`;
  });
  const within = new StateGraph(State)
    .addNode("inner", () => ({ log: [interrupt<string, string>(`${name} inner`)] }))
    .addEdge(START, "inner")
    .compile();
  builder.addNode(name, async (_, { idempotencyKey }) => {
    const said: string[] = [];
    for (let index = 0; index < tasks; index++) said.push(await work(`${name}.${index}`));
    for (let index = 0; index < questions; index++) said.push(interrupt<string, string>(`${name} ${index}`));
    if (isNested) said.push(...(await within.invoke({})).log);
    world.effects.set(idempotencyKey(), name);
    if (failsOnce) world.failOnce(name);
    return { log: [`${name}: ${said.join(", ")}`] };
  });
}

/** Fails each call whose number is listed, before or after it was carried out. */
function crashing(inner: Checkpointer, crashes: readonly number[], isAfter: boolean): Checkpointer {
  let calls = 0;
  const guarded = async <Result>(call: () => Promise<Result>): Promise<Result> => {
    const isCrash = crashes.includes(calls++);
    if (isCrash && !isAfter) throw new Error("crashed before");
    const result = await call();
    if (isCrash) throw new Error("crashed after");
    return result;
  };
  return {
    load: (id) => inner.load(id),
    append: (id, slot) => guarded(() => inner.append(id, slot)),
    saveTask: (id, memo) => guarded(() => inner.saveTask(id, memo)),
    delete: (id) => inner.delete(id),
  };
}

/** Goes on until the thread is finished; `pick` says which of the pending questions are answered next. */
async function runToEnd(
  graph: ReturnType<typeof graphOf>,
  pick: (pending: number) => readonly number[],
): Promise<readonly string[]> {
  for (let turn = 0; turn < 500; turn++) {
    const { status, interrupts, values } = await graph.getState(thread);
    if (status === "finished") return values.log;
    const chosen = pick(interrupts.length).flatMap((index) => interrupts[index] ?? []);
    const resume = Object.fromEntries(chosen.map(({ id, value }) => [id, `re ${String(value)}`]));
    const input = status === "empty" ? { log: [] } : chosen.length === 0 ? null : new Command({ resume });
    // A failure of a node or a crash: whoever drives the thread tries again.
    await graph.invoke(input, thread).catch(() => undefined);
  }
  throw new Error("The thread did not come to an end.");
}

const all = (pending: number) => Array.from({ length: pending }, (_, index) => index);

test("whatever the order in which questions are answered, the state is the same", async () => {
  await fc.assert(
    fc.asyncProperty(layers, fc.infiniteStream(fc.nat()), async (shape, choices) => {
      const atOnce = await runToEnd(graphOf(shape, new World(), new MemorySaver()), all);
      const world = new World();
      const oneByOne = await runToEnd(graphOf(shape, world, new MemorySaver()), (pending) =>
        pending === 0 ? [] : [(choices.next().value ?? 0) % pending],
      );
      expect(oneByOne).toEqual(atOnce);
      expect([...world.taskRuns.values()].every((runs) => runs === 1)).toBe(true);
    }),
    { seed: 7, numRuns: RUNS },
  );
});

test("wherever it crashes, the state is the same, and each effect has one key", async () => {
  const crashes = fc.uniqueArray(fc.nat({ max: 30 }), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(layers, crashes, fc.boolean(), async (shape, at, isAfter) => {
      const calm = new World();
      const expected = await runToEnd(graphOf(shape, calm, new MemorySaver()), all);
      const world = new World();
      const saver = new MemorySaver();
      expect(await runToEnd(graphOf(shape, world, crashing(saver, at, isAfter)), all)).toEqual(expected);
      // As many effects as nodes, whatever was run again.
      expect([...world.effects.values()].sort()).toEqual([...calm.effects.values()].sort());
      // A call that was stored is not made again; at most as often more as storing it failed.
      const extra = [...world.taskRuns.values()].reduce((sum, runs) => sum + runs - 1, 0);
      expect(extra).toBeLessThanOrEqual(isAfter ? 0 : at.length);
    }),
    { seed: 8, numRuns: RUNS },
  );
});
