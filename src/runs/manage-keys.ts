// Operators create, rotate, revoke and list API keys; a token is in the answer once and kept nowhere.
import { CLI } from "../approvals/actor.ts";
import { approversOf, type Groups } from "../approvals/declared-policy.ts";
import { later } from "../approvals/later.ts";
import { type Approvers, isAmong, type Person } from "../approvals/policy.ts";
import { type ApiKey, type ApiKeys, hashOf, secretOf, tokenOf } from "./api-keys.ts";
import type { Clock, Directory, Log } from "./ports.ts";
import { amongRivals } from "./rivals.ts";

export { CLI };

export interface KeyDeps {
  readonly apiKeys: ApiKeys;
  readonly directory: Directory;
  readonly groups: Groups;
  readonly clock: Clock;
  /** As many random bytes as a secret takes. */
  readonly newSecret: () => Uint8Array;
  readonly log: Log;
}

/** Who asks: a user by Slack's id, or `CLI`. */
interface By {
  readonly team: string;
  readonly by: string;
}

interface NamedKey extends By {
  readonly name: string;
}

export interface KeyRequest extends NamedKey {
  readonly owner: string;
  readonly scopes: ApiKey["scopes"];
}

interface NotAllowed {
  readonly kind: "not-allowed";
  readonly operators: Approvers;
}

export type CreatedKey =
  | { readonly kind: "created"; readonly key: ApiKey; readonly token: string }
  /** `key` has that name, and may have been revoked. */
  | { readonly kind: "taken"; readonly key: ApiKey | undefined }
  /** Its owner would be nobody who could start anything. */
  | { readonly kind: "no-member"; readonly because: Exclude<Person["kind"], "member"> }
  | NotAllowed;

/**
 * @throws StorageUnavailable, DirectoryUnavailable
 * @example
 * await createKey(deps, { team, by: "U0OTTO", name: "ci", owner: "U0RITA", scopes: ["start", "read"] });
 */
export async function createKey(
  deps: KeyDeps,
  { team, by, name, owner, scopes }: KeyRequest,
): Promise<CreatedKey> {
  const refused = await refusedTo(deps, by);
  if (refused !== undefined) return refused;
  const person = await deps.directory.person(owner, []);
  if (person.kind !== "member") return { kind: "no-member", because: person.kind };
  const secret = secretOf(deps.newSecret());
  const created = { createdAt: deps.clock.now(), createdBy: by };
  const key = { team, name, owner, scopes, hash: hashOf(secret), ...created, version: 1 };
  if (!(await deps.apiKeys.save(key))) return { kind: "taken", key: await deps.apiKeys.key(team, name) };
  deps.log.info("An API key was created.", { key: name, by, owner, scopes });
  return { kind: "created", key, token: tokenOf({ name, secret }) };
}

/** How long the token before a rotation counts, unless it ends at once. */
export const ROTATION_MS = 24 * 60 * 60 * 1_000;

interface NoKey {
  readonly kind: "unknown";
  /** Of those that could be meant. */
  readonly names: readonly string[];
}

export type RotatedKey =
  | { readonly kind: "rotated"; readonly key: ApiKey; readonly token: string }
  | { readonly kind: "revoked"; readonly key: ApiKey }
  | NoKey
  | NotAllowed;

/**
 * Another token for the same key. The one before counts for another day, unless it is to end `atOnce`; one that was rotated before ends either way.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 * @example
 * await rotateKey(deps, { team, by: "U0OTTO", name: "ci", atOnce: true });
 */
export async function rotateKey(
  deps: KeyDeps,
  { atOnce = false, ...named }: NamedKey & { readonly atOnce?: boolean },
): Promise<RotatedKey> {
  const secret = secretOf(deps.newSecret());
  const changed = await changedKey(deps, named, ({ previous: _, ...key }, change) => ({
    ...key,
    hash: hashOf(secret),
    ...(!atOnce && { previous: { hash: key.hash, until: later(change.at, ROTATION_MS) } }),
    rotated: change,
  }));
  if (changed.kind !== "changed") return changed;
  const { key } = changed;
  deps.log.info("An API key was rotated.", { key: key.name, by: named.by, atOnce });
  return { kind: "rotated", key, token: tokenOf({ name: key.name, secret }) };
}

export type RevokedKey =
  /** It was revoked before, and this changed nothing, when `isNew` is false. */
  { readonly kind: "revoked"; readonly key: ApiKey; readonly isNew: boolean } | NoKey | NotAllowed;

/** Its tokens end at once and for good. @throws StorageUnavailable, DirectoryUnavailable */
export async function revokeKey(deps: KeyDeps, named: NamedKey): Promise<RevokedKey> {
  const changed = await changedKey(deps, named, ({ previous: _, ...key }, revoked) => ({ ...key, revoked }));
  if (changed.kind === "revoked") return { ...changed, isNew: false };
  if (changed.kind !== "changed") return changed;
  deps.log.info("An API key was revoked.", { key: named.name, by: named.by });
  return { kind: "revoked", key: changed.key, isNew: true };
}

export type ListedKeys = { readonly kind: "keys"; readonly keys: readonly ApiKey[] } | NotAllowed;

/** Revoked ones, too. @throws StorageUnavailable, DirectoryUnavailable */
export async function listKeys(deps: KeyDeps, { team, by }: By): Promise<ListedKeys> {
  return (await refusedTo(deps, by)) ?? { kind: "keys", keys: await deps.apiKeys.keys(team) };
}

/** A key is no workflow's, so its operators are those of the deployment. */
async function refusedTo({ directory, groups }: KeyDeps, by: string): Promise<NotAllowed | undefined> {
  if (by === CLI) return undefined;
  const operators = approversOf(["operators"], groups);
  const person = await directory.person(by, operators.groups);
  return isAmong(person, operators) ? undefined : { kind: "not-allowed", operators };
}

type Changed =
  | { readonly kind: "changed"; readonly key: ApiKey }
  | { readonly kind: "revoked"; readonly key: ApiKey }
  | NoKey
  | NotAllowed;

/** Nothing changes a key that was revoked. */
async function changedKey(
  deps: KeyDeps,
  { team, by, name }: NamedKey,
  change: (key: ApiKey, how: { readonly at: string; readonly by: string }) => ApiKey,
): Promise<Changed> {
  const refused = await refusedTo(deps, by);
  if (refused !== undefined) return refused;
  return amongRivals<Changed>(`The API key ${name}`, async () => {
    const key = await deps.apiKeys.key(team, name);
    if (key === undefined) return { kind: "unknown", names: await usedNames(deps, team) };
    if (key.revoked !== undefined) return { kind: "revoked", key };
    const next = { ...change(key, { at: deps.clock.now(), by }), version: key.version + 1 };
    if (await deps.apiKeys.save(next)) return { kind: "changed", key: next };
    return undefined;
  });
}

async function usedNames({ apiKeys }: KeyDeps, team: string): Promise<readonly string[]> {
  const keys = await apiKeys.keys(team);
  return keys.filter(({ revoked }) => revoked === undefined).map(({ name }) => name);
}
