// Deletes what is not to be kept any more and belongs to no run.
import { later } from "../approvals/later.ts";
import type { Database } from "./database.ts";

/** What somebody has chosen in their home is remembered for this long after they last opened it. */
const HOMES_MS = 7 * 24 * 60 * 60 * 1_000;

export function forgetOld(database: Database, now: string): void {
  database.write("deleting what is not to be kept", (sql) => {
    sql.prepare("DELETE FROM idempotency_keys WHERE until <= ?").run(now);
    sql.prepare("DELETE FROM homes WHERE opened_at <= ?").run(later(now, -HOMES_MS));
  });
}
