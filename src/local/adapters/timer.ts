// Calls the sweeper's Lambda handler again and again, as the schedule would.
import { reasonOf } from "../../approvals/reason.ts";
import type { SweeperHandler } from "../../lambda/app.ts";
import type { Log } from "../../runs/ports.ts";

/** The first sweep comes at once: what a killed process left behind should not wait. Closing waits for a sweep under way. */
export function sweepEvery(ms: number, handler: SweeperHandler, log: Log): { close(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve();
  const tick = (): void => {
    sweeping = sweeping.then(handler).catch((error: unknown) => {
      log.error("A sweep failed.", { reason: reasonOf(error) });
    });
  };
  tick();
  const timer = setInterval(tick, ms);
  return {
    async close(): Promise<void> {
      clearInterval(timer);
      await sweeping;
    },
  };
}
