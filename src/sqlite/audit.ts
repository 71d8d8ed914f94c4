// A run's history in the file of one machine: sealed parts of the chain, and what is noted to be folded into it.
import { SealedAudit } from "../approvals/audit-log.ts";
import { Json, sameJson } from "../approvals/json.ts";
import { Noted } from "../approvals/noted.ts";
import { AuditConflict, type AuditTrail, type NotedEntries } from "../runs/audit-ports.ts";
import { storedAs, textToStore } from "../runs/stored.ts";
import type { Database } from "./database.ts";
import { type Row, textIn } from "./rows.ts";

export function createAuditTrail(database: Database): AuditTrail {
  return {
    async keep(key, part): Promise<void> {
      const { team, thread } = key;
      await Promise.resolve();
      const stored = database.write("keeping a part of a history", (sql) => {
        sql
          .prepare("INSERT OR IGNORE INTO audit_parts (team, thread, first, part) VALUES (?, ?, ?, ?)")
          .run(team, thread, part.first, textToStore(SealedAudit, part));
        return sql
          .prepare("SELECT part FROM audit_parts WHERE team = ? AND thread = ? AND first = ?")
          .get(team, thread, part.first);
      });
      // Ours from before a crash says the same; anything else is not ours to replace.
      if (stored === undefined || !isSame(partOf(stored), part)) throw new AuditConflict(key, part.first);
    },

    async *sealed({ team, thread }): AsyncGenerator<SealedAudit, void, undefined> {
      await Promise.resolve();
      const rows = database.read("reading a history", (sql) =>
        sql
          .prepare("SELECT part FROM audit_parts WHERE team = ? AND thread = ? ORDER BY first")
          .all(team, thread),
      );
      yield* rows.map(partOf);
    },
  };
}

export function createNotedEntries(database: Database): NotedEntries {
  return {
    async note({ team, thread }, noted): Promise<void> {
      await Promise.resolve();
      database.write("noting what goes into a history", (sql) =>
        sql
          .prepare(
            "INSERT OR REPLACE INTO noted_entries (team, thread, at, id, entry) VALUES (?, ?, ?, ?, ?)",
          )
          .run(team, thread, noted.at, noted.id, textToStore(Noted, noted)),
      );
    },

    async forget({ team, thread }, entries): Promise<void> {
      await Promise.resolve();
      if (entries.length === 0) return;
      database.write("forgetting what is in a history", (sql) => {
        const remove = sql.prepare(
          "DELETE FROM noted_entries WHERE team = ? AND thread = ? AND at = ? AND id = ?",
        );
        for (const { at, id } of entries) remove.run(team, thread, at, id);
      });
    },
  };
}

function partOf(row: Row): SealedAudit {
  return storedAs(SealedAudit, textIn(row, "part"), "A part of a history");
}

function isSame(one: SealedAudit, other: SealedAudit): boolean {
  return sameJson(Json.parse(one), Json.parse(other));
}
