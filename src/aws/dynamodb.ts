// The DynamoDB client as every store uses it: bounded waits, and errors that say whether a write may have happened.
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  DynamoDBServiceException,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { StorageUnavailable } from "../runs/errors.ts";
import { adviceOn } from "./advice.ts";
import type { Item } from "./items.ts";
import { clientSettings, type Patience, patience } from "./patience.ts";

/** Errors of calls of which an attempt may have been carried out. */
const uncertain = new WeakSet<Error>();
/** Calls of which an attempt may have been carried out, by their context. */
const mayHaveHappened = new WeakSet();

export function createDynamo(options: Patience): DynamoDBClient {
  const client = new DynamoDBClient(clientSettings(options));
  const { whole, attempt } = patience(options);
  client.middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await whole(next, context)(args);
      } catch (error) {
        if (error instanceof Error && mayHaveHappened.has(context)) uncertain.add(error);
        throw error;
      }
    },
    { step: "initialize", priority: "high", name: "giveUpInTime" },
  );
  // Below the SDK's own retries: sees every attempt, not only the last.
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const isFirstToCount = !mayHaveHappened.has(context);
      try {
        return await attempt(async (given: typeof args) => {
          // From the moment it is sent until the answer is known.
          mayHaveHappened.add(context);
          return next(given);
        }, context)(args);
      } catch (error) {
        if (isFirstToCount && error instanceof Error && certainlyDidNothing(error))
          mayHaveHappened.delete(context);
        throw error;
      }
    },
    { step: "finalizeRequest", priority: "low", name: "rememberUncertainAttempts" },
  );
  return client;
}

/** Runs a read and translates its failure: whatever happened, nothing was written. */
export function read<T>(what: string, call: () => Promise<T>): Promise<T> {
  return translated(what, () => false, call);
}

/** Everything a query finds, page after page; strongly consistent, but for an index, which cannot be. */
export async function queryAll(
  what: string,
  dynamo: DynamoDBClient,
  query: QueryCommandInput,
): Promise<readonly Item[]> {
  return (await Array.fromAsync(queryPages(what, dynamo, query))).flat();
}

/** The same for those who may leave before the last page; `Limit` is then how many items make a page. */
export async function* queryPages(
  what: string,
  dynamo: DynamoDBClient,
  query: QueryCommandInput,
): AsyncGenerator<readonly Item[], void, undefined> {
  let start: Item | undefined;
  do {
    const command = new QueryCommand({
      ...query,
      ConsistentRead: query.IndexName === undefined,
      ...(start === undefined ? {} : { ExclusiveStartKey: start }),
    });
    const page = await read(what, () => dynamo.send(command));
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
}

/** Runs a conditional write. A condition that was not met is the caller's to judge: it comes back as undefined. */
export async function write<T>(what: string, call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await translated(what, (error) => uncertain.has(error), call);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

export type PutOutcome =
  | { readonly kind: "written" }
  /** `by` is the item that is there, where the server tells it. */
  | { readonly kind: "taken"; readonly by: Item | undefined };

/** Puts an item where there is none yet. */
export async function putNew(
  what: string,
  dynamo: DynamoDBClient,
  put: Pick<PutItemCommandInput, "TableName" | "Item">,
): Promise<PutOutcome> {
  const command = new PutItemCommand({
    ...put,
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  try {
    await translated(
      what,
      (error) => uncertain.has(error),
      () => dynamo.send(command),
    );
    return { kind: "written" };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { kind: "taken", by: error.Item };
    throw error;
  }
}

async function translated<T>(
  what: string,
  isUncertain: (error: Error) => boolean,
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const advice = adviceOn(error);
    if (advice === undefined && isOurMistake(error)) throw error;
    throw new StorageUnavailable(what, {
      cause: error,
      uncertain: error instanceof Error && isUncertain(error),
      advice: advice?.sentence,
      needsRepair: advice?.needsRepair ?? false,
    });
  }
}

function isOurMistake(error: unknown): boolean {
  return error instanceof DynamoDBServiceException && error.$fault === "client";
}

function certainlyDidNothing(error: Error): boolean {
  const neverConnected = "code" in error && (error.code === "ECONNREFUSED" || error.code === "ENOTFOUND");
  return neverConnected || (error instanceof DynamoDBServiceException && error.$fault === "client");
}
