// Where runs and questions are in the file: their records, when the sweeper is to look at them, and by what they are listed.

/**
 * `record` is the JSON of a run or of a question; the columns from `place` on follow from it, and from a run's `cards` for the thread of
 * Slack's that shows it. `holds` says who has the thread. `listed` is "pending", "expired", or nothing for a question on no list.
 * `details_until` and `history_until` are when these may be deleted, in seconds; without they are kept.
 */
export const RECORD_TABLES = `
CREATE TABLE IF NOT EXISTS runs (
  team TEXT NOT NULL, thread TEXT NOT NULL, version INTEGER NOT NULL, record TEXT NOT NULL, due TEXT,
  cards TEXT NOT NULL DEFAULT '{}', holds TEXT NOT NULL DEFAULT '{}',
  details_until INTEGER, history_until INTEGER,
  place TEXT NOT NULL, status TEXT NOT NULL, workflow TEXT NOT NULL, channel TEXT NOT NULL, name TEXT NOT NULL,
  shown_channel TEXT, shown_thread TEXT,
  PRIMARY KEY (team, thread)
) STRICT;
CREATE INDEX IF NOT EXISTS runs_due ON runs (team, due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_of_team ON runs (team, place);
CREATE INDEX IF NOT EXISTS runs_of_status ON runs (team, status, place);
CREATE INDEX IF NOT EXISTS runs_of_workflow ON runs (team, workflow, place);
CREATE INDEX IF NOT EXISTS runs_of_channel ON runs (team, channel, place);
CREATE INDEX IF NOT EXISTS runs_of_name ON runs (team, name, place);
CREATE INDEX IF NOT EXISTS runs_shown ON runs (team, shown_channel, shown_thread, place)
  WHERE shown_channel IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_details_until ON runs (details_until) WHERE details_until IS NOT NULL;
CREATE INDEX IF NOT EXISTS runs_history_until ON runs (history_until) WHERE history_until IS NOT NULL;

CREATE TABLE IF NOT EXISTS approvals (
  team TEXT NOT NULL, thread TEXT NOT NULL, interrupt TEXT NOT NULL,
  version INTEGER NOT NULL, record TEXT NOT NULL, due TEXT,
  place TEXT NOT NULL, listed TEXT, workflow TEXT NOT NULL, channel TEXT NOT NULL,
  PRIMARY KEY (team, thread, interrupt)
) STRICT;
CREATE INDEX IF NOT EXISTS approvals_due ON approvals (team, due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS approvals_listed ON approvals (team, listed, place) WHERE listed IS NOT NULL;
CREATE INDEX IF NOT EXISTS approvals_of_workflow ON approvals (team, workflow, place) WHERE listed = 'pending';
CREATE INDEX IF NOT EXISTS approvals_of_channel ON approvals (team, channel, place) WHERE listed = 'pending';

CREATE TABLE IF NOT EXISTS approvers (
  team TEXT NOT NULL, approver TEXT NOT NULL, place TEXT NOT NULL,
  thread TEXT NOT NULL, interrupt TEXT NOT NULL,
  PRIMARY KEY (team, approver, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS approvers_of_question ON approvers (team, thread, interrupt)`;
