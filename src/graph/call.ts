// task(): a piece of work within a node whose result is kept, so that a node that runs again does not do it again.
import type { TaskResult } from "./checkpointer.ts";
import { type Attempt, currentAttempt, currentPlace, runAt, withQuestion } from "./attempt.ts";
import { callPath, taskId } from "./path.ts";
import { GraphInterrupt, GraphValueError } from "./errors.ts";
import { idempotencyKey } from "./interrupt.ts";
import { once } from "./once.ts";
import { retrying, type RetryPolicy } from "./retry.ts";

const onDemand = once(() => import("./on-demand.ts"));

export interface TaskOptions {
  readonly name: string;
  readonly retry?: RetryPolicy;
  /**
   * For what must not be done twice and has no idempotency key to send along. That a call starts is stored before the function
   * runs. A call that was started and has no result, after a crash or any error, does not run again: it asks a human, whose answer is
   * "retry", "done" (or `{ done: result }`, which it then returns) or "abort" (it throws OutcomeUnknownError, and asks again when
   * the node runs again).
   *
   * A function that knows that it has done nothing throws `NotCarriedOut`: then the next run calls it again without a question. It cannot ask
   * anything itself, and takes no retry policy. Without a checkpointer there is nothing to find out later: it simply runs.
   */
  readonly atMostOnce?: boolean;
}

/**
 * Makes a function whose result is stored with the thread when it is called in a node: when the node runs again, after an answer
 * or a crash, the call returns what it returned before. Calls are told apart by their name and their order in the node, so do
 * not let the order depend on chance. It may ask with `interrupt()`. Mirrors LangGraph's `task`.
 *
 * @throws from each call GraphValueError outside of a node, and whatever the function throws.
 * @example
 * const charge = task("charge", (amount: number) => bank.charge(amount));
 * const node = async () => ({ receipt: await charge(5), approved: interrupt("Send the receipt?") });
 * @example
 * const wire = task({ name: "wire", atMostOnce: true }, (amount: number) => bankWithoutKeys.wire(amount));
 */
export function task<Args extends readonly unknown[], Result>(
  options: string | TaskOptions,
  run: (...args: Args) => Result | Promise<Result>,
): (...args: Args) => Promise<Result> {
  const { name, retry, atMostOnce = false } = typeof options === "string" ? { name: options } : options;
  if (name === "" || /[|:]/.test(name))
    throw new GraphValueError(`"${name}" cannot name a task: it is empty, or has "|" or ":" in it.`);
  if (atMostOnce && retry !== undefined)
    throw new GraphValueError(
      `The task "${name}" is carried out at most once, so it cannot have a retry policy: nobody knows whether a try that failed has done something. Leave one of the two out.`,
    );
  return (...args) => {
    const attempt = currentAttempt(`task "${name}"`);
    const path = callPath(attempt, name, attempt.calls++);
    tellBegun(attempt, { name, path, args });
    const known = attempt.node.calls.known(path);
    // What was stored under this path is what this function returned.
    if (known !== undefined) return Promise.resolve(known.value as Result);
    const call = { name, path, retry, body: () => run(...args) };
    return tracked(attempt, atMostOnce ? onceOrAsked(attempt, call) : calledOnce(attempt, call));
  };
}

/**
 * Says whether the next call of the task of this name here has its result already, from an earlier run of the node.
 *
 * @throws GraphValueError outside of a running node.
 */
export function isTaskDone(name: string): boolean {
  const attempt = currentAttempt("isTaskDone()");
  return attempt.node.calls.known(callPath(attempt, name, attempt.calls)) !== undefined;
}

/** Says whether a node is running here, so that a call of task() has a place: code that also runs by itself asks first. */
export function isWithinNode(): boolean {
  return currentPlace() !== undefined;
}

/**
 * Of the running node, or of the call of task() in it, the ids of the questions that are answered and whose answers it has still to
 * take by asking. Code that may or may not ask knows by it that it has asked before. Empty outside of a node.
 *
 * @example
 * if (answersToTake().includes(id)) return interrupt(question);
 */
export function answersToTake(): readonly string[] {
  const place = currentPlace();
  return (place?.answers ?? []).slice(place?.consumed.length).map(({ id }) => id);
}

/**
 * Within a call of task(), the key for its next effect: what `config.idempotencyKey` is for the node around it. The calls of a
 * node that run side by side each count for themselves.
 *
 * @throws GraphValueError outside of a running node.
 * @example
 * const charge = task("charge", (amount: number) => bank.charge(amount, { idempotencyKey: nextIdempotencyKey() }));
 */
export function nextIdempotencyKey(): string {
  const attempt = currentAttempt("nextIdempotencyKey()");
  return idempotencyKey(attempt, attempt.effects++);
}

function tellBegun(
  { node }: Attempt,
  { name, path, args }: { readonly name: string; readonly path: string; readonly args: readonly unknown[] },
): void {
  const begun = {
    id: taskId(node.scope, path),
    name,
    input: args,
    triggers: ["__pregel_push"],
    interrupts: [],
  };
  const { emit, namespace } = node.host;
  emit?.({ kind: "task", task: begun, step: node.step, namespace });
}

interface Call<Result> {
  readonly name: string;
  readonly path: string;
  readonly retry: RetryPolicy | undefined;
  readonly body: () => Result | Promise<Result>;
}

async function calledOnce<Result>({ node }: Attempt, { path, retry, body }: Call<Result>): Promise<Result> {
  const value = await retrying(retry, node, () =>
    runAt(node, path, async (inner) => {
      try {
        const value = await body();
        // One that swallowed the interrupt has still asked, and has no result before it is answered.
        const question = node.asked.get(path);
        if (question !== undefined) throw new GraphInterrupt([question]);
        return value;
      } catch (error) {
        throw withQuestion(error, inner);
      }
    }),
  );
  const result: TaskResult = { updates: [], goto: [], value };
  await node.calls.save(path, result);
  return value;
}

async function onceOrAsked<Result>(attempt: Attempt, call: Call<Result>): Promise<Result> {
  const { calledAtMostOnce } = await onDemand();
  return calledAtMostOnce(attempt, call);
}

/** The node may end without awaiting it; its run does not. */
function tracked<Result>({ node }: Attempt, call: Promise<Result>): Promise<Result> {
  node.running.add(call);
  return call;
}
