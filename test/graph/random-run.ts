// Drives a random graph to its end: answers what waits, in some order and some at a time, and tries again after whatever failed.
import * as ours from "../../src/graph/index.ts";
import { type Crash, failingStore, type FailingStore, Outage } from "./failing-store.ts";
import { graphOf } from "./random-graph.ts";
import type { GraphShape } from "./random-shape.ts";
import { onThread } from "./support.ts";
import { answerTo, Planned, World } from "./world.ts";

const thread = onThread("t");
/** More than any of the graphs has. */
const SUPERSTEPS = 500;

export interface Plan {
  /** Says which of what waits is answered next; one number per turn, over and over. */
  readonly choices: readonly number[];
  /** Before each answer the thread is told to go on without one, as a job is that is delivered twice. */
  readonly isNudged: boolean;
  readonly crashes: readonly Crash[];
}

/** Answers all that waits at once, and nothing crashes. */
export const calmly: Plan = { choices: [], isNudged: false, crashes: [] };

/** What a thread came to. */
export interface End {
  readonly log: readonly string[];
  readonly world: World;
}

type Snapshot = ours.StateSnapshot<{ readonly log: readonly string[] }>;

interface Trial extends Plan {
  readonly shape: GraphShape;
  readonly world: World;
  readonly store: FailingStore;
  /** Workers that were given up and go on. */
  readonly rivals: Promise<unknown>[];
  /** Question by id, id by question, and the ids whose answers were taken. */
  readonly known: Map<string, string>;
  readonly taken: Set<string>;
}

export async function runToEnd(shape: GraphShape, plan: Plan): Promise<End> {
  const world = new World();
  const store = failingStore(plan.crashes, world);
  const trial = { ...plan, shape, world, store, rivals: [], known: new Map(), taken: new Set<string>() };
  for (let turn = 0; turn < 2_000; turn++) {
    const state = await attempt(trial, (graph) => graph.getState(thread));
    if (state === undefined) continue;
    checkQuestions(trial, state);
    if (state.status === "finished") return endOf(trial, state);
    // Null tries again what failed beside a question, so that something else may wait by then.
    if (isNudged(trial, state) && turn % 2 === 0) await attempt(trial, (graph) => go(graph, null));
    else await takeTurn(trial, turn, state);
  }
  throw new Error("The thread did not come to an end.");
}

/** A turn is of one worker: a process of its own, with a graph that it built itself. Undefined when it failed as it was meant to. */
async function attempt<Result>(
  { shape, world, store, rivals }: Trial,
  work: (graph: ReturnType<typeof graphOf>) => Promise<Result>,
): Promise<Result | undefined> {
  const { saver, givenUp } = store.worker();
  world.turns();
  const done = work(graphOf(shape, { runtime: ours, outside: world, checkpointer: saver }));
  const settled = done.catch((error: unknown) => {
    if (!isExpected(error, rivals.length > 0)) throw error;
    return undefined;
  });
  const isGivenUp = await Promise.race([settled.then(() => false), givenUp.then(() => true)]);
  if (!isGivenUp) return settled;
  rivals.push(settled);
  return undefined;
}

function isExpected(error: unknown, hasRivals: boolean): boolean {
  if (error instanceof Planned || error instanceof Outage) return true;
  // The thread has moved on since this worker read it.
  const isTooLate = error instanceof ours.CheckpointConflict || error instanceof ours.UnknownInterruptError;
  return hasRivals && isTooLate;
}

function isNudged(trial: Trial, { interrupts }: Snapshot): boolean {
  // Where it stopped before a node, it would go on.
  return trial.isNudged && interrupts.length > 0 && interrupts.every(({ kind }) => kind === "question");
}

async function takeTurn(trial: Trial, turn: number, { status, interrupts }: Snapshot): Promise<void> {
  const { world, taken } = trial;
  const chosen = chosenOf(trial, turn, interrupts);
  for (const { value } of chosen) if (typeof value === "string") world.gives(value);
  const resume = Object.fromEntries(chosen.map(({ id, value }) => [id, answerTo(String(value))]));
  const input =
    status === "empty"
      ? { log: ["begun"], at: "" }
      : chosen.length === 0
        ? null
        : new ours.Command({ resume });
  const result = await attempt(trial, (graph) => go(graph, input));
  if (result !== undefined) for (const { id } of chosen) taken.add(id);
}

function go(graph: ReturnType<typeof graphOf>, input: Parameters<typeof graph.invoke>[0]) {
  return graph.invoke(input, { ...thread, recursionLimit: SUPERSTEPS });
}

/** Of what waits, those whose bit is set in the number of the turn; never none. */
function chosenOf<Waiting>({ choices }: Plan, turn: number, waiting: readonly Waiting[]): readonly Waiting[] {
  const choice = choices[turn % choices.length];
  if (choice === undefined) return waiting;
  const some = waiting.filter((_, index) => (choice >> (index % 10)) % 2 === 1);
  return some.length > 0 ? some : waiting.slice(choice % Math.max(waiting.length, 1)).slice(0, 1);
}

function checkQuestions({ world, known, taken }: Trial, { interrupts }: Snapshot): void {
  for (const { id, kind, value } of interrupts) {
    if (taken.has(id)) world.mistakes.push(`"${String(value)}" waits although its answer was taken`);
    if (kind !== "question") continue;
    const question = String(value);
    world.asks(question);
    if ((known.get(id) ?? question) !== question) world.mistakes.push(`"${question}" has another's id`);
    if ((known.get(question) ?? id) !== id) world.mistakes.push(`"${question}" has two ids`);
    known.set(id, question).set(question, id);
  }
}

/** Rivals still at work then change nothing any more. */
async function endOf(trial: Trial, { values, interrupts, next }: Snapshot): Promise<End> {
  const { world, store, rivals } = trial;
  if (interrupts.length + next.length > 0) world.mistakes.push("something waits behind the end");
  store.release();
  await Promise.all(rivals);
  const { log } =
    (await attempt({ ...trial, rivals: [] }, (graph) => graph.getState(thread)))?.values ?? values;
  if (log.length !== values.log.length) world.mistakes.push("the state has changed behind the end");
  return { log, world };
}
