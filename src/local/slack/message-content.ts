// What a message may hold: decides on text, blocks and metadata together, as Slack does for every way of posting.
import type { z } from "zod";
import { refused, refusedBecause, structureFrom, type Refusal } from "./api-method.ts";
import { acceptBlocks } from "./blocks.ts";
import { metadataSchema } from "./documents.ts";
import { LIMITS } from "./limits.ts";
import type { Block } from "./protocol.ts";
import type { Workspace } from "./workspace.ts";

export interface RawContent {
  readonly text?: string | undefined;
  /** An array, or JSON of one. */
  readonly blocks?: unknown;
  readonly metadata?: unknown;
}

export interface Content {
  readonly text: string;
  readonly blocks: Block[];
  readonly metadata?: z.infer<typeof metadataSchema>;
}

export type ContentVerdict =
  { readonly ok: true; readonly content: Content } | { readonly ok: false; readonly refusal: Refusal };

export function acceptContent(workspace: Workspace, raw: RawContent): ContentVerdict {
  const blocks = blocksFrom(workspace, raw.blocks);
  if (!blocks.ok) return blocks;
  const metadata = metadataFrom(raw.metadata);
  if (!metadata.ok) return metadata;
  const text = (raw.text ?? "").slice(0, LIMITS.message.textCut);
  if (text === "" && blocks.blocks.length === 0) return no("no_text");
  const { value } = metadata;
  return { ok: true, content: { text, blocks: blocks.blocks, ...(value && { metadata: value }) } };
}

type Refused = { readonly ok: false; readonly refusal: Refusal };

function no(error: string): Refused {
  return { ok: false, refusal: refused(error) };
}

function blocksFrom(
  workspace: Workspace,
  raw: unknown,
): { readonly ok: true; readonly blocks: Block[] } | Refused {
  if (raw === undefined || raw === "") return { ok: true, blocks: [] };
  const blocks = structureFrom(raw);
  if (!Array.isArray(blocks)) return no("invalid_blocks_format");
  const nameIt = (): string => workspace.secret().slice(0, 5);
  const verdict = acceptBlocks({ surface: "message", blocks, at: "/blocks", nameIt });
  if (!verdict.ok) return { ok: false, refusal: refusedBecause("invalid_blocks", verdict.problems) };
  const isTooLong = Buffer.byteLength(JSON.stringify(blocks)) > LIMITS.message.blockBytes;
  return isTooLong ? no("msg_blocks_too_long") : { ok: true, blocks: [...verdict.blocks] };
}

function metadataFrom(
  raw: unknown,
): { readonly ok: true; readonly value?: z.infer<typeof metadataSchema> } | Refused {
  if (raw === undefined || raw === "") return { ok: true };
  const parsed = metadataSchema.safeParse(structureFrom(raw));
  if (!parsed.success || !isShallow(parsed.data.event_payload)) return no("invalid_metadata_format");
  const isTooLarge = Buffer.byteLength(JSON.stringify(parsed.data)) > LIMITS.message.metadataBytes;
  return isTooLarge ? no("metadata_too_large") : { ok: true, value: parsed.data };
}

/** A payload's values may be objects or arrays, but theirs may not. */
function isShallow(payload: Readonly<Record<string, unknown>>): boolean {
  const isPlain = (value: unknown): boolean => typeof value !== "object" || value === null;
  return Object.values(payload).every((value) => isPlain(value) || Object.values(value ?? {}).every(isPlain));
}
