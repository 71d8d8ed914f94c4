// What DynamoDB tells of a table, held against what Countersign's must be.
import {
  type AttributeDefinition,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { asked, AwsAway } from "./away.ts";
import { tableShape } from "./table.ts";

export type TableFacts =
  | { readonly kind: "missing" }
  | {
      readonly kind: "found";
      /** "ACTIVE", when it can be used. */
      readonly status: string;
      /** Else it is somebody else's, and nothing of the rest says anything. */
      readonly hasOurKeys: boolean;
      readonly indexes: Readonly<Record<string, IndexState>>;
      readonly isOnDemand: boolean;
      readonly settings: Settings;
    };

/** "ACTIVE", or what else DynamoDB calls it; "missing", or of other keys. */
export type IndexState = string;

export interface Settings {
  readonly timeToLive: Setting;
  readonly recovery: Setting;
  readonly protection: Setting;
  readonly encryption: Setting;
}

export type Setting =
  | { readonly kind: "on" | "off" }
  /** A stand-in has nothing of the kind. */
  | { readonly kind: "none" }
  | { readonly kind: "untold"; readonly why: string };

/** @throws AwsAway */
export async function tableFacts(dynamo: DynamoDBClient, table: string): Promise<TableFacts> {
  const found = await described(dynamo, table);
  if (found === undefined) return { kind: "missing" };
  const [timeToLive, recovery] = await Promise.all([
    timeToLiveOf(dynamo, table, isAws(found)),
    recoveryOf(dynamo, table),
  ]);
  return {
    kind: "found",
    status: found.TableStatus ?? "unknown",
    hasOurKeys: isSameKey(tableShape.KeySchema, { keys: found.KeySchema, types: found.AttributeDefinitions }),
    indexes: Object.fromEntries(
      tableShape.GlobalSecondaryIndexes.map(({ IndexName = "" }) => [
        IndexName,
        indexState(found, IndexName),
      ]),
    ),
    isOnDemand: found.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST",
    settings: { timeToLive, recovery, ...ownSettings(found) },
  };
}

async function described(dynamo: DynamoDBClient, table: string): Promise<TableDescription | undefined> {
  try {
    const command = new DescribeTableCommand({ TableName: table });
    return (await asked("dynamodb:DescribeTable", () => dynamo.send(command))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** DynamoDB says it of every table, and no stand-in does. */
function isAws({ DeletionProtectionEnabled }: TableDescription): boolean {
  return DeletionProtectionEnabled !== undefined;
}

interface Keys {
  readonly keys: readonly KeySchemaElement[] | undefined;
  readonly types: readonly AttributeDefinition[] | undefined;
}

function isSameKey(wanted: readonly KeySchemaElement[], { keys = [], types = [] }: Keys): boolean {
  const textOf = ({ AttributeName: name, KeyType }: KeySchemaElement): string => {
    const type = types.find(({ AttributeName }) => AttributeName === name)?.AttributeType;
    return `${name} ${KeyType} ${type}`;
  };
  const theirs = keys.map(textOf);
  return (
    theirs.length === wanted.length &&
    wanted.every(({ AttributeName: name, KeyType }) => theirs.includes(`${name} ${KeyType} S`))
  );
}

function indexState(table: TableDescription, name: string): IndexState {
  const wanted = tableShape.GlobalSecondaryIndexes.find(({ IndexName }) => IndexName === name);
  const found = table.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === name);
  if (found === undefined) return "missing";
  const keys = { keys: found.KeySchema, types: table.AttributeDefinitions };
  return isSameKey(wanted?.KeySchema ?? [], keys) ? (found.IndexStatus ?? "unknown") : "of other keys";
}

function ownSettings(table: TableDescription): Pick<Settings, "protection" | "encryption"> {
  if (!isAws(table)) return { protection: { kind: "none" }, encryption: { kind: "none" } };
  return {
    protection: onOrOff(table.DeletionProtectionEnabled === true),
    encryption: onOrOff(table.SSEDescription?.Status === "ENABLED"),
  };
}

function onOrOff(isOn: boolean): Setting {
  return { kind: isOn ? "on" : "off" };
}

function timeToLiveOf(dynamo: DynamoDBClient, table: string, isReal: boolean): Promise<Setting> {
  return setting("dynamodb:DescribeTimeToLive", async () => {
    const command = new DescribeTimeToLiveCommand({ TableName: table });
    const { TimeToLiveDescription: told } = await dynamo.send(command);
    const isOn = told?.TimeToLiveStatus === "ENABLED" || told?.TimeToLiveStatus === "ENABLING";
    // Stand-ins know the question, and delete nothing.
    if (!isReal) return { kind: "none" };
    return onOrOff(isOn && told.AttributeName === "ttl");
  });
}

function recoveryOf(dynamo: DynamoDBClient, table: string): Promise<Setting> {
  return setting("dynamodb:DescribeContinuousBackups", async () => {
    const command = new DescribeContinuousBackupsCommand({ TableName: table });
    const { ContinuousBackupsDescription: told } = await dynamo.send(command);
    return onOrOff(told?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED");
  });
}

/** What is not told of one setting says nothing against the others. */
async function setting(action: string, look: () => Promise<Setting>): Promise<Setting> {
  try {
    return await asked(action, look);
  } catch (error) {
    if (error instanceof AwsAway) return { kind: "untold", why: error.message };
    if (error instanceof Error && error.name === "UnknownOperationException") return { kind: "none" };
    throw error;
  }
}
