// Reads and changes the state of threads: what a compiled graph offers to those who look at one.
import type { CompiledGraph } from "./compiled-graph.ts";
import { historyAt, type Located, located, oneOf, selected, stateAt } from "./inspect.ts";
import type { CompileOptions, ThreadConfig } from "./options.ts";
import type { Plan } from "./plan.ts";
import type { Checkpointer } from "./checkpointer.ts";
import { missingCheckpointer } from "./errors.ts";
import { loadThread, requiredThreadId, runFor, saverOf, storeFor } from "./prepare.ts";
import { configOf, type SnapshotConfig, type StateSnapshot } from "./snapshot.ts";
import type { Run } from "./run.ts";
import { takenOver } from "./take-over.ts";
import type { Thread } from "./thread.ts";
import { type UpdateStep, updateThreadInSteps } from "./update.ts";

type ThreadChange = (run: Run, thread: Thread) => Promise<Thread>;

type States<State, Update> = Pick<
  CompiledGraph<State, Update>,
  "getState" | "getStateHistory" | "updateState" | "bulkUpdateState" | "takeOver"
>;

export function createStates<State, Update>(plan: Plan, options: CompileOptions): States<State, Update> {
  const locate = (config: ThreadConfig): Promise<Located> => {
    const saver = requiredSaver(options);
    return located(plan, { saver, threadId: requiredThreadId(config) }, config.configurable?.checkpoint_ns);
  };
  const history = async (config: ThreadConfig): Promise<readonly StateSnapshot<State>[]> => {
    const place = await locate(config);
    return historyAt(requiredSaver(options), place);
  };
  const changed = async (config: ThreadConfig, change: ThreadChange): Promise<SnapshotConfig> => {
    const { plan: within, threadId, place } = await locate(config);
    // A graph within a node has its own breakpoints, and the store of the one around it.
    const run = { ...runFor(within, options, { ...config, store: storeFor(plan, config) }), threadId };
    const { checkpoint } = await change(run, await loadThread(run, config));
    return configOf(place, checkpoint);
  };
  const updated = (config: ThreadConfig, steps: readonly UpdateStep[]): Promise<SnapshotConfig> =>
    changed(config, (run, thread) => updateThreadInSteps(run, thread, steps));
  return {
    async getState(config, wanted) {
      const id = config.configurable?.checkpoint_id;
      const latest = await stateAt<State>(requiredSaver(options), await locate(config), wanted);
      const isLatest = id === undefined || id === latest.config.configurable.checkpoint_id;
      return isLatest ? latest : oneOf(await history(config), id);
    },
    async *getStateHistory(config, selection = {}) {
      yield* selected(await history(config), selection);
    },
    updateState: (config, values, asNode) =>
      updated(config, [{ updates: [{ values, ...(asNode !== undefined && { asNode }) }] }]),
    bulkUpdateState: updated,
    takeOver: (config, takeover) => changed(config, (run, thread) => takenOver(run, thread, takeover)),
  };
}

function requiredSaver(options: CompileOptions): Checkpointer {
  const checkpointer = saverOf(options);
  if (checkpointer !== undefined) return checkpointer;
  throw missingCheckpointer("there is no stored state");
}
