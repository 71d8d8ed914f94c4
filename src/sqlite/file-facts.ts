// What is to be known of the file of one machine, for whoever looks whether all is well: nothing of it is changed.
import { readdirSync, realpathSync, statfsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { reasonOf } from "../approvals/reason.ts";
import { StorageUnavailable } from "../runs/errors.ts";
import { type Database, FORMAT } from "./database.ts";
import { lookInto } from "./existing.ts";
import { isLocked } from "./file.ts";
import { numberIn } from "./rows.ts";

export interface FileFacts {
  readonly file: string;
  readonly format: number;
  /** What SQLite finds damaged in it, in its words; nothing, of a file that is whole. */
  readonly damage: readonly string[];
  /** "wal", as the app sets it. */
  readonly journal: string;
  readonly bytes: number;
  /** On its disk. */
  readonly freeBytes: number;
  /** The file and those beside it that others than its owner may read or write. */
  readonly open: readonly string[];
  /** Whether an app has it. */
  readonly isRunning: boolean;
  readonly jobs: JobFacts;
}

interface JobFacts {
  readonly waiting: number;
  readonly inHand: number;
  readonly dead: number;
  /** Since when the first one could have been worked on, in milliseconds since 1970; undefined when none waits. */
  readonly firstMs?: number;
}

/** Reads all of it once. @throws FileUnusable, FormatTooNew, StorageUnavailable */
export function fileFacts(file: string, nowMs: number): FileFacts {
  const { database, close } = lookInto(file);
  try {
    // What lies beside it, and on its disk, is not where a link to it is.
    const real = realpathSync(file);
    const damage = damageIn(database);
    return {
      ...{ file, format: FORMAT, damage, journal: journalOf(database), isRunning: isLocked(file) },
      ...{ bytes: statSync(real).size, freeBytes: freeBytesFor(real), open: openTo(real) },
      // Of what is damaged nothing more is asked.
      jobs: damage.length > 0 ? { waiting: 0, inHand: 0, dead: 0 } : jobsIn(database, nowMs),
    };
  } finally {
    close();
  }
}

const MOST_DAMAGE = 3;

/** What is damaged enough cannot even be checked. */
function damageIn(database: Database): readonly string[] {
  try {
    const rows = database.read("checking the file", (sql) =>
      sql.prepare(`PRAGMA integrity_check(${MOST_DAMAGE})`).all(),
    );
    const lines = rows.flatMap((row) => String(Object.values(row)[0]).split("\n"));
    return lines.filter((line) => line !== "ok" && !line.startsWith("***"));
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    return [reasonOf(error.cause)];
  }
}

function journalOf(database: Database): string {
  const row = database.read("reading the journal's mode", (sql) => sql.prepare("PRAGMA journal_mode").get());
  return String(row?.["journal_mode"]);
}

function freeBytesFor(file: string): number {
  const { bavail, bsize } = statfsSync(dirname(file));
  return bavail * bsize;
}

/** SQLite's beside it, and the lock. */
function openTo(file: string): readonly string[] {
  const folder = dirname(file);
  const all = readdirSync(folder).filter((name) => name === basename(file) || isBeside(name, basename(file)));
  return all.filter(
    (name) => ((statSync(join(folder, name), { throwIfNoEntry: false })?.mode ?? 0) & 0o077) !== 0,
  );
}

function isBeside(name: string, file: string): boolean {
  return ["-wal", "-shm", ".lock"].some((end) => name === `${file}${end}`);
}

function jobsIn(database: Database, nowMs: number): JobFacts {
  return database.read("counting jobs", (sql) => {
    const row =
      sql
        .prepare(
          `SELECT count(*) FILTER (WHERE dead = 0 AND visible_at <= :now) AS waiting,
           count(*) FILTER (WHERE dead = 0 AND visible_at > :now AND receipt IS NOT NULL) AS in_hand,
           count(*) FILTER (WHERE dead = 1) AS dead,
           min(visible_at) FILTER (WHERE dead = 0 AND visible_at <= :now) AS first FROM jobs`,
        )
        .get({ now: nowMs }) ?? {};
    return {
      ...{ waiting: numberIn(row, "waiting"), inHand: numberIn(row, "in_hand"), dead: numberIn(row, "dead") },
      ...(row["first"] !== null && { firstMs: numberIn(row, "first") }),
    };
  });
}
