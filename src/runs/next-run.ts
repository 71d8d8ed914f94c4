// The next version of a run's record after a turn: where it stands, how far it is, and which version of its workflow it is of.
import type { Progress } from "./progress.ts";
import type { Run } from "./run.ts";
import { type ModelUsage, usageWith } from "./usage.ts";
import type { GraphState, RunnableGraph, Workflow } from "./workflow.ts";

export type Versions = Pick<Run, "workflowVersion" | "graphVersion">;

/** What has ended under another version stays of that one. */
export function versionsFor(
  {
    run,
    workflow,
    graph,
  }: {
    readonly run: Run;
    readonly workflow: Pick<Workflow, "listing">;
    readonly graph: Pick<RunnableGraph, "version">;
  },
  { status, version }: Pick<GraphState, "status" | "version">,
): Versions {
  return status === "finished" && version !== graph.version
    ? run
    : { workflowVersion: workflow.listing.version, graphVersion: graph.version };
}

interface Change {
  readonly status: Run["status"];
  readonly progress?: Progress | undefined;
  readonly used?: ModelUsage | undefined;
  readonly versions?: Versions | undefined;
}

/** The same object when nothing has changed. */
export function nextRun(run: Run, { status, progress = run.progress, used, versions = run }: Change): Run {
  const { workflowVersion, graphVersion } = versions;
  const usage = used === undefined ? run.usage : usageWith(run.usage, used);
  const isAsFar = run.status.kind === status.kind && run.progress === progress;
  if (isAsFar && run.usage === usage && isOf(run, versions)) return run;
  return {
    ...{ ...run, status, workflowVersion, version: run.version + 1 },
    ...(progress && { progress }),
    ...(usage && { usage }),
    ...(graphVersion !== undefined && { graphVersion }),
  };
}

/** A record that names no graph yet is not written for that alone. */
function isOf(run: Run, { workflowVersion, graphVersion }: Versions): boolean {
  return run.workflowVersion === workflowVersion && (run.graphVersion ?? graphVersion) === graphVersion;
}
