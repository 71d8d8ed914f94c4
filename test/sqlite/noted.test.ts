// What is noted beside a history is read with the records of its thread.
import { createNotedEntries } from "../../src/sqlite/audit.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import { RECORD_TABLES } from "../../src/sqlite/record-tables.ts";
import { createRecords } from "../../src/sqlite/records.ts";
import { notedEntriesContract } from "../contract/audit.ts";
import { openedFile } from "../support/sqlite.ts";

notedEntriesContract("SQLite", () => {
  const database = openedFile(":memory:", [AUDIT_TABLES, RECORD_TABLES]);
  return Promise.resolve({ noted: createNotedEntries(database), records: createRecords(database) });
});
