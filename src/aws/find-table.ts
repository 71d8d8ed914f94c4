// Finds a deployment's table by the name that CloudFormation gives it, for those who know its stage alone.
import { type DynamoDBClient, paginateListTables } from "@aws-sdk/client-dynamodb";
import { read } from "./dynamodb.ts";

/** `${stack}-${logical id}-${letters by chance}`; the stack is the service and its stage, as Serverless has it. */
function prefixOf(stage: string): string {
  return `countersign-${stage}-Table-`;
}

/**
 * More than one where a deployment was removed and made again: its table is kept.
 *
 * @throws StorageUnavailable
 * @example
 * const [table] = await tablesOfStage(dynamo, "dev"); // "countersign-dev-Table-1A2B3C4D5E6F"
 */
export async function tablesOfStage(dynamo: DynamoDBClient, stage: string): Promise<readonly string[]> {
  const prefix = prefixOf(stage);
  return read("listing the tables", async () => {
    const pages = await Array.fromAsync(paginateListTables({ client: dynamo }, {}));
    const names = pages.flatMap(({ TableNames = [] }) => TableNames);
    // Nothing but letters and digits behind it: "dev" is not "dev-Table-2".
    return names.filter((name) => name.startsWith(prefix) && /^[A-Z0-9]+$/.test(name.slice(prefix.length)));
  });
}
