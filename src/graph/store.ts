// A store: what graphs remember beyond one thread, by namespace and key; and the one that keeps it in this process.
import { Buffer } from "node:buffer";
import { decodeValue, encodeValue, type JsonValue } from "./codec.ts";
import { UnencodableValueError } from "./errors.ts";
import {
  checkNamespace,
  isSelected,
  type NamespaceSelection,
  passesFilter,
  storePath,
} from "./store-rules.ts";

export interface Item {
  readonly value: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly namespace: readonly string[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface SearchOptions {
  /** Fields that the value must have; see `passesFilter`. */
  readonly filter?: Readonly<Record<string, unknown>>;
  /** 10 by default. */
  readonly limit?: number;
  readonly offset?: number;
}

export interface ListNamespacesOptions extends NamespaceSelection {
  /** Longer namespaces count as what is left of them when cut to this many parts. */
  readonly maxDepth?: number;
  /** 100 by default. */
  readonly limit?: number;
  readonly offset?: number;
}

/**
 * Remembers objects by namespace and key, across threads. Mirrors LangGraph's `BaseStore` but for vectors: there is no `index` to
 * put with and no `query` to search with, only fields to filter by. Lists are ordered by namespace and key.
 *
 * @example
 * const node = async (state: { user: string }, { store }: NodeConfig) => {
 *   await store?.put(["users", state.user], "tone", { tone: "brief" });
 *   const known = await store?.search(["users", state.user]);
 * };
 */
export interface BaseStore {
  /**
   * Creates the item or replaces its value; `createdAt` stays.
   *
   * @throws InvalidNamespaceError for no parts, an empty part, one with "." in it, or the root "langgraph".
   * @throws UnencodableValueError for a value that cannot be stored.
   */
  put(namespace: readonly string[], key: string, value: Readonly<Record<string, unknown>>): Promise<void>;
  get(namespace: readonly string[], key: string): Promise<Item | null>;
  delete(namespace: readonly string[], key: string): Promise<void>;
  /** Items in namespaces that begin with these parts; all items when there are none. */
  search(namespacePrefix: readonly string[], options?: SearchOptions): Promise<Item[]>;
  /** Namespaces that something was put into, whether or not it is still there. */
  listNamespaces(options?: ListNamespacesOptions): Promise<string[][]>;
}

/**
 * Keeps items in this process. It stores text, so that what it refuses or changes is what durable storage would.
 * Mirrors LangGraph's `InMemoryStore`.
 *
 * @example
 * const graph = builder.compile({ checkpointer: new MemorySaver(), store: new InMemoryStore() });
 */
export class InMemoryStore implements BaseStore {
  readonly #items = new Map<string, StoredItem>();
  readonly #namespaces = new Map<string, readonly string[]>();
  readonly #now: () => Date;

  constructor({ now = () => new Date() }: { readonly now?: () => Date } = {}) {
    this.#now = now;
  }

  async put(
    namespace: readonly string[],
    key: string,
    value: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await Promise.resolve();
    checkNamespace(namespace);
    const text = encodeItemValue(namespace, key, value);
    const [path, within, now] = [storePath(namespace, key), [...namespace], this.#now().getTime()];
    const createdAt = this.#items.get(path)?.createdAt ?? now;
    this.#namespaces.set(storePath(namespace), within);
    this.#items.set(path, { namespace: within, key, text, createdAt, updatedAt: now });
  }

  async get(namespace: readonly string[], key: string): Promise<Item | null> {
    await Promise.resolve();
    const stored = this.#items.get(storePath(namespace, key));
    return stored === undefined ? null : itemOf(stored);
  }

  async delete(namespace: readonly string[], key: string): Promise<void> {
    await Promise.resolve();
    this.#items.delete(storePath(namespace, key));
  }

  async search(namespacePrefix: readonly string[], options: SearchOptions = {}): Promise<Item[]> {
    await Promise.resolve();
    const { filter, limit = 10, offset = 0 } = options;
    const prefix = storePath(namespacePrefix);
    const found = inOrder(this.#items)
      .filter(([path]) => path.startsWith(prefix))
      .map(([, stored]) => itemOf(stored))
      .filter(({ value }) => passesFilter(value, filter));
    return found.slice(offset, offset + limit);
  }

  async listNamespaces(options: ListNamespacesOptions = {}): Promise<string[][]> {
    await Promise.resolve();
    const { maxDepth, limit = 100, offset = 0 } = options;
    const selected = inOrder(this.#namespaces).filter(([, namespace]) => isSelected(namespace, options));
    const cut = new Map(
      selected.map(([, namespace]) => {
        const parts = namespace.slice(0, maxDepth);
        return [storePath(parts), parts];
      }),
    );
    return [...cut.values()].slice(offset, offset + limit);
  }
}

interface StoredItem {
  readonly namespace: readonly string[];
  readonly key: string;
  readonly text: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

function itemOf({ namespace, key, text, createdAt, updatedAt }: StoredItem): Item {
  const [created, updated] = [new Date(createdAt), new Date(updatedAt)];
  const value = decodeItemValue(text);
  return { value, key, namespace: [...namespace], createdAt: created, updatedAt: updated };
}

function inOrder<Value>(stored: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  const texts = [...stored].map(([path, value]) => ({ path, value, bytes: Buffer.from(path) }));
  return texts
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ path, value }) => [path, value] as const);
}

/**
 * The text to store for an item's value.
 *
 * @throws UnencodableValueError that names the item, and the place in its value, for what cannot be stored.
 */
export function encodeItemValue(namespace: readonly string[], key: string, value: unknown): string {
  const where = `Item "${key}" of namespace ${JSON.stringify(namespace)}`;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    const found = value === null ? "null" : Array.isArray(value) ? "an array" : `a ${typeof value}`;
    throw new UnencodableValueError(where, `${found} instead of an object with fields`);
  }
  return JSON.stringify(encodeValue(value, where));
}

/** The inverse of `encodeItemValue`. */
export function decodeItemValue(text: string): Item["value"] {
  // Our own writing: an object with fields was encoded.
  return decodeValue(JSON.parse(text) as JsonValue) as Item["value"];
}
