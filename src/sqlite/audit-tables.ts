// Where histories are in the file: the sealed parts of each thread's chain, and what is noted beside it to be folded in.

/** `entry` is an entry's JSON; the same one at the same time is there once. */
export const AUDIT_TABLES = `
CREATE TABLE IF NOT EXISTS audit_parts (
  team TEXT NOT NULL, thread TEXT NOT NULL, first INTEGER NOT NULL, part TEXT NOT NULL,
  PRIMARY KEY (team, thread, first)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS noted_entries (
  team TEXT NOT NULL, thread TEXT NOT NULL, at TEXT NOT NULL, id TEXT NOT NULL, entry TEXT NOT NULL,
  PRIMARY KEY (team, thread, at, id)
) STRICT, WITHOUT ROWID`;
