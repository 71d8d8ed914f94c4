// Records, threads, lists and whoever looks on, in the file of one machine: their contracts, in memory and on the disk.
import { describe } from "vitest";
import { createListRows } from "../../src/sqlite/list-rows.ts";
import { createLists } from "../../src/sqlite/lists.ts";
import { createRecords } from "../../src/sqlite/records.ts";
import { createBystander } from "../../src/sqlite/standing-by.ts";
import { createThreads } from "../../src/sqlite/threads.ts";
import { AUDIT_TABLES } from "../../src/sqlite/audit-tables.ts";
import { RECORD_TABLES } from "../../src/sqlite/record-tables.ts";
import { UNCOUNTED } from "../../src/runs/metrics.ts";
import { bystanderContract } from "../contract/bystander.ts";
import { listsContract } from "../contract/lists.ts";
import { recordsContract } from "../contract/records.ts";
import { threadsContract } from "../contract/threads.ts";
import { freshFile, openedFile } from "../support/sqlite.ts";

describe.each([
  { name: "SQLite in memory", fileOf: () => ":memory:" },
  { name: "SQLite in a file", fileOf: freshFile },
])("$name", ({ name, fileOf }) => {
  const fresh = () => {
    const database = openedFile(fileOf(), [RECORD_TABLES, AUDIT_TABLES]);
    return Promise.resolve({
      records: createRecords(database),
      threads: createThreads(database, UNCOUNTED),
      lists: createLists(database),
      rows: createListRows(),
      bystander: createBystander(database),
    });
  };
  recordsContract(name, async () => (await fresh()).records);
  threadsContract(name, fresh);
  listsContract(name, fresh);
  bystanderContract(name, fresh);
});
