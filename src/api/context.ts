// What every route is given: the use cases' dependencies, whose key it is, and how long it may wait.
import { actorText } from "../approvals/actor.ts";
import type { ApiKey, ApiKeys } from "../runs/api-keys.ts";
import type { AuditTrail } from "../runs/audit-ports.ts";
import type { ChangeDeps } from "../runs/change.ts";
import type { DecideDeps } from "../runs/decide.ts";
import type { FindDeps } from "../runs/find.ts";
import type { StartDeps } from "../runs/start.ts";
import type { ViewerDeps } from "../runs/viewer.ts";
import type { Idempotency } from "../runs/idempotency.ts";

export type ApiDeps = StartDeps &
  DecideDeps &
  ChangeDeps &
  FindDeps &
  ViewerDeps & {
    readonly apiKeys: ApiKeys;
    readonly idempotency: Idempotency;
    readonly trail: AuditTrail;
    readonly newId: () => string;
    /** For as long as nothing has happened that a caller waits for. */
    readonly pause: (ms: number) => Promise<void>;
  };

export interface ApiContext {
  readonly deps: ApiDeps;
  readonly team: string;
  /** The one the request was sent with. */
  readonly key: ApiKey;
  /** When the request came: a caller's patience is counted from there. */
  readonly cameAt: string;
}

/** Who does it, as it is recorded. */
export function actorOf({ key: { owner, name } }: ApiContext): string {
  return actorText({ user: owner, key: name });
}
