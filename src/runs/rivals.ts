// Writes on condition of the version that was read: while somebody else writes first, it is read and tried again.

/** Losing more often than this to other writers of one record is no race any more. */
const MAX_TRIES = 5;

/**
 * What comes of the first attempt that is not undefined, as one is that somebody else was faster than.
 *
 * @throws when others were faster each time; `what` names the record, to begin a sentence with.
 * @example
 * await amongRivals(`The run ${thread}`, async () => ((await records.saveRun(next)) ? next : undefined));
 */
export async function amongRivals<Result>(
  what: string,
  attempt: () => Promise<Result | undefined>,
): Promise<Result> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const done = await attempt();
    if (done !== undefined) return done;
  }
  throw new Error(`${what} was written by others ${MAX_TRIES} times in a row.`);
}
