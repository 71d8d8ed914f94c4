// What the fault harness stores things in behaves as the real servers do: every storage contract holds on it.
import { createAuditTrail, createNotedClicks } from "../../../src/aws/audit.ts";
import { createCheckpointLog } from "../../../src/aws/checkpoint-log.ts";
import { createLists } from "../../../src/aws/lists.ts";
import { createRecords } from "../../../src/aws/records.ts";
import { createThreads } from "../../../src/aws/threads.ts";
import { checkpointerContract } from "../../contract/checkpointer.ts";
import { recordsContract } from "../../contract/records.ts";
import { createMemoryDynamo } from "./client.ts";
import { createMemoryTable } from "./table.ts";

const NAME = "DynamoDB (in memory)";
recordsContract(NAME, () => Promise.resolve(createRecords(createMemoryDynamo(createMemoryTable()), "t")));
checkpointerContract(NAME, () =>
  Promise.resolve(createCheckpointLog(createMemoryDynamo(createMemoryTable()), "t")),
);
