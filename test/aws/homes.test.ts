// App Homes on DynamoDB.
import { createDynamo } from "../../src/aws/dynamodb.ts";
import { createHomes } from "../../src/aws/homes.ts";
import { homesContract } from "../contract/homes.ts";
import { freshAws } from "../support/system.ts";

homesContract("DynamoDB", async () => {
  const { dynamoUrl, table } = await freshAws();
  return createHomes(createDynamo({ endpoint: dynamoUrl, timeoutMs: 5_000, maxAttempts: 3 }), table);
});
