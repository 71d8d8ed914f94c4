// The layout of the savers that exist for DynamoDB, replayed: the full state for every checkpoint, and each task's writes beside it.
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";

/** What does not fit into one item is cut into parts; most of these savers fail there. */
export const PART_BYTES = 350_000;

type Item = Record<"pk" | "sk" | "d", { readonly S: string }>;

export interface FullState {
  /** One superstep: what its task wrote, and the state after it. */
  readonly save: (thread: string, step: number, messages: readonly string[]) => Promise<void>;
  readonly load: (thread: string) => Promise<readonly string[]>;
}

export function createFullState(dynamo: DynamoDBClient, table: string): FullState {
  /** Parts that are not the last: their text, in order. */
  const partsOf = async (pk: string, count: number): Promise<string> => {
    const texts: string[] = [];
    let keys: Record<string, AttributeValue>[] = Array.from({ length: count }, (_, part) =>
      keyOfPart(pk, part),
    );
    while (keys.length > 0) {
      const RequestItems = { [table]: { Keys: keys, ConsistentRead: true } };
      const { Responses, UnprocessedKeys } = await dynamo.send(new BatchGetItemCommand({ RequestItems }));
      for (const { sk, d } of Responses?.[table] ?? []) texts[Number(sk?.S)] = d?.S ?? "";
      keys = UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return texts.join("");
  };
  return {
    async save(thread, step, messages) {
      const items = checkpointItems(thread, step, JSON.stringify(messages));
      for (const Item of [writeItem(thread, step, messages.at(-1) ?? ""), ...items])
        await dynamo.send(new PutItemCommand({ TableName: table, Item }));
    },
    async load(thread) {
      const newest = await dynamo.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: "pk = :pk",
          ExpressionAttributeValues: { ":pk": { S: `C#${thread}` } },
          ...{ ScanIndexForward: false, Limit: 1, ConsistentRead: true },
        }),
      );
      const { sk, d } = newest.Items?.[0] ?? {};
      const [step = "", parts = ""] = sk?.S?.split("#") ?? [];
      const text = await partsOf(`P#${thread}#${step}`, Number(parts) - 1);
      return (JSON.parse(text + (d?.S ?? "")) as { messages: string[] }).messages;
    },
  };
}

export function writeItem(thread: string, step: number, message: string): Item {
  const d = JSON.stringify({ task_id: "task", channel: "messages", type: "json", value: [message] });
  return { pk: { S: `W#${thread}` }, sk: { S: `${keyOf(step)}#0` }, d: { S: d } };
}

/** The last part names how many there are, and comes last. */
export function checkpointItems(thread: string, step: number, messages: string): readonly Item[] {
  const text = checkpointText(step, messages);
  const cuts = Array.from({ length: Math.ceil(text.length / PART_BYTES) }, (_, part) =>
    text.slice(part * PART_BYTES, (part + 1) * PART_BYTES),
  );
  return cuts.map((cut, part) =>
    part === cuts.length - 1
      ? { pk: { S: `C#${thread}` }, sk: { S: `${keyOf(step)}#${cuts.length}` }, d: { S: cut } }
      : { pk: { S: `P#${thread}#${keyOf(step)}` }, sk: { S: String(part) }, d: { S: cut } },
  );
}

export function checkpointText(step: number, messages: string): string {
  const about = { v: 4, id: keyOf(step), ts: "2026-01-01T00:00:00.000Z", source: "loop", step };
  return `${JSON.stringify(about).slice(0, -1)},"messages":${messages}}`;
}

const keyOfPart = (pk: string, part: number): Omit<Item, "d"> => ({ pk: { S: pk }, sk: { S: String(part) } });
const keyOf = (step: number): string => String(step).padStart(10, "0");
