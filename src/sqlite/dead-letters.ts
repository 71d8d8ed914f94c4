// Dead jobs in the file of one machine, for who looks into them by hand.
import { type DeadLetter, type DeadLetters, HIDDEN_SECONDS } from "../runs/dead-letters.ts";
import { answered } from "./answered.ts";
import type { Jobs } from "./jobs.ts";

/**
 * Every method throws StorageUnavailable.
 *
 * @example
 * const letters = await createDeadLetters(stores.queue, Date.now).take(500);
 */
export function createDeadLetters(jobs: Jobs, nowMs: () => number): DeadLetters {
  return {
    take: (most) =>
      answered(() => {
        const letters: DeadLetter[] = [];
        while (letters.length < most) {
          const job = jobs.receive("dead", { nowMs: nowMs(), hideMs: HIDDEN_SECONDS * 1_000 });
          if (job === undefined) break;
          const { id, body, receipt, receives: received, sentAtMs } = job;
          letters.push({ id, body, receipt, received, sentAt: new Date(sentAtMs).toISOString() });
        }
        return letters.sort((a, b) => (a.sentAt < b.sentAt ? -1 : 1));
      }),
    // One write moves it, so there is nothing left to drop behind it.
    sendAgain: (letter) => answered(() => jobs.revive(letter)),
    drop: (letter) => answered(() => jobs.delete(letter)),
    giveBack: (letter) => answered(() => jobs.giveBack(letter)),
  };
}
