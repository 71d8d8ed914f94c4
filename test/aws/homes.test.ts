// App Homes on DynamoDB.
import { createHomes } from "../../src/aws/homes.ts";
import { homesContract } from "../contract/homes.ts";
import { freshDynamo } from "../support/dynamo.ts";

homesContract("DynamoDB", async () => {
  const { dynamo, table } = await freshDynamo();
  return createHomes(dynamo, table);
});
