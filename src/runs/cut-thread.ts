// Closes the log of a cancelled run, so that nobody can go on with it.
import { reasonOf } from "../approvals/reason.ts";
import { CheckpointConflict, END } from "../graph/index.ts";
import { createNotebook } from "./allowances.ts";
import { StorageUnavailable } from "./errors.ts";
import type { Run } from "./run.ts";
import { type AdvanceDeps, turnOf } from "./turn.ts";

/**
 * Takes the next slot of a cancelled run's thread, so that whoever still runs it cannot commit what it does. Needs no lease.
 *
 * @throws StorageUnavailable
 */
export async function cutThread(deps: AdvanceDeps, run: Run): Promise<void> {
  // Of a workflow that is gone nobody runs anything.
  if (!deps.workflows.has(run.workflow)) return;
  try {
    await cut(deps, run);
  } catch (error) {
    if (error instanceof StorageUnavailable) throw error;
    // Its questions are closed all the same, and its record keeps everybody from going on with it.
    deps.log.error("The log of a cancelled run could not be closed.", {
      thread: run.thread,
      reason: reasonOf(error),
    });
  }
}

async function cut(deps: AdvanceDeps, run: Run): Promise<void> {
  const notebook = createNotebook(deps, run, []);
  const { graph, config } = turnOf(deps, { run, approvals: [], notebook, isNew: false, stepsBefore: 0 });
  for (;;) {
    const state = await graph.getState(config);
    if (state.status !== "empty" && state.next.length === 0) return;
    try {
      await graph.updateState(config, null, END);
    } catch (error) {
      // The one who runs it was faster, by one slot; it will not be for ever.
      if (!(error instanceof CheckpointConflict)) throw error;
    }
  }
}
