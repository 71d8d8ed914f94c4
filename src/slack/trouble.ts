// What kept somebody's click or command from being worked on, in the few ways that make a difference to them; the log has the rest.
import { reasonOf } from "../approvals/reason.ts";
import { DirectoryUnavailable, StorageUnavailable, UnknownForm } from "../runs/errors.ts";
import type { Log } from "../runs/ports.ts";

export type Trouble =
  /** The store did not answer, and nothing was written. */
  | "away"
  /** It may have been written all the same. */
  | "uncertain"
  /** The store answers nobody until somebody has mended something. */
  | "needs-repair"
  /** It could not be found out who they are. */
  | "not-checked"
  /** What it is about is of a newer version than this one, and nothing was done with it. */
  | "newer"
  | "unexpected";

/** `what` is what went wrong, as the subject of a sentence: "A click". */
export function troubleOf(log: Log, what: string, error: unknown): Trouble {
  const trouble = kindOf(error);
  const fields = { trouble, reason: reasonOf(error) };
  if (trouble === "not-checked") log.warn(`${what} could not be checked.`, fields);
  else log.error(`${what} failed.`, fields);
  return trouble;
}

function kindOf(error: unknown): Trouble {
  if (error instanceof DirectoryUnavailable) return "not-checked";
  if (error instanceof UnknownForm) return "newer";
  if (!(error instanceof StorageUnavailable)) return "unexpected";
  if (error.uncertain) return "uncertain";
  return error.needsRepair ? "needs-repair" : "away";
}
