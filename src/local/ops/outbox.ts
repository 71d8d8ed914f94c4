// The e-mails the ops target was asked to send: kept instead of sent, each key once.
import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";

export interface EmailRequest {
  readonly to: string;
  readonly subject: string;
  readonly body: string;
}

export interface Email extends EmailRequest {
  readonly id: string;
  readonly at: string;
  readonly idempotencyKey: string;
}

/** An e-mail with what became of it. */
export interface OutboxEmail extends Email {
  readonly performed: number;
  /** How often the same request came again; it was not sent again. */
  readonly replays: number;
}

export type SendOutcome = { readonly kind: "sent" | "replayed" | "key reused"; readonly email: Email };

export const OUTBOX_TABLES = `
  CREATE TABLE IF NOT EXISTS outbox (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, recipient TEXT NOT NULL, subject TEXT NOT NULL,
    body TEXT NOT NULL, at TEXT NOT NULL, replays INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE TABLE IF NOT EXISTS deliveries (number INTEGER PRIMARY KEY, email INTEGER NOT NULL) STRICT;
`;

const Row = z.object({
  number: z.number(),
  key: z.string(),
  recipient: z.string(),
  subject: z.string(),
  body: z.string(),
  at: z.string(),
  replays: z.number(),
  performed: z.number(),
});

// As for deployments: counted from what was done, not from what was promised, so that an e-mail sent twice would show.
const OUTBOX = `SELECT o.*, (SELECT count(*) FROM deliveries d WHERE d.email = o.number) AS performed FROM outbox o`;

export function emailsIn(db: DatabaseSync): readonly OutboxEmail[] {
  return Row.array()
    .parse(db.prepare(`${OUTBOX} ORDER BY o.number`).all())
    .map((row) => ({ ...rowToEmail(row), performed: row.performed, replays: row.replays }));
}

export function send(
  db: DatabaseSync,
  { to, subject, body }: EmailRequest,
  { key, at }: { readonly key: string; readonly at: string },
): SendOutcome {
  const earlier = Row.optional().parse(db.prepare(`${OUTBOX} WHERE o.key = ?`).get(key));
  if (earlier !== undefined) {
    const email = rowToEmail(earlier);
    const isSame = email.to === to && email.subject === subject && email.body === body;
    if (!isSame) return { kind: "key reused", email };
    db.prepare("UPDATE outbox SET replays = replays + 1 WHERE key = ?").run(key);
    return { kind: "replayed", email };
  }
  const { lastInsertRowid } = db
    .prepare("INSERT INTO outbox (key, recipient, subject, body, at) VALUES (?, ?, ?, ?, ?)")
    .run(key, to, subject, body, at);
  db.prepare("INSERT INTO deliveries (email) VALUES (?)").run(lastInsertRowid);
  const row = { number: Number(lastInsertRowid), key, recipient: to, subject, body, at };
  return { kind: "sent", email: rowToEmail(row) };
}

type SentRow = Omit<z.infer<typeof Row>, "replays" | "performed">;

function rowToEmail({ number, key, recipient, subject, body, at }: SentRow): Email {
  return { id: `mail-${number}`, to: recipient, subject, body, at, idempotencyKey: key };
}
