// The one file that everything is kept in on one machine: how it is opened, and what its failures mean.
import { DatabaseSync } from "node:sqlite";
import { StorageUnavailable } from "../runs/errors.ts";
import { adviceOn, mayHaveHappened } from "./file.ts";

/** Of the tables, as this version has them. */
export const FORMAT = 1;

/** Another process, such as a command of the operator's, writes for milliseconds. */
const BUSY_MS = 5_000;

export interface Database {
  /** Many reads that belong together see one state. */
  read<T>(what: string, act: (sql: DatabaseSync) => T): T;
  /** One transaction, which has reached the disk when this returns; nothing of it is there when `act` throws. */
  write<T>(what: string, act: (sql: DatabaseSync) => T): T;
  close(): void;
}

/**
 * Opens the file and creates what is not there yet, or keeps everything in memory for ":memory:". `tables` are statements that may be repeated.
 *
 * @throws FormatTooNew for a file of a newer version.
 * @example
 * const database = openDatabase("./data.db", [RECORD_TABLES]);
 */
export function openDatabase(file: string, tables: readonly string[]): Database {
  const sql = new DatabaseSync(file);
  sql.exec(`PRAGMA busy_timeout = ${BUSY_MS}; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL`);
  const { user_version: format } = sql.prepare("PRAGMA user_version").get() ?? {};
  if (Number(format) > FORMAT) {
    sql.close();
    throw new FormatTooNew(file, Number(format));
  }
  const database = databaseOn(sql);
  database.write("creating the tables", () =>
    sql.exec([...tables, `PRAGMA user_version = ${FORMAT}`].join(";")),
  );
  return database;
}

/** Of a file that is open; nothing is created in it. */
export function databaseOn(sql: DatabaseSync): Database {
  const transaction = <T>(begin: string, what: string, act: (sql: DatabaseSync) => T): T => {
    let isCommitting = false;
    try {
      sql.exec(begin);
      const result = act(sql);
      isCommitting = true;
      sql.exec("COMMIT");
      return result;
    } catch (error) {
      if (sql.isTransaction) sql.exec("ROLLBACK");
      if (!isOfSqlite(error)) throw error;
      const uncertain = isCommitting && mayHaveHappened(error);
      throw new StorageUnavailable(what, { cause: error, uncertain, advice: adviceOn(error) });
    }
  };
  return {
    read: (what, act) => transaction("BEGIN", what, act),
    // The right to write is taken at once: one that reads first could be refused it later.
    write: (what, act) => transaction("BEGIN IMMEDIATE", what, act),
    close: () => sql.close(),
  };
}

/** Nothing was changed. */
export class FormatTooNew extends Error {
  override readonly name = "FormatTooNew";

  constructor(file: string, format: number) {
    super(
      `${file} was written by a newer version of Countersign (its format is ${format}, and this version knows up to ${FORMAT}). Start that version, or name another file.`,
    );
  }
}

function isOfSqlite(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_SQLITE_ERROR";
}
