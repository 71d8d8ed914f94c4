// The world around a random graph: it fails nodes, changes questions, and writes down what must not have happened.
import type { NodeConfig } from "../../src/graph/index.ts";
import type { Outside } from "./random-graph.ts";
import type { Work } from "./random-shape.ts";

/** How a node fails that is meant to. */
export class Planned extends Error {}

/** The visit of a node that a question, a call or an effect belongs to. */
function visitOf(words: string): string {
  return words.split(/[?!]/, 1)[0] ?? words;
}

export class World implements Outside {
  /** What may never happen, whatever fails. */
  readonly mistakes: string[] = [];
  /** What was done again although its end was stored: for a worker that goes on beside another one, no mistake. */
  readonly repeats: string[] = [];
  readonly effects = new Map<string, string>();
  readonly answered = new Set<string>();
  readonly #keys = new Map<string, string>();
  readonly #runs = new Map<string, number>();
  /** Visits and calls that ended: all of them, and those of which it was seen that they were stored. */
  readonly #ended = new Set<string>();
  readonly #stored = new Set<string>();
  readonly #given = new Set<string>();
  #isTroubled = false;
  #wasTroubled = false;

  /** Whoever drives the thread begins a turn. In one in which storage failed, what ended need not have been stored. */
  turns(): void {
    if (this.#isTroubled) this.#ended.clear();
    this.#isTroubled = false;
  }

  begins(visit: string, { failsOn }: Work): void {
    this.#isNew(visit);
    const run = this.#count(`begins ${visit}`);
    if (failsOn.includes(run)) throw new Planned(`${visit} fails at once`);
  }

  ends(visit: string, { failsBehind }: Work): void {
    if (this.#count(`ends ${visit}`) < failsBehind) throw new Planned(`${visit} fails in the end`);
    this.#ended.add(visit);
  }

  /** Once somebody has answered its first wording, it is another question. */
  wordingOf(question: string): string {
    return this.#given.has(`${question} first`) ? `${question} then` : `${question} first`;
  }

  got(question: string, answer: string): void {
    if (answer !== answerTo(question)) this.mistakes.push(`"${question}" got "${answer}"`);
    if (!this.#given.has(question)) this.mistakes.push(`"${question}" got an answer that nobody gave`);
    this.answered.add(question);
  }

  called(call: string): void {
    this.#isNew(call);
    this.#ended.add(call);
  }

  acted(effect: string, { idempotencyKey }: NodeConfig): void {
    const key = idempotencyKey();
    if ((this.effects.get(effect) ?? key) !== key) this.mistakes.push(`${effect} has two keys`);
    if ((this.#keys.get(key) ?? effect) !== effect)
      this.mistakes.push(`${effect} has the key of another effect`);
    this.effects.set(effect, key);
    this.#keys.set(key, effect);
  }

  /** Somebody answers it now. */
  gives(question: string): void {
    this.#given.add(question);
  }

  /**
   * A question is seen to wait. A graph within a node is a log of its own: after a crash between storing an answer in the one log
   * and in the other, the question waits once more, and its answer only wakes the node.
   */
  asks(question: string): void {
    const isWithin = visitOf(question).includes(".");
    const mayWaitAgain = isWithin && this.#wasTroubled;
    if (this.#stored.has(visitOf(question)) && !mayWaitAgain)
      this.repeats.push(`"${question}" waits behind the end of its node`);
  }

  stored(written: unknown): void {
    for (const [, name] of JSON.stringify(written).matchAll(/"(?:done|called) ([^:]+):/g))
      this.#stored.add(name ?? "");
  }

  troubled(): void {
    this.#isTroubled = true;
    this.#wasTroubled = true;
  }

  #isNew(name: string): void {
    if (this.#stored.has(name) || this.#ended.has(name)) this.repeats.push(`${name} runs again`);
  }

  #count(what: string): number {
    const before = this.#runs.get(what) ?? 0;
    this.#runs.set(what, before + 1);
    return before;
  }
}

export function answerTo(question: string): string {
  return `re ${question}`;
}
