// What the methods that list channels share: which kinds are asked for, page by page, and what is told of each.
import { z } from "zod";
import { type ApiAnswer, refused } from "./api-method.ts";
import type { Channel } from "./protocol.ts";

export const channelTypes = z
  .string()
  .default("public_channel")
  .transform((types) => types.split(",").map((type) => type.trim()))
  .pipe(z.array(z.enum(["public_channel", "private_channel", "mpim", "im"])));

export const channelRange = {
  limit: z.coerce.number().int().min(1).max(999).default(100),
  cursor: z.string().default(""),
};

/** A cursor names the last channel already given. */
export function channelPage(
  channels: readonly Channel[],
  { limit, cursor }: { readonly limit: number; readonly cursor: string },
): ApiAnswer {
  const given = Buffer.from(cursor, "base64url").toString();
  const start = cursor === "" ? 0 : channels.findIndex(({ id }) => id === given) + 1;
  if (start === 0 && cursor !== "") return refused("invalid_cursor");
  const page = channels.slice(start, start + limit);
  const isLast = start + limit >= channels.length;
  const next = isLast ? "" : Buffer.from(page.at(-1)?.id ?? "").toString("base64url");
  return { ok: true, channels: page.map(channelJson), response_metadata: { next_cursor: next } };
}

export function channelJson({ id, name, kind, archived }: Channel): Readonly<Record<string, unknown>> {
  const isIm = kind === "im";
  return { id, is_im: isIm, is_channel: !isIm, ...(!isIm && { name, is_archived: archived === true }) };
}
