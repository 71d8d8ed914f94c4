// Keeps documents in one SQLite table; a write has reached the file when `write` returns, so kill -9 loses nothing.
import { DatabaseSync } from "node:sqlite";

export interface Store {
  /** All documents of a kind, in the order in which they were first written. */
  read(kind: string): readonly { readonly id: string; readonly json: string }[];
  write(kind: string, id: string, json: string): void;
  remove(kind: string, id: string): void;
  close(): void;
}

/** Opens the file, or keeps everything in memory for ":memory:". */
export function createStore(path: string): Store {
  const database = new DatabaseSync(path);
  // With a write-ahead log, a killed process loses nothing; only a power cut could.
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000");
  database.exec(
    "CREATE TABLE IF NOT EXISTS documents (kind TEXT, id TEXT, json TEXT NOT NULL, PRIMARY KEY (kind, id))",
  );
  const select = database.prepare("SELECT id, json FROM documents WHERE kind = ? ORDER BY rowid");
  const upsert = database.prepare(
    "INSERT INTO documents VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET json = excluded.json",
  );
  const remove = database.prepare("DELETE FROM documents WHERE kind = ? AND id = ?");
  return {
    read: (kind) => select.all(kind).map((row) => ({ id: String(row.id), json: String(row.json) })),
    write: (kind, id, json) => {
      upsert.run(kind, id, json);
    },
    remove: (kind, id) => {
      remove.run(kind, id);
    },
    close: () => database.close(),
  };
}
