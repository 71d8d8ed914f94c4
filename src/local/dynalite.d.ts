// dynalite brings no types of its own.
declare module "dynalite" {
  import type { Server } from "node:http";

  interface DynaliteOptions {
    /** Where its data lives; in memory without one. */
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
  }

  export default function dynalite(options?: DynaliteOptions): Server;
}

/** Its own store, as far as it is looked into. */
declare module "dynalite/db/index.js" {
  interface Range {
    readonly gte: string;
    readonly lt: string;
  }

  type Operation =
    | { readonly type: "del"; readonly key: string }
    | { readonly type: "put"; readonly key: string; readonly value: unknown };

  interface Level {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string): Promise<unknown>;
    batch(operations: readonly Operation[]): Promise<void>;
    keys(range: Range): { all(): Promise<readonly string[]> };
    values(range: Range): { all(): Promise<readonly unknown[]> };
  }

  interface IndexPut {
    readonly index: string;
    readonly key: string;
    readonly item: unknown;
  }

  const store: {
    create(options: { readonly path: string }): { readonly db: Level };
    /** What the indexes must have of an item that replaces another one, or none. */
    getIndexActions(
      indexes: unknown,
      before: unknown,
      item: unknown,
      table: object,
    ): { readonly puts: readonly IndexPut[] };
  };
  export default store;
}
