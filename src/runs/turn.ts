// What one turn of a run works with: its graph on its log, with the services and the context of this turn.
import type { Approval } from "../approvals/approval.ts";
import type { Checkpointer } from "../graph/index.ts";
import { contextOf, type Notebook } from "./allowances.ts";
import type { NotedEntries } from "./audit-ports.ts";
import { isOfVersion } from "./changed-workflow.ts";
import { unlessCancelled } from "./effects.ts";
import type { Metrics } from "./metrics.ts";
import type { Versions } from "./next-run.ts";
import type { Log } from "./ports.ts";
import type { QuestionDeps } from "./questions.ts";
import { logOf, type Run } from "./run.ts";
import { tracedServices } from "./traced-services.ts";
import { type TurnLog, turnLog } from "./turn-log.ts";
import { type Meter, metered } from "./usage.ts";
import type { GraphConfig, RunnableGraph, Services, Workflow } from "./workflow.ts";

export interface AdvanceDeps extends QuestionDeps {
  readonly checkpointer: Checkpointer;
  readonly workflows: ReadonlyMap<string, Workflow>;
  readonly services: Services;
  readonly noted: Pick<NotedEntries, "note">;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What a turn starts from. */
export interface Advancing {
  readonly run: Run;
  readonly approvals: readonly Approval[];
  /** For what happens by itself while the graph runs. */
  readonly notebook: Notebook;
  /** Nobody has ever had the thread. */
  readonly isNew: boolean;
  /** Supersteps that were run before, by turns of the same worker that ended only to say how far the run is. */
  readonly stepsBefore: number;
}

/** What a turn works on. */
export interface Turn extends Advancing {
  readonly deps: AdvanceDeps;
  readonly workflow: Workflow;
  readonly graph: RunnableGraph;
  readonly config: GraphConfig;
  readonly log: TurnLog;
  /** Of the model, for this turn. */
  readonly meter: Meter;
  /** What the run is of from here on. */
  readonly versions: Versions;
}

/** @throws when there is no such workflow any more. */
export function turnOf(deps: AdvanceDeps, thread: Advancing): Turn {
  const { run, isNew } = thread;
  const workflow = deps.workflows.get(run.workflow);
  if (workflow === undefined) throw new Error(`There is no workflow "${run.workflow}" any more.`);
  // What a replay took over is in its log already.
  const isEmpty = isNew && run.replayOf?.slot === undefined;
  const log = turnLog(deps.checkpointer, { threadId: logOf(run), isNew: isEmpty });
  const { model, ops } = tracedServices(deps.services, run);
  const meter = metered(model);
  const services = {
    ...deps.services,
    model: meter.model,
    ops: unlessCancelled(ops, () => isCancelled(deps, run)),
  };
  const graph = workflow.compile(services, log);
  const allowing = { ...thread, approvals: thread.approvals.filter(isOfVersion(graph)) };
  const config = {
    configurable: { thread_id: logOf(run) },
    context: { ...contextOf(deps, run, allowing), autonomy: workflow.autonomy },
    onPaused: "refuse" as const,
  };
  return { ...thread, deps, workflow, graph, config, log, meter, versions: run };
}

async function isCancelled({ records }: AdvanceDeps, run: Run): Promise<boolean> {
  return (await records.run(run))?.status.kind === "cancelled";
}
