// One kind of document: read from the store once, then kept in memory and written through.
import type { z } from "zod";
import type { Store } from "./store.ts";

export interface Collection<T> {
  get(id: string): T | undefined;
  all(): readonly T[];
  put(value: T): void;
  remove(id: string): void;
  clear(): void;
}

export interface CollectionOf<T> {
  readonly kind: string;
  readonly schema: z.ZodType<T>;
  readonly idOf: (value: T) => string;
  readonly onWrite?: () => void;
}

export function createCollection<T>(store: Store, of: CollectionOf<T>): Collection<T> {
  const values = new Map(
    store.read(of.kind).map(({ id, json }) => [id, of.schema.parse(JSON.parse(json))] as const),
  );
  function forget(id: string): void {
    store.remove(of.kind, id);
    values.delete(id);
  }
  return {
    get: (id) => values.get(id),
    all: () => [...values.values()],
    put: (value) => {
      store.write(of.kind, of.idOf(value), JSON.stringify(value));
      values.set(of.idOf(value), value);
      of.onWrite?.();
    },
    remove: (id) => {
      forget(id);
      of.onWrite?.();
    },
    clear: () => {
      for (const id of values.keys()) forget(id);
      of.onWrite?.();
    },
  };
}
