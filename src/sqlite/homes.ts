// App Homes in the file of one machine: one row for each person who has opened theirs, and one that says that homes may be out of date.
import * as z from "zod";
import type { Homes, Mark, ShownHome } from "../runs/home-ports.ts";
import { HomeState } from "../runs/home-state.ts";
import type { Database } from "./database.ts";
import { type Row, textIn } from "./rows.ts";

/** `looked_at` is there while the home is kept up to date. */
export const HOME_TABLES = `
CREATE TABLE IF NOT EXISTS homes (
  team TEXT NOT NULL, user TEXT NOT NULL, home TEXT NOT NULL, opened_at TEXT NOT NULL, looked_at TEXT,
  PRIMARY KEY (team, user)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS homes_looked_at ON homes (team, looked_at, user) WHERE looked_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS homes_opened_at ON homes (opened_at);
CREATE TABLE IF NOT EXISTS home_marks (team TEXT PRIMARY KEY NOT NULL, at TEXT NOT NULL) STRICT`;

const StoredHome = z.object({
  v: z.literal(1),
  state: HomeState,
  drawn: z.object({ hash: z.string(), view: z.string() }),
});

export function createHomes(database: Database): Homes {
  return {
    async find({ team, user }): Promise<ShownHome | undefined> {
      await Promise.resolve();
      const row = database.read("reading who has opened their home", (sql) =>
        sql.prepare("SELECT * FROM homes WHERE team = ? AND user = ?").get(team, user),
      );
      return row && homeIn(row);
    },

    async opened(home): Promise<void> {
      await Promise.resolve();
      database.write("remembering what a home shows", (sql) =>
        sql
          .prepare(
            "INSERT OR REPLACE INTO homes (team, user, home, opened_at, looked_at) VALUES (?, ?, ?, ?, ?)",
          )
          .run(home.team, home.user, textOf(home), home.openedAt, home.openedAt),
      );
    },

    async open(team, most): Promise<readonly ShownHome[]> {
      await Promise.resolve();
      const rows = database.read("reading whose home is open", (sql) =>
        sql
          .prepare(
            "SELECT * FROM homes WHERE team = ? AND looked_at IS NOT NULL ORDER BY looked_at, user LIMIT ?",
          )
          .all(team, most),
      );
      return rows.flatMap((row) => homeIn(row) ?? []);
    },

    lookedAt: (home, at) => look(database, home, at),
    leave: (home) => look(database, home, null),

    async mark(team, { now, since }): Promise<Mark> {
      await Promise.resolve();
      return database.write("marking homes as out of date", (sql) => {
        const stands = sql.prepare("SELECT at FROM home_marks WHERE team = ?").get(team);
        if (stands !== undefined && textIn(stands, "at") >= since)
          return { at: textIn(stands, "at"), isNew: false };
        sql.prepare("INSERT OR REPLACE INTO home_marks (team, at) VALUES (?, ?)").run(team, now);
        return { at: now, isNew: true };
      });
    },

    async marked(team): Promise<string | undefined> {
      await Promise.resolve();
      const row = database.read("reading whether homes are out of date", (sql) =>
        sql.prepare("SELECT at FROM home_marks WHERE team = ?").get(team),
      );
      return row && textIn(row, "at");
    },

    async unmark(team, at): Promise<void> {
      await Promise.resolve();
      database.write("noting that homes were looked at", (sql) =>
        sql.prepare("DELETE FROM home_marks WHERE team = ? AND at <= ?").run(team, at),
      );
    },
  };
}

/** Whoever has opened it since was here later, and their word counts. */
async function look(database: Database, home: ShownHome, at: string | null): Promise<void> {
  await Promise.resolve();
  database.write("remembering what a home shows", (sql) =>
    sql
      .prepare("UPDATE homes SET home = ?, looked_at = ? WHERE team = ? AND user = ? AND opened_at = ?")
      .run(textOf(home), at, home.team, home.user, home.openedAt),
  );
}

function textOf({ state, drawn }: ShownHome): string {
  return JSON.stringify({ v: 1, state, drawn } satisfies z.input<typeof StoredHome>);
}

/** A form that this version does not know is as good as none: the person opens their home once more. */
function homeIn(row: Row): ShownHome | undefined {
  const stored = StoredHome.safeParse(JSON.parse(textIn(row, "home"))).data;
  if (stored === undefined) return undefined;
  const { state, drawn } = stored;
  const [team, user, openedAt] = [textIn(row, "team"), textIn(row, "user"), textIn(row, "opened_at")];
  return { team, user, state, openedAt, drawn };
}
