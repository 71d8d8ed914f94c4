// API keys in the file of one machine: one row for each; each save names the version it replaces.
import { ApiKey, type ApiKeys } from "../runs/api-keys.ts";
import { recordFrom } from "../runs/stored.ts";
import type { Database } from "./database.ts";
import { type Row, textIn } from "./rows.ts";

export const API_KEY_TABLES = `
CREATE TABLE IF NOT EXISTS api_keys (
  team TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, record TEXT NOT NULL,
  PRIMARY KEY (team, name)
) STRICT, WITHOUT ROWID`;

export function createApiKeys(database: Database): ApiKeys {
  return {
    async key(team, name): Promise<ApiKey | undefined> {
      await Promise.resolve();
      const row = database.read("reading an API key", (sql) =>
        sql.prepare("SELECT * FROM api_keys WHERE team = ? AND name = ?").get(team, name),
      );
      return row && keyIn(row);
    },

    async keys(team): Promise<readonly ApiKey[]> {
      await Promise.resolve();
      const rows = database.read("reading the API keys", (sql) =>
        sql.prepare("SELECT * FROM api_keys WHERE team = ? ORDER BY name").all(team),
      );
      return rows.map(keyIn);
    },

    async save(key): Promise<boolean> {
      await Promise.resolve();
      const { team, name, version } = key;
      return database.write("saving an API key", (sql) => {
        const stored = sql
          .prepare("SELECT version FROM api_keys WHERE team = ? AND name = ?")
          .get(team, name)?.["version"];
        if ((stored ?? 0) !== version - 1) return false;
        sql
          .prepare("INSERT OR REPLACE INTO api_keys (team, name, version, record) VALUES (?, ?, ?, ?)")
          .run(team, name, version, JSON.stringify(key));
        return true;
      });
    },
  };
}

function keyIn(row: Row): ApiKey {
  return recordFrom(textIn(row, "record"), ApiKey, { name: textIn(row, "name"), of: textIn(row, "team") });
}
