// The table's shape, for creating it where no CloudFormation does: locally and in tests.
import { CreateTableCommand, type DynamoDBClient, ResourceInUseException } from "@aws-sdk/client-dynamodb";
import { DUE_INDEX } from "./keys.ts";

/** Does nothing when the table exists. A test holds infra's CloudFormation against the same shape. */
export async function createTable(dynamo: DynamoDBClient, table: string): Promise<void> {
  try {
    await dynamo.send(new CreateTableCommand({ TableName: table, ...tableShape }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}

export const tableShape = {
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [
    { AttributeName: "pk", AttributeType: "S" },
    { AttributeName: "sk", AttributeType: "S" },
    { AttributeName: "g1p", AttributeType: "S" },
    { AttributeName: "g1s", AttributeType: "S" },
  ],
  KeySchema: [
    { AttributeName: "pk", KeyType: "HASH" },
    { AttributeName: "sk", KeyType: "RANGE" },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: DUE_INDEX,
      KeySchema: [
        { AttributeName: "g1p", KeyType: "HASH" },
        { AttributeName: "g1s", KeyType: "RANGE" },
      ],
      Projection: { ProjectionType: "KEYS_ONLY" },
    },
  ],
} satisfies Omit<CreateTableCommand["input"], "TableName">;
