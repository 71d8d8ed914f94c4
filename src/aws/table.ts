// The table's shape, for creating it where no CloudFormation does: locally and in tests.
import {
  CreateTableCommand,
  type DynamoDBClient,
  type GlobalSecondaryIndex,
  ResourceInUseException,
} from "@aws-sdk/client-dynamodb";
import { DUE_INDEX } from "./keys.ts";
import { conversationIndex, listIndex } from "./list-keys.ts";

/** Does nothing when the table exists. A test holds infra's CloudFormation against the same shape. */
export async function createTable(dynamo: DynamoDBClient, table: string): Promise<void> {
  try {
    await dynamo.send(new CreateTableCommand({ TableName: table, ...tableShape }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

const LIST_INDEXES = [...Object.values(listIndex), conversationIndex];

export const tableShape = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "g1p", AttributeType: "S" },
    { AttributeName: "g1s", AttributeType: "S" },
    ...LIST_INDEXES.flatMap(({ p, s }) => [
      { AttributeName: p, AttributeType: "S" as const },
      { AttributeName: s, AttributeType: "S" as const },
    ]),
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    indexOf(DUE_INDEX, "g1p", "g1s"),
    ...LIST_INDEXES.map(({ name, p, s }) => indexOf(name, p, s)),
  ],
} satisfies Omit<CreateTableCommand["input"], "TableName">;

/** An index holds keys alone: what is found through it is read from the table. */
function indexOf(name: string, p: string, s: string): GlobalSecondaryIndex {
  return {
    IndexName: name,
    KeySchema: [
      { AttributeName: p, KeyType: "HASH" },
      { AttributeName: s, KeyType: "RANGE" },
    ],
    Projection: { ProjectionType: "KEYS_ONLY" },
  };
}
