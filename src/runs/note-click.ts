// Clicks that decide nothing, for the run's history: those that did not count, forms that were opened, and that it was replayed.
import type { Approval, Refusal } from "../approvals/approval.ts";
import {
  type OpenedForm,
  openedForm,
  type RefusedClick,
  refusedClick,
  replayedRun,
} from "../approvals/noted.ts";
import type { NotedEntries } from "./audit-ports.ts";
import { StorageUnavailable } from "./errors.ts";
import type { Clock, Log, Queue } from "./ports.ts";
import type { Run, ThreadKey } from "./run.ts";
import { wake } from "./wake.ts";

/** Several clicks are folded into the history together. */
export const FOLD_AFTER_SECONDS = 10;

/** What somebody can open: the full request, or the form to answer it by. */
export type Form = "review" | "reject" | "edit" | "choose" | "answer" | "each" | "allow";

export interface NoteDeps {
  readonly noted: Pick<NotedEntries, "note">;
  readonly queue: Queue;
  readonly clock: Clock;
  readonly log: Log;
}

interface Click extends ThreadKey {
  readonly interrupt: string;
  /** The digest on the button that was clicked. */
  readonly digest: string;
  readonly by: string;
}

export async function noteRefusal(
  deps: NoteDeps,
  { team, thread, by, interrupt, digest }: Click,
  { tried, because }: { readonly tried: string; readonly because: Refusal },
): Promise<void> {
  deps.log.info("A click was refused.", { thread, interrupt, by, because });
  const at = deps.clock.now();
  await note(deps, { team, thread }, refusedClick({ at, by, tried, because, interrupt, digest }));
}

/** To be called once the form is open: its trigger lives for three seconds. */
export async function noteOpened(
  deps: NoteDeps,
  { team, thread, interrupt, digest }: Approval,
  { by, form }: { readonly by: string; readonly form: Form },
): Promise<void> {
  const at = deps.clock.now();
  await note(deps, { team, thread }, openedForm({ at, by, form, interrupt, digest }));
}

/** In the history of the run that this one replays. Noted again, it is the same entry. @throws StorageUnavailable */
export async function noteReplay(deps: NoteDeps, run: Run): Promise<void> {
  const { team, replayOf, thread: as, requester: by, createdAt: at } = run;
  // A run that has made progress has told so, and what is let go of had its time for it; the other one may be gone by now.
  const hasTold = run.progress !== undefined || run.removed !== undefined;
  if (replayOf === undefined || hasTold) return;
  const { thread, step } = replayOf;
  await deps.noted.note({ team, thread }, replayedRun({ at, by, as, ...(step !== undefined && { step }) }));
  await wake(deps, { kind: "sweep", team, thread }, FOLD_AFTER_SECONDS);
}

/** At once, for somebody waits: the job comes long after the note, and finds nothing where there is none. */
async function note(deps: NoteDeps, key: ThreadKey, click: RefusedClick | OpenedForm): Promise<void> {
  await Promise.all([written(deps, key, click), wake(deps, { kind: "sweep", ...key }, FOLD_AFTER_SECONDS)]);
}

/** That it could not be noted is no reason to answer nothing. */
async function written(deps: NoteDeps, key: ThreadKey, click: RefusedClick | OpenedForm): Promise<void> {
  try {
    await deps.noted.note(key, click);
  } catch (error) {
    if (!(error instanceof StorageUnavailable)) throw error;
    const { kind, by } = click;
    deps.log.warn("A click could not be noted.", { thread: key.thread, by, click: kind });
  }
}
