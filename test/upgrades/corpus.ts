// The recorded corpus: a table's items and a local Slack's documents as they were written, one JSON text in each line, compressed.
import { readFile, writeFile } from "node:fs/promises";
import { gunzipSync, gzipSync } from "node:zlib";
import type { Item } from "../../src/aws/items.ts";
import type { Store } from "../../src/local/slack/store.ts";

interface Document {
  readonly kind: string;
  readonly id: string;
  readonly json: string;
}

export interface Corpus {
  /** The latest moment in it. */
  readonly now: string;
  readonly items: readonly Item[];
  readonly slack: readonly Document[];
}

const FILE = new URL("corpus/corpus.jsonl.gz", import.meta.url);

type Line =
  | { readonly now: string }
  | { readonly item: Readonly<Record<string, object>> }
  | { readonly slack: Document };

export async function readCorpus(): Promise<Corpus> {
  const text = gunzipSync(await readFile(FILE)).toString("utf8");
  const lines = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Line);
  return {
    now: lines.flatMap((line) => ("now" in line ? [line.now] : [])).at(0) ?? "",
    items: lines.flatMap((line) => ("item" in line ? [itemFrom(line.item)] : [])),
    slack: lines.flatMap((line) => ("slack" in line ? [line.slack] : [])),
  };
}

export async function writeCorpus({ now, items, slack }: Corpus): Promise<number> {
  const lines: Line[] = [
    { now },
    ...items.map((item) => ({ item: itemTo(item) })),
    ...slack.map((document) => ({ slack: document })),
  ];
  const bytes = gzipSync(lines.map((line) => `${JSON.stringify(line)}\n`).join(""), { level: 9 });
  await writeFile(FILE, bytes);
  return bytes.length;
}

/** Bytes as base64, as DynamoDB's own exports have them. */
function itemTo(item: Item): Readonly<Record<string, object>> {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      value.B === undefined ? value : { B: Buffer.from(value.B).toString("base64") },
    ]),
  );
}

function itemFrom(stored: Readonly<Record<string, object>>): Item {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => [
      name,
      "B" in value ? { B: Buffer.from(String(value.B), "base64") } : (value as Item[string]),
    ]),
  );
}

export interface MemoryStore extends Store {
  documents(): readonly Document[];
}

/** A local Slack's memory that can be written down and filled in. */
export function memoryStore(documents: readonly Document[] = []): MemoryStore {
  const kept = new Map(documents.map((document) => [`${document.kind}\n${document.id}`, document]));
  return {
    read: (kind) => [...kept.values()].filter((document) => document.kind === kind),
    write: (kind, id, json) => void kept.set(`${kind}\n${id}`, { kind, id, json }),
    remove: (kind, id) => void kept.delete(`${kind}\n${id}`),
    close: () => undefined,
    documents: () => [...kept.values()],
  };
}
