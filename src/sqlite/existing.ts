// A file that is there already, for those who look into it: none is made, and nothing of it is changed.
import { accessSync, constants, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { type Database, databaseOn, FORMAT, FormatTooNew } from "./database.ts";
import { FileUnusable, unreadable } from "./file.ts";
import { textIn } from "./rows.ts";

export interface Looking {
  readonly database: Database;
  readonly close: () => void;
}

/**
 * @throws FileUnusable for what is not there or is not Countersign's, FormatTooNew
 * @example
 * const { database, close } = lookInto("./data.db");
 */
export function lookInto(file: string): Looking {
  checkThere(file);
  const sql = opened(file);
  try {
    const format = formatOf(sql, file);
    if (format > FORMAT) throw new FormatTooNew(file, format);
    return { database: databaseOn(sql), close: () => sql.close() };
  } catch (error) {
    sql.close();
    throw error;
  }
}

function checkThere(file: string): void {
  const isThere = statSync(file, { throwIfNoEntry: false });
  if (isThere === undefined)
    throw new FileUnusable(
      `There is no file ${file}. Name the one that npm run start:slack -- --store was given; it is made there, and by no other command.`,
    );
  if (isThere.isDirectory())
    throw new FileUnusable(`The file ${file} cannot be used: it is a folder. Name a file.`);
  try {
    accessSync(file, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new FileUnusable(
      `The file ${file} cannot be used: you may not read and write it. Run this as the user that runs Countersign.`,
      { cause },
    );
  }
}

const BUSY_MS = 5_000;

/** A file that goes meanwhile is not made again. */
function opened(file: string): DatabaseSync {
  const url = pathToFileURL(file);
  url.searchParams.set("mode", "rw");
  try {
    return new DatabaseSync(url, { timeout: BUSY_MS });
  } catch (error) {
    throw unreadable(file, error);
  }
}

function formatOf(sql: DatabaseSync, file: string): number {
  const runs = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'runs'";
  try {
    const { user_version: format } = sql.prepare("PRAGMA user_version").get() ?? {};
    if (Number(format) > 0 && sql.prepare(runs).get() !== undefined) return Number(format);
  } catch (error) {
    throw unreadable(file, error);
  }
  throw new FileUnusable(
    `The file ${file} is not Countersign's: it has none of its tables. Nothing of it was changed. Name the one that npm run start:slack -- --store was given.`,
  );
}

const TEAMS = ["runs", "api_keys"].map((table) => `SELECT min(team) AS team FROM ${table} WHERE team > ?`);

/** Those that it has runs or API keys of; each is one step in an index, however many runs there are. @throws StorageUnavailable */
export function teamsIn(database: Database): readonly string[] {
  return database.read("reading which workspaces there are", (sql) => {
    const teams: string[] = [];
    for (;;) {
      const next = TEAMS.flatMap((query) => sql.prepare(query).all(teams.at(-1) ?? ""))
        .flatMap((row) => (row["team"] === null ? [] : [textIn(row, "team")]))
        .sort();
      const [team] = next;
      if (team === undefined) return teams;
      teams.push(team);
    }
  });
}
