// A part of the ops target: its tables, what is in them at first, and what it can be asked.
import type { DatabaseSync } from "node:sqlite";
import type { Hono } from "hono";

/**
 * Everything about one subject.
 *
 * @example
 * export const outbox: Area = { routes: (app, store) => addAct(app, store, email) };
 */
export interface Area {
  /** SQL that creates them, each only where it does not exist. */
  readonly tables?: string;
  /** Fills its tables where they are empty: at every start, and after a reset. */
  readonly seed?: (db: DatabaseSync, at: string) => void;
  readonly routes: (app: Hono, store: OpsStore) => void;
}

export interface OpsStore {
  readonly db: DatabaseSync;
  /** The time, as what is kept names it. */
  readonly at: () => string;
}
