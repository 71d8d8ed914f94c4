// What the ops target was asked to do, and what came of it: each idempotency key is performed once.
import type { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { JsonObject, sameJson } from "../../approvals/json.ts";

/** Something it did. */
export interface Act {
  readonly kind: string;
  /** Among those of its kind, from 1 on. */
  readonly number: number;
  readonly key: string;
  readonly body: JsonObject;
  /** Which one it is, in a few words. */
  readonly said: string;
  /** What performing it came to, beside what was asked for. */
  readonly result: JsonObject;
  readonly at: string;
  readonly performed: number;
  /** How often the same request came again; it was not performed again. */
  readonly replays: number;
}

/** What performing came to; what is refused leaves no trace, so that its key can be used again. */
export type Performed =
  | { readonly kind: "done"; readonly result?: JsonObject }
  | { readonly kind: "refused"; readonly status: 404 | 409; readonly error: string };

export type Recorded =
  | { readonly kind: "performed" | "replayed" | "key reused"; readonly act: Act }
  | Extract<Performed, { kind: "refused" }>;

export const LEDGER_TABLES = `
  CREATE TABLE IF NOT EXISTS acts (
    kind TEXT NOT NULL, number INTEGER NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL, said TEXT NOT NULL,
    result TEXT NOT NULL, at TEXT NOT NULL, replays INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, number), UNIQUE (kind, key)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deeds (kind TEXT NOT NULL, number INTEGER NOT NULL) STRICT;
  CREATE INDEX IF NOT EXISTS deeds_of_act ON deeds (kind, number);
`;

const StoredJson = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(JsonObject);
const Row = z.object({
  ...{ kind: z.string(), number: z.number(), key: z.string(), at: z.string() },
  ...{ said: z.string(), body: StoredJson, result: StoredJson, performed: z.number(), replays: z.number() },
});

// Counted from what was done, not from what was promised, so that something done twice would show.
const ACTS =
  "SELECT a.*, (SELECT count(*) FROM deeds d WHERE d.kind = a.kind AND d.number = a.number) AS performed FROM acts a";

/** Oldest first; those of one kind, or of all. */
export function actsIn(db: DatabaseSync, kind?: string): readonly Act[] {
  const rows =
    kind === undefined
      ? db.prepare(`${ACTS} ORDER BY a.rowid`).all()
      : db.prepare(`${ACTS} WHERE a.kind = ? ORDER BY a.number`).all(kind);
  return Row.array().parse(rows);
}

/**
 * Performs what was asked for, unless its key was there before. To be called within a transaction.
 *
 * @example
 * const { kind } = record(db, { kind: "restart", body: { service }, said: service, key, at });
 */
export function record(
  db: DatabaseSync,
  asked: Pick<Act, "kind" | "body" | "said" | "key" | "at">,
  perform: (number: number) => Performed = () => ({ kind: "done" }),
): Recorded {
  const { kind, key, body, said, at } = asked;
  const earlier = Row.optional().parse(db.prepare(`${ACTS} WHERE a.kind = ? AND a.key = ?`).get(kind, key));
  if (earlier !== undefined) return again(db, earlier, body);
  const number = nextNumber(db, kind);
  const performed = perform(number);
  if (performed.kind === "refused") return performed;
  const { result = {} } = performed;
  db.prepare("INSERT INTO deeds (kind, number) VALUES (?, ?)").run(kind, number);
  db.prepare("INSERT INTO acts (kind, number, key, body, said, result, at) VALUES (?, ?, ?, ?, ?, ?, ?)").run(
    ...[kind, number, key, JSON.stringify(body), said, JSON.stringify(result), at],
  );
  return { kind: "performed", act: { ...asked, number, result, performed: 1, replays: 0 } };
}

function nextNumber(db: DatabaseSync, kind: string): number {
  const counted = db.prepare("SELECT count(*) + 1 AS next FROM acts WHERE kind = ?").get(kind);
  return z.object({ next: z.number() }).parse(counted).next;
}

function again(db: DatabaseSync, act: Act, body: JsonObject): Recorded {
  if (!sameJson(act.body, body)) return { kind: "key reused", act };
  db.prepare("UPDATE acts SET replays = replays + 1 WHERE kind = ? AND number = ?").run(act.kind, act.number);
  return { kind: "replayed", act };
}
