// The ops target's SQLite file: opened, written in transactions that are committed before any answer, and emptied.
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";

/** Opens the file at a path, or ":memory:", with these tables. */
export function openDatabase(path: string, tables: readonly string[]): DatabaseSync {
  const db = new DatabaseSync(path);
  db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 2000;");
  for (const table of tables) db.exec(table);
  return db;
}

export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    db.exec("COMMIT");
    return result;
  } catch (error) {
    db.exec("ROLLBACK");
    throw error;
  }
}

/** Takes every row out of every table. */
export function empty(db: DatabaseSync): void {
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
  for (const { name } of z.array(z.object({ name: z.string() })).parse(tables))
    db.exec(`DELETE FROM "${name}"`);
}
