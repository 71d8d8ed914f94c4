// Files for one machine's store, each in a folder that goes with the test.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type Database, openDatabase } from "../../src/sqlite/database.ts";

/** A name at which nothing is yet. */
export function freshFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "countersign-sqlite-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return join(folder, "data.db");
}

/** One connection to it, closed when the test ends. */
export function openedFile(file: string, tables: readonly string[]): Database {
  const database = openDatabase(file, tables);
  onTestFinished(() => database.close());
  return database;
}
