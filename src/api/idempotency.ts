// Idempotency keys: the same key with the same request is the same act, and with another request it is a mistake of the caller's.
import { createHash } from "node:crypto";
import { digestOf, Json } from "../approvals/json.ts";
import { later } from "../approvals/later.ts";
import type { ApiContext } from "./context.ts";

/** How long a key is remembered at least. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

export interface Keyed {
  readonly idempotencyKey: string;
  /** What is asked: which route, of what, with which body. */
  readonly asked: unknown;
}

/** Once the key is forgotten, the same request is still the same delivery, and another one is another. */
export function deliveryOf(
  { key }: { readonly key: Pick<ApiContext["key"], "name"> },
  { idempotencyKey, asked }: Keyed,
): string {
  return `api:${hashed([key.name, idempotencyKey, requestDigest(asked)])}`;
}

/** False when the key was used for another request. @throws StorageUnavailable */
export async function mayUse(
  { deps, team, key }: ApiContext,
  { idempotencyKey, asked }: Keyed,
): Promise<boolean> {
  const id = hashed([key.name, idempotencyKey]);
  const until = later(deps.clock.now(), REMEMBERED_MS);
  return deps.idempotency.claim({ team, id, request: requestDigest(asked), until });
}

function requestDigest(asked: unknown): string {
  return digestOf(Json.parse(asked));
}

function hashed(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}
