// Calls the sweeper's Lambda handler again and again, as the schedule would.
import type { SweeperHandler } from "../../lambda/app.ts";

/** The first sweep comes at once: what a killed process left behind should not wait. Closing waits for a sweep under way. */
export function sweepEvery(ms: number, handler: SweeperHandler): { close(): Promise<void> } {
  let sweeping: Promise<void> = Promise.resolve();
  const tick = (): void => {
    sweeping = sweeping.then(handler).catch((error: unknown) => {
      process.stderr.write(`A sweep failed: ${error instanceof Error ? error.message : String(error)}\n`);
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
