// Asks a human from inside a node: what was answered is returned, what was not stops the task.
import { hash } from "node:crypto";
import { type Attempt, currentAttempt } from "./attempt.ts";
import type { Answers, ConsumedAnswer, Interrupt, PendingInterrupt } from "./checkpointer.ts";
import { canonicalJson, encodeValue } from "./codec.ts";
import { AnswerRefused, GraphInterrupt, GraphValueError, missingCheckpointer } from "./errors.ts";
import {
  checkedBy,
  isStandardSchema,
  jsonSchemaOf,
  type OutputOf,
  type StandardSchema,
} from "./standard-schema.ts";
import { isObject } from "./record.ts";
import { idOf } from "./path.ts";

/** The key under which `invoke` and `stream` report questions. */
export const INTERRUPT = "__interrupt__";

/** How often one place may ask something else than what was answered: people would answer for ever, and nothing would come of it. */
const MOST_GENERATIONS = 5;

export interface InterruptOptions {
  /** What the answer must fit; a schema (zod and others) also parses it. A plain JSON Schema is told to whoever answers and not checked here. */
  readonly responseSchema?: StandardSchema | Readonly<Record<string, unknown>>;
  /**
   * Keeps the question the same one while only its wording varies between runs of the node. Its `action`, its `schema` and the
   * `responseSchema` always count.
   */
  readonly key?: string;
  /**
   * What each decision of a human answers, for a node that compares with words of its own. `approve` and `reject`: any JSON, and
   * what is not stated stays what it would be without. `edit: "text"` offers to change the text that was asked about (a draft, else
   * the first text) and answers with the text alone, `edit: "args"` the same with everything that was asked about, as an object;
   * who approves without a change sends it as it is, unless `approve` is stated. `respond: true` offers to answer in words.
   */
  readonly answers?: Answers;
}

/**
 * Asks `question` and returns the answer. Not answered yet, it leaves the node; when the thread is resumed the node runs again
 * from its top and this call returns. Do nothing with effects before it, and do not catch what it throws.
 *
 * The answer belongs to this question: if a later run of the node asks something else here, that is asked anew.
 * Mirrors LangGraph's `interrupt`.
 *
 * @throws GraphValueError outside a node, or when the graph has no checkpointer.
 * @throws AnswerRefused when the answer does not fit `responseSchema`; the question stays open.
 * @throws UnencodableValueError when the question cannot be stored.
 * @example
 * const answer = interrupt<{ question: string }, string>({ question: "Delete it?" });
 * @example
 * const { amount } = interrupt("How much?", { responseSchema: z.object({ amount: z.number() }) });
 */
export function interrupt<Schema extends StandardSchema>(
  question: unknown,
  options: InterruptOptions & { readonly responseSchema: Schema },
): OutputOf<Schema>;
// The caller says what the answer is, as in LangGraph: it comes from outside the type system.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
export function interrupt<Question = unknown, Answer = unknown>(
  question: Question,
  options?: InterruptOptions,
): Answer;
export function interrupt(question: unknown, options: InterruptOptions = {}): unknown {
  const attempt = currentAttempt("interrupt()");
  refuseUnpausable(attempt);
  const index = attempt.questions++;
  const responseSchema = responseSchemaOf(options);
  const fingerprint = fingerprintOf(question, options, responseSchema);
  const answer = attempt.consumed.length === index ? attempt.answers[index] : undefined;
  if (answer?.fingerprint === fingerprint) {
    // Checked before it counts as consumed: effects behind a refused answer would have another key.
    const value = parsedAnswer(answer, options);
    attempt.consumed.push(answer);
    return value;
  }
  // Another question than the one that was answered here is a new generation of this place, with an id of its own.
  const generation = answer === undefined ? 0 : answer.generation + 1;
  if (generation > MOST_GENERATIONS) throw endlessQuestion(attempt);
  const id = interruptId(attempt, index, generation);
  const asked = { id, value: question, ...(responseSchema && { response_schema: responseSchema }) };
  ask(attempt, {
    ...asked,
    ...{ task: attempt.path, index, generation, fingerprint },
    ...(options.answers && { answers: options.answers }),
  });
  throw new GraphInterrupt([asked]);
}

/** What a node raised waits like a question, at the place where it was raised. */
export function raiseQuestion(attempt: Attempt, value: unknown): void {
  refuseUnpausable(attempt);
  const index = attempt.questions++;
  const before = attempt.node.raisedAt(attempt.path);
  // Somebody has answered and the node is still not content: that is another question, with an id of its own.
  const generation = before.generation + (before.isAnswered ? 1 : 0);
  const id = interruptId(attempt, index, generation);
  const fingerprint = digestOf(value, "The value of NodeInterrupt");
  ask(attempt, { id, value, task: attempt.path, index, generation, fingerprint, raised: true });
}

/** The first question of a place counts: a node that swallowed it may run into others. */
function ask({ node, path }: Attempt, question: PendingInterrupt): void {
  if (!node.asked.has(path)) node.asked.set(path, question);
}

function refuseUnpausable({ node }: Attempt): void {
  if (node.isPausable) return;
  throw missingCheckpointer("the question cannot wait");
}

function responseSchemaOf({
  responseSchema,
}: InterruptOptions): Readonly<Record<string, unknown>> | undefined {
  return isStandardSchema(responseSchema) ? jsonSchemaOf(responseSchema) : responseSchema;
}

function parsedAnswer({ id, value }: ConsumedAnswer, { responseSchema }: InterruptOptions): unknown {
  if (!isStandardSchema(responseSchema)) return value;
  const checked = checkedBy(responseSchema, value);
  if (checked.kind === "fits") return checked.value;
  throw new AnswerRefused(checked.issues, id);
}

/** What makes a question this one: all of it, or, with a key, the key and what an answer would set in motion. */
function fingerprintOf(
  question: unknown,
  { key }: InterruptOptions,
  responseSchema: Readonly<Record<string, unknown>> | undefined,
): string {
  const where = "The question of interrupt()";
  // Also checks that the whole question can be stored.
  const whole = digestOf(question, where);
  if (key === undefined && responseSchema === undefined) return whole;
  const { action, schema } = { ...(typeof question === "object" ? question : {}) } as Readonly<
    Record<string, unknown>
  >;
  const subject = key === undefined ? { whole } : { key, action, schema };
  return digestOf({ ...subject, responseSchema }, where);
}

/**
 * Says whether a result of `invoke` is a pause. Mirrors LangGraph's `isInterrupted`.
 *
 * @example
 * if (isInterrupted(result)) console.log(result[INTERRUPT][0]?.value);
 */
export function isInterrupted<Value = unknown>(
  result: unknown,
): result is { readonly [INTERRUPT]: readonly Interrupt<Value>[] } {
  return isObject(result) && Array.isArray(result[INTERRUPT]);
}

/** sha256 of a value's canonical JSON. */
export function digestOf(value: unknown, where: string): string {
  return hash("sha256", canonicalJson(encodeValue(value, where)));
}

/**
 * The key of one effect: the same whenever this call of this task is replayed with the same answers.
 * It never depends on slots or attempts, which differ between a run and its retry.
 */
export function idempotencyKey(attempt: Attempt, call: number): string {
  const answers = attempt.consumed.map(({ id, digest }) => `${id}:${digest}`);
  return hash("sha256", JSON.stringify([...scopeOf(attempt), call, ...answers]));
}

/** The answer before is part of the id, so that a question behind one that changed is a new question too. */
function interruptId(attempt: Attempt, index: number, generation: number): string {
  const before = attempt.consumed.at(-1)?.id ?? "";
  return idOf([...scopeOf(attempt), index, generation, before]);
}

function scopeOf({ node, path }: Attempt): readonly string[] {
  return [...node.scope, path];
}

function endlessQuestion({ path }: Attempt): GraphValueError {
  return new GraphValueError(
    `The question of task "${path}" is another one each time the node runs, so no answer ever fits it. ` +
      "Take what varies (a time, a random number, a model's words) from the state: let an earlier node write it there. If only the wording varies, give the question a key.",
  );
}
