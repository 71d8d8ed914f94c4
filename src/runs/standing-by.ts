// Who has a thread at this moment, and when the sweeper will look at it: for those who look on, and take nothing.
import type { Hold } from "./ports.ts";
import type { ThreadKey } from "./run.ts";

export interface HoldNow {
  readonly hold: Hold;
  /** A worker's name for itself, by chance. */
  readonly by: string;
  /** From then on others may take it. */
  readonly until: string;
}

export interface DueNow {
  /** The run itself, or one of its questions. */
  readonly of: { readonly kind: "run" } | { readonly kind: "approval"; readonly interrupt: string };
  readonly at: string;
}

export interface StandingBy {
  readonly holds: readonly HoldNow[];
  readonly due: readonly DueNow[];
}

/** Throws StorageUnavailable when the store cannot answer. */
export interface Bystander {
  /** Nothing of a thread that is not there. */
  look(key: ThreadKey): Promise<StandingBy>;
}
