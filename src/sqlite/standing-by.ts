// Reads who has a thread, and when its records are due, from their rows.
import type { DatabaseSync } from "node:sqlite";
import { HOLDS } from "../runs/holds.ts";
import type { ThreadKey } from "../runs/run.ts";
import type { Bystander, DueNow, HoldNow } from "../runs/standing-by.ts";
import { answered } from "./answered.ts";
import type { Database } from "./database.ts";
import { textIn } from "./rows.ts";
import { storedHolds } from "./run-row.ts";

/** @example await createBystander(database).look({ team, thread }); // { holds: [], due: [] } */
export function createBystander(database: Database): Bystander {
  return {
    look: (key) =>
      answered(() =>
        database.read("reading who has a thread", (sql) => ({
          holds: holdsOf(sql, key),
          due: dueOf(sql, key),
        })),
      ),
  };
}

function holdsOf(sql: DatabaseSync, key: ThreadKey): readonly HoldNow[] {
  const holds = storedHolds(sql, key);
  return HOLDS.flatMap((hold) => {
    const { by, until } = holds?.[hold] ?? {};
    return by === undefined || until === undefined ? [] : [{ hold, by, until }];
  });
}

function dueOf(sql: DatabaseSync, { team, thread }: ThreadKey): readonly DueNow[] {
  const runs = sql.prepare("SELECT due FROM runs WHERE team = ? AND thread = ? AND due IS NOT NULL");
  const approvals = sql.prepare(
    "SELECT interrupt, due FROM approvals WHERE team = ? AND thread = ? AND due IS NOT NULL",
  );
  return [
    ...runs.all(team, thread).map((row): DueNow => ({ of: { kind: "run" }, at: textIn(row, "due") })),
    ...approvals.all(team, thread).map((row): DueNow => {
      const interrupt = textIn(row, "interrupt");
      return { of: { kind: "approval", interrupt }, at: textIn(row, "due") };
    }),
  ];
}
