// Results of nodes that are kept beyond their thread: a node that runs on the same input again takes what it returned before.
import { hash } from "node:crypto";
import type { TaskResult } from "./checkpointer.ts";
import { canonicalJson, decodeValue, encodeValue, type JsonValue } from "./codec.ts";

/** When a node's results are kept. Mirrors LangGraph's `CachePolicy`. */
export interface CachePolicy {
  /** What tells inputs apart; by default all of the input does. It gets a list with the node's input. */
  readonly keyFunc?: (args: readonly unknown[]) => string;
  /** How many seconds a result is kept; for ever by default. */
  readonly ttl?: number;
}

/**
 * Where results of nodes are kept, as text. Give each graph a cache of its own, or prefix its keys: nodes are told apart by their name.
 *
 * @example
 * const cache: NodeCache = {
 *   get: (key) => redis.get(key),
 *   set: (key, text, ttl) => redis.set(key, text, { EX: ttl }),
 *   clear: () => redis.flushDb(),
 * };
 */
export interface NodeCache {
  /** Undefined, or null, for what is not there or has been there for too long. */
  get(key: string): Promise<string | null | undefined>;
  /** `ttl` in seconds; without it the text is kept for ever. */
  set(key: string, text: string, ttl?: number): Promise<unknown>;
  clear(): Promise<unknown>;
}

/**
 * Keeps results in this process. Mirrors LangGraph's `InMemoryCache`; `now` is for tests.
 *
 * @example
 * const graph = builder.addNode("embed", embed, { cachePolicy: { ttl: 60 } }).compile({ cache: new InMemoryCache() });
 */
export class InMemoryCache implements NodeCache {
  readonly #texts = new Map<string, { readonly text: string; readonly until: number }>();
  readonly #now: () => Date;

  constructor({ now = () => new Date() }: { readonly now?: () => Date } = {}) {
    this.#now = now;
  }

  async get(key: string): Promise<string | undefined> {
    await Promise.resolve();
    const kept = this.#texts.get(key);
    if (kept === undefined) return undefined;
    if (this.#now().getTime() < kept.until) return kept.text;
    this.#texts.delete(key);
    return undefined;
  }

  async set(key: string, text: string, ttl = Infinity): Promise<void> {
    await Promise.resolve();
    this.#texts.set(key, { text, until: this.#now().getTime() + ttl * 1_000 });
  }

  async clear(): Promise<void> {
    await Promise.resolve();
    this.#texts.clear();
  }
}

interface Cached {
  readonly cache: NodeCache;
  readonly policy: CachePolicy;
  readonly node: string;
  readonly input: unknown;
}

/** What is kept for an input, and the way to keep what running the node comes to. */
export async function keptResult({ cache, policy, node, input }: Cached): Promise<{
  readonly known: TaskResult | undefined;
  readonly keep: (result: TaskResult) => Promise<void>;
}> {
  const key = keyOf(policy, node, input);
  return {
    known: await withoutCache(async () => resultFrom(await cache.get(key))),
    keep: async (result) => {
      await withoutCache(async () => {
        const encoded = encodeValue(result, `The result of node "${node}"`);
        await cache.set(key, JSON.stringify(encoded), policy.ttl);
      });
    },
  };
}

/** A cache saves time and decides nothing: where it fails, the node runs, and what has run stays done. */
async function withoutCache<Result>(use: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await use();
  } catch {
    return undefined;
  }
}

function resultFrom(text: string | null | undefined): TaskResult | undefined {
  // What stands under a key of ours is of our writing.
  return typeof text === "string" ? (decodeValue(JSON.parse(text) as JsonValue) as TaskResult) : undefined;
}

function keyOf({ keyFunc }: CachePolicy, node: string, input: unknown): string {
  const told =
    keyFunc === undefined
      ? canonicalJson(encodeValue(input, `The input of node "${node}"`))
      : keyFunc([input]);
  return hash("sha256", JSON.stringify([node, told]));
}
