// What the fault harness stores things in behaves as the real servers do: the contracts of what it carries hold on it.
import { createAuditTrail, createNotedEntries } from "../../../src/aws/audit.ts";
import { createCheckpointLog } from "../../../src/aws/checkpoint-log.ts";
import { createListRows } from "../../../src/aws/list-rows.ts";
import { createLists } from "../../../src/aws/lists.ts";
import { createRecords } from "../../../src/aws/records.ts";
import { createThreads } from "../../../src/aws/threads.ts";
import { UNCOUNTED } from "../../../src/runs/metrics.ts";
import { auditTrailContract, notedEntriesContract } from "../../contract/audit.ts";
import { checkpointerContract } from "../../contract/checkpointer.ts";
import { listsContract } from "../../contract/lists.ts";
import { recordsContract } from "../../contract/records.ts";
import { threadsContract } from "../../contract/threads.ts";
import { createMemoryDynamo } from "./client.ts";
import { createMemoryTable } from "./table.ts";

const NAME = "DynamoDB (in memory)";
const TABLE = "t";

const fresh = () => createMemoryDynamo(createMemoryTable());

recordsContract(NAME, () => Promise.resolve(createRecords(fresh(), TABLE, UNCOUNTED)));

threadsContract(NAME, () => {
  const dynamo = fresh();
  return Promise.resolve({
    records: createRecords(dynamo, TABLE, UNCOUNTED),
    threads: createThreads(dynamo, TABLE, UNCOUNTED),
  });
});

checkpointerContract(NAME, () => Promise.resolve(createCheckpointLog(fresh(), TABLE)));

auditTrailContract(NAME, () => Promise.resolve(createAuditTrail(fresh(), TABLE)));

notedEntriesContract(NAME, () => {
  const dynamo = fresh();
  return Promise.resolve({
    noted: createNotedEntries(dynamo, TABLE),
    records: createRecords(dynamo, TABLE, UNCOUNTED),
  });
});

listsContract(NAME, () => {
  const dynamo = fresh();
  return Promise.resolve({
    records: createRecords(dynamo, TABLE, UNCOUNTED),
    lists: createLists(dynamo, TABLE),
    rows: createListRows(dynamo, TABLE),
  });
});
