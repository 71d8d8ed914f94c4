// Where threads' logs are in the file: their slots, the results for the slot that comes next, and snapshots of long ones.

/**
 * `log` is the id of a thread, with "|…" behind it that of a graph within one of its nodes. `bytes` is the length of the texts of
 * all slots up to this one. A snapshot is the thread behind slot `number`, with the `bytes` of that slot and
 * its own `size`; no slot behind that goes on from one before it.
 */
export const LOG_TABLES = `
CREATE TABLE IF NOT EXISTS log_slots (
  log TEXT NOT NULL, number INTEGER NOT NULL, writer TEXT NOT NULL, bytes INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (log, number)
) STRICT;
CREATE TABLE IF NOT EXISTS log_memos (
  log TEXT NOT NULL, slot INTEGER NOT NULL, task TEXT NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (log, slot, task)
) STRICT;
CREATE TABLE IF NOT EXISTS log_snapshots (
  log TEXT PRIMARY KEY NOT NULL, number INTEGER NOT NULL, bytes INTEGER NOT NULL, size INTEGER NOT NULL,
  text TEXT NOT NULL
) STRICT`;

/** Their names, and which rows of each are of a log, those of graphs within its nodes included: "}" is the character behind "|". */
export const LOG_ROWS = ["log_slots", "log_memos", "log_snapshots"].map(
  (table) => `${table} WHERE log = :log OR (log > :log || '|' AND log < :log || '}')`,
);
