// Binds the answers in a Command to the questions that wait; what fits none is refused before anything happens.
import type { Breakpoint, ConsumedAnswer, PendingInterrupt } from "./checkpointer.ts";
import { UnknownInterruptError } from "./errors.ts";
import { digestOf } from "./interrupt.ts";
import type { GivenAnswers } from "./run.ts";
import { isObject } from "./record.ts";

/** A breakpoint has an id and asks nothing. */
type Waiting = PendingInterrupt | Breakpoint;

/** What was answered, by the id of the question. */
type AnswersById = Readonly<Record<string, unknown>>;

/**
 * The answers by the task that asked. An object whose keys are all 32-digit ids is a map; every other value is one bare answer,
 * allowed while exactly one question waits.
 */
export function answersFrom(resume: unknown, pending: readonly Waiting[]): GivenAnswers {
  const byId = answersById(resume, pending);
  const ids = Object.keys(byId);
  const pendingIds = pending.map(({ id }) => id);
  if (ids.length === 0) throw new UnknownInterruptError("empty_map", [], pendingIds);
  const unknown = ids.filter((id) => !pendingIds.includes(id));
  if (unknown.length > 0) throw new UnknownInterruptError("not_pending", unknown, pendingIds);
  const answered = pending.flatMap((one) => ("task" in one && Object.hasOwn(byId, one.id) ? [one] : []));
  return new Map(answered.map((question) => [question.task, bind(question, byId[question.id])]));
}

export function answersById(resume: unknown, pending: readonly Waiting[]): AnswersById {
  return isPlainObject(resume) && Object.keys(resume).every(isInterruptId)
    ? resume
    : bareAnswer(resume, pending);
}

function bareAnswer(answer: unknown, pending: readonly Waiting[]): Readonly<Record<string, unknown>> {
  const [only, ...others] = pending;
  if (only === undefined) throw new UnknownInterruptError("not_pending", [], []);
  if (others.length > 0)
    throw new UnknownInterruptError(
      "ambiguous",
      [],
      pending.map(({ id }) => id),
    );
  return { [only.id]: answer };
}

/** What a node raised takes no answer: the node runs again. */
function bind(question: PendingInterrupt, value: unknown): ConsumedAnswer | "answered" {
  const { id, task, generation, fingerprint, raised } = question;
  // Digested here, so that an answer that cannot be stored is refused before the node acts on it.
  const digest = digestOf(value, `The answer to task "${task}"`);
  return raised ? "answered" : { id, generation, fingerprint, value, digest };
}

function isInterruptId(key: string): boolean {
  return /^[0-9a-f]{32}$/.test(key);
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (!isObject(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
