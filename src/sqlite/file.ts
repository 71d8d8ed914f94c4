// The file itself: which one is meant, that it is nobody else's to read, and that one app at a time works on it.
import { closeSync, existsSync, openSync, realpathSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

const SCHEME = "sqlite:";

/** A file that cannot be used; the message says why, and what to do. */
export class FileUnusable extends Error {
  override readonly name = "FileUnusable";
}

/**
 * @throws FileUnusable for what names no file.
 * @example
 * fileOfStore("sqlite:./data.db"); // "./data.db"
 */
export function fileOfStore(store: string): string {
  const file = store.startsWith(SCHEME) ? store.slice(SCHEME.length) : "";
  if (file !== "" && file !== ":memory:") return file;
  throw new FileUnusable(`"${store}" is no store: it must be sqlite: and a file, such as sqlite:./data.db.`);
}

/**
 * Creates what is not there, for its owner alone; SQLite gives what it puts beside it the same rights. What is there keeps its own.
 *
 * @throws FileUnusable
 */
export function createPrivately(file: string): void {
  try {
    closeSync(openSync(file, "a", 0o600));
  } catch (error) {
    throw new FileUnusable(`The file ${file} cannot be used: ${reasonFor(error)}`, { cause: error });
  }
}

function reasonFor(error: unknown): string {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case "ENOENT":
      return "the folder for it is not there. Create that, or name another file.";
    case "EISDIR":
      return "it is a folder. Name a file.";
    default:
      return `${String(error)}. Give the user that runs Countersign the right to read and write it, or name another file.`;
  }
}

/** How opening a file ends that cannot be read or written: only what is damaged is to be replaced by its backup. */
export function unreadable(file: string, cause: unknown): FileUnusable {
  return new FileUnusable(`The file ${file} cannot be used: ${troubleOf(sqliteError(cause))}`, { cause });
}

interface SqliteError {
  /** SQLite's own: the last byte, which says what is wrong; 0 of another error. */
  readonly code: number;
  readonly says: string;
}

/** What a failed write is told as has SQLite's error behind it. */
function sqliteError(error: unknown): SqliteError {
  if (!(error instanceof Error)) return { code: 0, says: String(error) };
  if ("errcode" in error) return { code: Number(error.errcode) & 0xff, says: error.message };
  return error.cause === undefined ? { code: 0, says: error.message } : sqliteError(error.cause);
}

const [BUSY, LOCKED, READ_ONLY, DISK, CORRUPT, FULL, NOT_OPENED, NO_DATABASE] = [5, 6, 8, 10, 11, 13, 14, 26];

/** A commit that the disk has failed: it may have got there, and be found after a crash. What failed otherwise did not happen. */
export function mayHaveHappened(error: unknown): boolean {
  return sqliteError(error).code === DISK;
}

/** For the log: what to do about a failed read or write, where that is known. */
export function adviceOn(error: unknown): string | undefined {
  return sqliteError(error).code === FULL
    ? "The disk that its file is on is full: make room there."
    : undefined;
}

function troubleOf({ code, says }: SqliteError): string {
  switch (code) {
    case CORRUPT:
    case NO_DATABASE:
      return "it is no database of SQLite's, or is damaged. Restore its last backup, or name another file.";
    case BUSY:
    case LOCKED:
      return "another process is in the middle of writing it. Wait until that has ended, such as a VACUUM, or end it, and try again.";
    case FULL:
      return "its disk is full. Make room there, and try again.";
    case READ_ONLY:
    case NOT_OPENED:
      return "it, or what SQLite has beside it, must not be written. Give the user that runs Countersign the right to read and write it and its folder, or name another file.";
    default:
      return `SQLite says "${says}". Look at its disk and its folder; nothing says that it is damaged.`;
  }
}

/**
 * Nobody else can have it until it is given back, or the process ends however it ends. Tools need no lock: every write is a transaction.
 *
 * @throws FileUnusable when another process has it.
 */
export function lockFile(file: string): { release(): void } {
  if (!existsSync(file)) createPrivately(file);
  const beside = lockOf(file);
  createPrivately(beside);
  const lock = new DatabaseSync(beside, { timeout: 0 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
  } catch (cause) {
    lock.close();
    throw new FileUnusable(
      `Another Countersign runs with its data in ${file}. Stop it, or name another file.`,
      { cause },
    );
  }
  return { release: () => lock.close() };
}

/** Of the file that is meant: whoever names a link to it has the same one. */
function lockOf(file: string): string {
  return `${realpathSync(file)}.lock`;
}

/** Whether some process has it, for those who only look: it is not taken for more than the moment of a read. */
export function isLocked(file: string): boolean {
  if (!existsSync(lockOf(file))) return false;
  const lock = new DatabaseSync(lockOf(file), { timeout: 0, readOnly: true });
  try {
    lock.prepare("SELECT count(*) FROM sqlite_schema").get();
    return false;
  } catch {
    return true;
  } finally {
    lock.close();
  }
}
