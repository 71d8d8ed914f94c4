// What graphs remember beyond their threads, in the file of one machine: a row for each item, and one for each namespace.
import {
  type BaseStore,
  checkNamespace,
  decodeItemValue,
  encodeItemValue,
  isSelected,
  type Item,
  type ListNamespacesOptions,
  passesFilter,
  type SearchOptions,
  storePath,
} from "../graph/index.ts";
import type { Database } from "./database.ts";
import { type Row, textIn } from "./rows.ts";

/** `path` is that of `storePath`, whose order is the one in which stores list. A namespace stays listed when its items are gone. */
export const MEMORY_TABLES = `
CREATE TABLE IF NOT EXISTS memory_namespaces (
  team TEXT NOT NULL, path TEXT NOT NULL, namespace TEXT NOT NULL,
  PRIMARY KEY (team, path)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS memory_items (
  team TEXT NOT NULL, path TEXT NOT NULL, namespace TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  created_at TEXT NOT NULL, updated_at TEXT NOT NULL,
  PRIMARY KEY (team, path)
) STRICT`;

interface StoreOptions {
  readonly team: string;
  readonly now?: () => Date;
}

/**
 * Each team apart.
 *
 * @example
 * const graph = builder.compile({ store: createStore(openDatabase("./data.db", [MEMORY_TABLES]), { team: "T1" }) });
 */
export function createStore(database: Database, { team, now = () => new Date() }: StoreOptions): BaseStore {
  return {
    async put(namespace, key, value): Promise<void> {
      await Promise.resolve();
      checkNamespace(namespace);
      const text = encodeItemValue(namespace, key, value);
      const [within, at] = [JSON.stringify(namespace), now().toISOString()];
      database.write("writing to the store", (sql) => {
        sql
          .prepare("INSERT OR IGNORE INTO memory_namespaces (team, path, namespace) VALUES (?, ?, ?)")
          .run(team, storePath(namespace), within);
        sql
          .prepare(
            `INSERT INTO memory_items (team, path, namespace, key, value, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (team, path) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at`,
          )
          .run(team, storePath(namespace, key), within, JSON.stringify(key), text, at, at);
      });
    },

    async get(namespace, key): Promise<Item | null> {
      await Promise.resolve();
      const row = database.read("reading the store", (sql) =>
        sql
          .prepare("SELECT * FROM memory_items WHERE team = ? AND path = ?")
          .get(team, storePath(namespace, key)),
      );
      return row === undefined ? null : itemIn(row);
    },

    async delete(namespace, key): Promise<void> {
      await Promise.resolve();
      database.write("deleting from the store", (sql) =>
        sql
          .prepare("DELETE FROM memory_items WHERE team = ? AND path = ?")
          .run(team, storePath(namespace, key)),
      );
    },

    search: async (prefix, options) => Promise.resolve(search(database, team, prefix, options)),
    listNamespaces: async (options) => Promise.resolve(namespaces(database, team, options)),
  };
}

function search(
  database: Database,
  team: string,
  prefix: readonly string[],
  { filter, limit = 10, offset = 0 }: SearchOptions = {},
): Item[] {
  // Without a filter every item counts, so no more of them need to be read than were asked for.
  const most = filter === undefined ? offset + limit : -1;
  const rows = database.read("searching the store", (sql) =>
    sql
      .prepare("SELECT * FROM memory_items WHERE team = ? AND path >= ? AND path < ? ORDER BY path LIMIT ?")
      .all(team, ...pathsUnder(prefix), most),
  );
  const found = rows.map(itemIn).filter(({ value }) => passesFilter(value, filter));
  return found.slice(offset, offset + limit);
}

function namespaces(database: Database, team: string, options: ListNamespacesOptions = {}): string[][] {
  const { maxDepth, limit = 100, offset = 0 } = options;
  const rows = database.read("listing the store's namespaces", (sql) =>
    sql.prepare("SELECT namespace FROM memory_namespaces WHERE team = ? ORDER BY path").all(team),
  );
  const selected = rows.map(namespaceIn).filter((namespace) => isSelected(namespace, options));
  const cut = selected.map((namespace) => namespace.slice(0, maxDepth));
  const once = new Map(cut.map((namespace) => [storePath(namespace), namespace]));
  return [...once.values()].slice(offset, offset + limit);
}

/** All begin with this; behind whole parts comes one more, which begins with a quote, or a space: "#" is the character behind both. */
function pathsUnder(prefix: readonly string[]): readonly [string, string] {
  const path = storePath(prefix);
  return [path, `${path}#`];
}

function itemIn(row: Row): Item {
  return {
    value: decodeItemValue(textIn(row, "value")),
    // Our own writing, as JSON because a column of texts would not keep every string as it is.
    key: JSON.parse(textIn(row, "key")) as string,
    namespace: namespaceIn(row),
    createdAt: new Date(textIn(row, "created_at")),
    updatedAt: new Date(textIn(row, "updated_at")),
  };
}

function namespaceIn(row: Row): string[] {
  return JSON.parse(textIn(row, "namespace")) as string[];
}
