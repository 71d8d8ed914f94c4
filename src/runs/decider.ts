// Whoever a vote counts for, as they are known at this moment: somebody with their groups, or a key with none but its own.
import { actorFrom, keyGroup } from "../approvals/actor.ts";
import type { Person } from "../approvals/policy.ts";
import type { ApiKey, ApiKeys } from "./api-keys.ts";
import type { Directory } from "./ports.ts";

export interface DeciderDeps {
  readonly directory: Directory;
  readonly apiKeys: Pick<ApiKeys, "key">;
}

interface Deciding {
  readonly team: string;
  /** Of those they are asked about. */
  readonly groups: readonly string[];
}

/**
 * A key never inherits what its owner may decide, and decides nothing once it is revoked, or its owner is no full member any more.
 *
 * @throws StorageUnavailable, DirectoryUnavailable
 */
export async function deciderOf(
  { directory, apiKeys }: DeciderDeps,
  actor: string,
  { team, groups }: Deciding,
): Promise<Person> {
  const { user, key: name } = actorFrom(actor);
  if (name === undefined) return directory.person(user, groups);
  const [person, key] = await Promise.all([directory.person(user, []), apiKeys.key(team, name)]);
  if (person.kind !== "member") return person;
  return { ...person, key: name, groups: decides(key, user) ? [keyGroup(name)] : [] };
}

function decides(key: ApiKey | undefined, owner: string): boolean {
  return key?.owner === owner && key.revoked === undefined && key.scopes.includes("decide");
}
