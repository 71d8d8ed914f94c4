// Idempotency keys in the file of one machine: one row for each, until it may be forgotten.
import type { Idempotency } from "../runs/idempotency.ts";
import type { Database } from "./database.ts";

export const IDEMPOTENCY_TABLES = `
CREATE TABLE IF NOT EXISTS idempotency_keys (
  team TEXT NOT NULL, id TEXT NOT NULL, request TEXT NOT NULL, until TEXT NOT NULL,
  PRIMARY KEY (team, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_keys_until ON idempotency_keys (until)`;

export function createIdempotency(database: Database): Idempotency {
  return {
    async claim({ team, id, request, until }): Promise<boolean> {
      await Promise.resolve();
      return database.write("noting an idempotency key", (sql) => {
        sql
          .prepare("INSERT OR IGNORE INTO idempotency_keys (team, id, request, until) VALUES (?, ?, ?, ?)")
          .run(team, id, request, until);
        const stored = sql
          .prepare("SELECT request FROM idempotency_keys WHERE team = ? AND id = ?")
          .get(team, id);
        return stored?.["request"] === request;
      });
    },
  };
}
