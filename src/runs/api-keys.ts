// API keys: what is kept of each, where they are kept, and which one a token is.
import { createHash, timingSafeEqual } from "node:crypto";
import * as z from "zod";
import { KEY_NAME } from "../approvals/actor.ts";
import { firstFormat } from "../approvals/format.ts";

/** What a key may be used for: to start runs, to read them, to decide their questions, to cancel them, and to read their history. */
export const Scope = z.enum(["start", "read", "decide", "cancel", "audit"]);
export type Scope = z.infer<typeof Scope>;

/** It stands in the token, where "_" ends it. */
export const KeyName = z.string().regex(KEY_NAME);

/** SHA-256, as hexadecimal digits: 32 random bytes need neither salt nor a slow hash. */
const Hash = z.string().regex(/^[0-9a-f]{64}$/);

const Change = z.object({ at: z.iso.datetime(), by: z.string() });

export const ApiKey = z.object({
  ...firstFormat,
  team: z.string(),
  name: KeyName,
  /** The user whose key it is, by Slack's id: the requester of what it starts. */
  owner: z.string(),
  scopes: z.array(Scope).nonempty(),
  /** Of the secret. The secret itself is shown once and kept nowhere. */
  hash: Hash,
  /** Of the secret before the last rotation, which counts until then. */
  previous: z.object({ hash: Hash, until: z.iso.datetime() }).exactOptional(),
  createdAt: z.iso.datetime(),
  /** An operator, by Slack's id, or `CLI`. */
  createdBy: z.string(),
  rotated: Change.exactOptional(),
  /** For good: the name is not used again, since histories name it. */
  revoked: Change.exactOptional(),
  /** Number of this write; the next writer must name it. */
  version: z.int().positive(),
});
export type ApiKey = z.infer<typeof ApiKey>;

/**
 * API keys as versioned records.
 *
 * Reads are consistent. A save creates the key when its version is 1 and otherwise replaces exactly the version before it; false means that somebody else wrote
 * first. Every method throws StorageUnavailable when the store cannot answer.
 *
 * @example
 * const key = await keys.key("T0TEAM", "ci");
 */
export interface ApiKeys {
  key(team: string, name: string): Promise<ApiKey | undefined>;
  /** All of them, by name. */
  keys(team: string): Promise<readonly ApiKey[]>;
  save(key: ApiKey): Promise<boolean>;
}

export const SECRET_BYTES = 32;

const TOKEN = /^csk_([a-z][a-z0-9-]{0,39})_([A-Za-z0-9_-]{43})$/;

export interface Token {
  readonly name: string;
  readonly secret: string;
}

/** @throws when there are fewer random bytes than it takes. */
export function secretOf(bytes: Uint8Array): string {
  if (bytes.length !== SECRET_BYTES)
    throw new Error(`A secret takes ${SECRET_BYTES} random bytes, not ${bytes.length}.`);
  return Buffer.from(bytes).toString("base64url");
}

export function tokenOf({ name, secret }: Token): string {
  return `csk_${name}_${secret}`;
}

/** The inverse; undefined for what is none. */
function tokenFrom(text: string): Token | undefined {
  const [, name, secret] = TOKEN.exec(text) ?? [];
  return name === undefined || secret === undefined ? undefined : { name, secret };
}

export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

/** Why a token is refused is nobody's business who does not have the right one. */
export type Authenticated = { readonly kind: "key"; readonly key: ApiKey } | { readonly kind: "refused" };

export interface Presented {
  readonly team: string;
  /** As it came, whatever it is. */
  readonly token: string;
  readonly now: string;
}

/**
 * Whose token it is. Malformed, unknown, revoked and outdated ones are refused alike. Whether its owner is still a full member is asked where something is done.
 *
 * @throws StorageUnavailable
 * @example
 * const who = await authenticate(keys, { team, token: "csk_ci_…", now: clock.now() });
 * if (who.kind === "refused") return unauthorized();
 */
export async function authenticate(
  keys: Pick<ApiKeys, "key">,
  { team, token, now }: Presented,
): Promise<Authenticated> {
  const given = tokenFrom(token);
  if (given === undefined) return { kind: "refused" };
  const key = await keys.key(team, given.name);
  const counts = isSecretOf(key, hashOf(given.secret), now);
  if (key === undefined || key.revoked !== undefined || !counts) return { kind: "refused" };
  return { kind: "key", key };
}

/** Always compares both, so that it takes as long whatever there is. */
function isSecretOf(key: ApiKey | undefined, hash: string, now: string): boolean {
  const { previous = NONE } = key ?? {};
  const isCurrent = isSame(hash, key?.hash ?? NONE.hash);
  const isPrevious = isSame(hash, previous.hash);
  return isCurrent || (isPrevious && now < previous.until);
}

/** No secret has this hash. */
const NONE = { hash: "0".repeat(64), until: "" };

function isSame(one: string, other: string): boolean {
  return timingSafeEqual(Buffer.from(one, "hex"), Buffer.from(other, "hex"));
}
