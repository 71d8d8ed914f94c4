// The queue in the file of one machine. As SQS, it may deliver twice and out of order; a job that nobody finishes comes again, and in the end is dead.
import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { QueueUnavailable } from "../runs/errors.ts";
import { encodeJob } from "../runs/job-text.ts";
import type { Queue } from "../runs/ports.ts";
import type { Database } from "./database.ts";
import { numberIn, textIn } from "./rows.ts";

/** Times are milliseconds since 1970. A job in hand has a `receipt`, and is not to be seen before `visible_at`. */
export const JOB_TABLES = `
CREATE TABLE IF NOT EXISTS jobs (
  id INTEGER PRIMARY KEY AUTOINCREMENT, body TEXT NOT NULL, sent_at INTEGER NOT NULL,
  visible_at INTEGER NOT NULL, receives INTEGER NOT NULL DEFAULT 0, receipt TEXT, dead INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX IF NOT EXISTS jobs_visible ON jobs (dead, visible_at, id);
CREATE INDEX IF NOT EXISTS jobs_unseen ON jobs (body, visible_at) WHERE dead = 0 AND receipt IS NULL`;

/** How often a job is tried before it is dead, as infra/queue.yml has it. */
const MAX_RECEIVES = 5;

/** `dead` are those that failed each time. */
export type Line = "waiting" | "dead";

export interface Received {
  readonly id: string;
  readonly body: string;
  /** Whoever has it in hand; another one after it has come again. */
  readonly receipt: string;
  /** How often it was handed out, this time included. */
  readonly receives: number;
  readonly sentAtMs: number;
}

export interface Jobs extends Queue {
  /**
   * The next job there is, for whoever calls: nobody else is handed it for `hideMs`. Undefined when there is none.
   *
   * @throws StorageUnavailable
   */
  receive(line: Line, at: { readonly nowMs: number; readonly hideMs: number }): Received | undefined;
  /**
   * It is done, and does not come again. Of a job that has come again meanwhile, that is another's to say.
   *
   * @throws StorageUnavailable
   */
  delete(job: Pick<Received, "id" | "receipt">): void;
  /** It is nobody's again, at once. */
  giveBack(job: Pick<Received, "id" | "receipt">): void;
  /** A dead one waits again, as if it had just been sent. Of a job that has come again meanwhile, neither is the caller's to say. */
  revive(job: Pick<Received, "id" | "receipt">): void;
  /** Of those that nobody has in hand, and those that are. What is put off counts for neither before its time. */
  count(line: Line, nowMs: number): { readonly waiting: number; readonly inHand: number };
}

/**
 * @example
 * const jobs = createJobs(openDatabase("./data.db", [JOB_TABLES]), Date.now);
 * await jobs.send({ kind: "start", team, thread });
 */
export function createJobs(database: Database, nowMs: () => number): Jobs {
  return {
    async send(job, delaySeconds = 0): Promise<void> {
      const [body, now] = [encodeJob(job), nowMs()];
      await Promise.resolve();
      try {
        database.write("sending a job", (sql) => {
          if (delaySeconds === 0 && isWaiting(sql, body, now)) return;
          sql
            .prepare("INSERT INTO jobs (body, sent_at, visible_at) VALUES (?, ?, ?)")
            .run(body, now, now + delaySeconds * 1_000);
        });
      } catch (error) {
        throw new QueueUnavailable(error);
      }
    },

    receive(line, at) {
      // Looking is for nothing most of the time, and takes nobody the right to write.
      return isAny(database, line, at.nowMs) ? take(database, line, at) : undefined;
    },

    delete({ id, receipt }) {
      database.write("deleting a job", (sql) =>
        sql.prepare("DELETE FROM jobs WHERE id = ? AND receipt = ?").run(Number(id), receipt),
      );
    },

    giveBack({ id, receipt }) {
      database.write("giving a job back", (sql) =>
        sql
          .prepare("UPDATE jobs SET receipt = NULL, visible_at = ? WHERE id = ? AND receipt = ?")
          .run(nowMs(), Number(id), receipt),
      );
    },

    revive({ id, receipt }) {
      database.write("sending a dead job again", (sql) =>
        sql
          .prepare(
            "UPDATE jobs SET dead = 0, receives = 0, receipt = NULL, visible_at = ? WHERE id = ? AND receipt = ?",
          )
          .run(nowMs(), Number(id), receipt),
      );
    },

    count(line, now) {
      const row = database.read("counting jobs", (sql) =>
        sql
          .prepare(
            `SELECT count(*) FILTER (WHERE visible_at <= ?) AS waiting,
             count(*) FILTER (WHERE visible_at > ? AND receipt IS NOT NULL) AS in_hand FROM jobs WHERE dead = ?`,
          )
          .get(now, now, Number(line === "dead")),
      );
      return row === undefined
        ? { waiting: 0, inHand: 0 }
        : { waiting: numberIn(row, "waiting"), inHand: numberIn(row, "in_hand") };
    },
  };
}

/**
 * Nobody has had the one that waits, so whoever takes it reads what this one would have been sent for. Otherwise the sweeper's would pile
 * up, every few seconds one for each thread, in front of those that people wait for.
 */
function isWaiting(sql: DatabaseSync, body: string, nowMs: number): boolean {
  const same = "SELECT 1 FROM jobs WHERE body = ? AND visible_at <= ? AND dead = 0 AND receipt IS NULL";
  return sql.prepare(same).get(body, nowMs) !== undefined;
}

/** What was handed out too often goes to the dead ones, as a job that nobody has had yet. */
const BURY = `UPDATE jobs SET dead = 1, receives = 0, receipt = NULL
  WHERE dead = 0 AND visible_at <= ? AND receives >= ${MAX_RECEIVES}`;

const NEXT = "SELECT id FROM jobs WHERE dead = ? AND visible_at <= ? ORDER BY visible_at, id LIMIT 1";

function isAny(database: Database, line: Line, nowMs: number): boolean {
  const next = database.read("looking for a job", (sql) =>
    sql.prepare(NEXT).get(Number(line === "dead"), nowMs),
  );
  return next !== undefined;
}

function take(
  database: Database,
  line: Line,
  { nowMs, hideMs }: { readonly nowMs: number; readonly hideMs: number },
): Received | undefined {
  return database.write("taking a job", (sql) => {
    sql.prepare(BURY).run(nowMs);
    const next = sql.prepare(NEXT).get(Number(line === "dead"), nowMs);
    if (next === undefined) return undefined;
    const row = sql
      .prepare(
        "UPDATE jobs SET receipt = ?, receives = receives + 1, visible_at = ? WHERE id = ? RETURNING *",
      )
      .get(randomUUID(), nowMs + hideMs, numberIn(next, "id"));
    return (
      row && {
        id: String(numberIn(row, "id")),
        body: textIn(row, "body"),
        receipt: textIn(row, "receipt"),
        receives: numberIn(row, "receives"),
        sentAtMs: numberIn(row, "sent_at"),
      }
    );
  });
}
