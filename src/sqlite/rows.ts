// What comes out of a row of the file: columns that our own tables say are there.
import type { SQLOutputValue } from "node:sqlite";

export type Row = Readonly<Record<string, SQLOutputValue>>;

/** @throws for what is not a text, which a STRICT table cannot hold there. */
export function textIn(row: Row, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  throw unexpected(column, "text");
}

/** @throws for what is not a number, as above. */
export function numberIn(row: Row, column: string): number {
  const value = row[column];
  if (typeof value === "number") return value;
  throw unexpected(column, "number");
}

function unexpected(column: string, kind: string): Error {
  return new Error(
    `The column ${column} of a row has no ${kind} in it. The file was changed by something other than Countersign; restore its last backup.`,
  );
}
