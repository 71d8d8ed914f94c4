// A call of task() that is carried out at most once: that it starts is stored before it does, and of a start without a result a human
// says what became of it. Loaded by the first such call.
//
// What happened is kept by number, below the call: a start, and what closes it. A question about a start has its place at the
// number behind it, so that what is stored there, once it is answered, settles the question too.
import { type Attempt, type NodeAttempt, runAt } from "./attempt.ts";
import type { TaskResult } from "./checkpointer.ts";
import {
  GraphInterrupt,
  GraphValueError,
  NodeInterrupt,
  NotCarriedOut,
  OutcomeUnknownError,
} from "./errors.ts";
import { interrupt } from "./interrupt.ts";
import { startPath } from "./path.ts";
import { isObject } from "./record.ts";
import type { StandardSchema } from "./standard-schema.ts";

interface Call<Result> {
  readonly name: string;
  readonly path: string;
  readonly body: () => Result | Promise<Result>;
}

/** `started` is open until something stands behind it. `aborted`: nobody knew; it is asked again. */
type Mark = "started" | "not carried out" | "aborted" | "done";

/** Without a checkpointer nothing outlives this run, and nothing would be found of it: it simply runs. */
export async function calledAtMostOnce<Result>(attempt: Attempt, call: Call<Result>): Promise<Result> {
  const { node } = attempt;
  if (node.host.saver === undefined) return runAt(node, call.path, async () => call.body());
  const marks = marksOf(node, call.path);
  const last = marks.at(-1);
  const isUnknown = last === "started" || last === "aborted";
  if (isUnknown) {
    const answer = askOutcome(node, call, marks.length);
    if (answer === "abort") {
      await node.calls.save(startPath(call.path, marks.length), marked("aborted"));
      throw new OutcomeUnknownError(call.name);
    }
    if (answer !== "retry") return done(node, call, { number: marks.length, value: answer.done as Result });
  }
  return carriedOut(node, call, marks.length);
}

function marksOf({ calls }: NodeAttempt, path: string): readonly Mark[] {
  const marks: Mark[] = [];
  for (;;) {
    const found = calls.known(startPath(path, marks.length));
    if (found === undefined) return marks;
    // What is stored under this path was written below.
    marks.push((found.value as { readonly mark: Mark }).mark);
  }
}

/** `by` tells one run's mark from another's. */
function marked(mark: Mark, by?: string): TaskResult {
  return { updates: [], goto: [], value: by === undefined ? { mark } : { mark, by } };
}

/** The same function at the same place, however often it is started: its idempotency keys do not change. */
async function carriedOut<Result>(
  node: NodeAttempt,
  { name, path, body }: Call<Result>,
  number: number,
): Promise<Result> {
  node.signal.throwIfAborted();
  await node.calls.claim(startPath(path, number), marked("started", node.host.newId()));
  try {
    const value = await runAt(node, path, async () => body());
    if (hasAsked(node, path)) throw cannotAsk(name);
    await node.calls.save(path, { updates: [], goto: [], value });
    return value;
  } catch (error) {
    const isQuestion = error instanceof GraphInterrupt || error instanceof NodeInterrupt;
    if (hasAsked(node, path) || isQuestion) throw cannotAsk(name);
    if (error instanceof NotCarriedOut)
      await node.calls.save(startPath(path, number + 1), marked("not carried out"));
    throw error;
  }
}

/** Whether there were questions in it, which are dropped: nobody will be asked them. */
function hasAsked({ asked, calls }: NodeAttempt, path: string): boolean {
  const isWithin = (place: string): boolean => place === path || place.startsWith(`${path}|`);
  const dropped = [asked, calls.asking].flatMap((places) =>
    [...places.keys()].filter((place) => isWithin(place) && places.delete(place)),
  );
  return dropped.length > 0;
}

/** The result first: should the rest be lost, the call has returned all the same. */
async function done<Result>(
  { calls }: NodeAttempt,
  { path }: Call<Result>,
  { number, value }: { readonly number: number; readonly value: Result },
): Promise<Result> {
  await calls.save(path, { updates: [], goto: [], value });
  await calls.save(startPath(path, number), marked("done"));
  return value;
}

type Answer = "retry" | "abort" | { readonly done: unknown };

function askOutcome(node: NodeAttempt, { name, path }: Call<unknown>, number: number): Answer {
  const question = {
    kind: "outcome-unknown",
    task: name,
    // Several calls of one task in one node are told apart by it.
    call: Number(path.slice(path.lastIndexOf(":") + 1)) + 1,
    question: `It is not known whether "${name}" was carried out: it was started, and no result was stored.`,
    options: ["retry", "done", "abort"],
  };
  return runAt(node, startPath(path, number), () => interrupt(question, { responseSchema: AnswerSchema }));
}

const AnswerSchema: StandardSchema<unknown, Answer> = {
  "~standard": {
    ...{ version: 1, vendor: "countersign" },
    validate: (value) => {
      if (value === "retry" || value === "abort") return { value };
      if (value === "done") return { value: { done: undefined } };
      const isResult = isObject(value) && Object.keys(value).join() === "done";
      return isResult
        ? { value: { done: value["done"] } }
        : { issues: [{ message: 'must be "retry", "done", "abort" or { done: what it returned }' }] };
    },
    jsonSchema: {
      input: () => ({
        anyOf: [
          { enum: ["retry", "done", "abort"] },
          { type: "object", properties: { done: {} }, required: ["done"], additionalProperties: false },
        ],
      }),
    },
  },
};

function cannotAsk(name: string): GraphValueError {
  return new GraphValueError(
    `The task "${name}" is carried out at most once, and asked in the middle of it: an answer would start it again. Ask before you call it.`,
  );
}
