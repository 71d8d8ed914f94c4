// What can go wrong outside, one class for each thing a caller does differently.

interface Unavailable {
  readonly cause: unknown;
  /** What to do about it, where that is known: a sentence for the log. */
  readonly advice?: string | undefined;
}

function withAdvice(what: string, { advice }: Unavailable): string {
  return advice === undefined ? what : `${what} ${advice}`;
}

/** The store did not answer. `uncertain` when a write may have happened all the same. */
export class StorageUnavailable extends Error {
  override readonly name = "StorageUnavailable";
  readonly uncertain: boolean;
  /** Whoever goes on without what has failed, as an agent does without the result of a tool, passes this one on. */
  readonly endsTurn = true;
  /** Trying again is of no use until somebody has mended something; the message says what. */
  readonly needsRepair: boolean;

  constructor(
    what: string,
    options: Unavailable & { readonly uncertain: boolean; readonly needsRepair?: boolean },
  ) {
    super(withAdvice(`The store did not answer: ${what}.`, options), { cause: options.cause });
    this.uncertain = options.uncertain;
    this.needsRepair = options.needsRepair ?? false;
  }
}

/** What is stored is of a newer version, or damaged: nothing is done with it until somebody deploys a version that knows it. */
export class UnknownForm extends Error {
  override readonly name = "UnknownForm";
  /** As that of `StorageUnavailable`. */
  readonly endsTurn = true;

  constructor(what: string, cause: unknown) {
    super(
      `${what} has a form that this version of Countersign does not know. Nothing was done with it; deploy the version that wrote it, or a newer one.`,
      { cause },
    );
  }
}

/** The queue did not take a job; the sweeper will find the work. */
export class QueueUnavailable extends Error {
  override readonly name = "QueueUnavailable";

  constructor(cause: unknown, advice?: string) {
    super(withAdvice("The queue did not take the job.", { cause, advice }), { cause });
  }
}

/** It could not be found out who somebody is; their click does not count. */
export class DirectoryUnavailable extends Error {
  override readonly name = "DirectoryUnavailable";

  constructor(what: string, cause: unknown) {
    super(`The directory did not answer: ${what}.`, { cause });
  }
}

/** A card could not be written; it is drawn later. `refused` when that is known, so that other cards may well be taken. */
export class MessengerUnavailable extends Error {
  override readonly name = "MessengerUnavailable";
  readonly refused: boolean;
  /** Slack wants to be left alone for this long. */
  readonly retryAfterMs: number | undefined;
  /** No card is taken until somebody has mended something; the message says what. */
  readonly needsRepair: boolean;

  constructor(
    what: string,
    options: Unavailable & { readonly refused: boolean; readonly retryAfterMs?: number | undefined },
  ) {
    super(withAdvice(`The message could not be written: ${what}.`, options), { cause: options.cause });
    this.refused = options.refused;
    this.retryAfterMs = options.retryAfterMs;
    this.needsRepair = options.advice !== undefined;
  }
}

/** A copy of a card cannot be shown where it was to stand, and never will be. */
export class NowhereToShow extends Error {
  override readonly name = "NowhereToShow";

  constructor(place: string, reason: string) {
    super(`Nothing can be shown to ${place}: ${reason}.`);
  }
}

/** Somebody cancelled the run while a step of it was about to act. */
export class RunCancelled extends Error {
  override readonly name = "RunCancelled";
  /** As that of `StorageUnavailable`. */
  readonly endsTurn = true;

  constructor() {
    super("The run was cancelled; this step did not act.");
  }
}

/** A person's App Home could not be shown: Slack did not answer, or refused. */
export class HomeUnavailable extends Error {
  override readonly name = "HomeUnavailable";

  constructor(what: string, cause: unknown) {
    super(`The App Home could not be shown: ${what}.`, { cause });
  }
}
