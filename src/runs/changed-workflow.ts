// The rule of versions: what a run comes to whose workflow is another one than when it ran last. It is migrated, or people are asked; nothing of it is replayed blindly.
//
// Each step can be done again after a crash: a question says for which graph it is asked, and each slot of the log which graph has
// written it.
import type { Approval } from "../approvals/approval.ts";
import { changedVersion } from "../approvals/changed-version.ts";
import { askedByChanged } from "../approvals/course.ts";
import { heldReason } from "../approvals/rows/stop.ts";
import type { Takeover } from "../graph/index.ts";
import { asked, askedBy, type Asking } from "./questions.ts";
import type { GraphState, PendingInterrupt, RunnableGraph } from "./workflow.ts";

interface Turn extends Asking {
  readonly approvals: readonly Approval[];
}

/** What the turn goes on with. */
interface Taken {
  readonly approvals: readonly Approval[];
  readonly state: GraphState;
}

/** @throws when the workflow cannot take the run over: the message says why, and what to do. */
export async function takenOver(turn: Turn, state: GraphState): Promise<Taken> {
  const { graph, config } = turn;
  const takeover = isOfOther(state, graph) ? await takeoverOf(turn, state) : undefined;
  const approvals = await askedAgainOf(turn, state);
  if (takeover === undefined) return { approvals, state };
  await graph.takeOver(config, takeover);
  return { approvals, state: await graph.getState(config) };
}

function isOfOther({ version, next }: GraphState, graph: Turn["graph"]): boolean {
  return version !== undefined && version !== graph.version && next.length > 0;
}

/** Undefined where questions wait: they are asked again, and that is all it takes. */
async function takeoverOf(turn: Turn, state: GraphState): Promise<Takeover | undefined> {
  const { workflow, run } = turn;
  const { next, interrupts } = state;
  if (workflow.migrate !== undefined) {
    const pending = interrupts.map(({ node, value }) => ({ node, value }));
    const values = { ...(typeof state.values === "object" && state.values) };
    const migrated = await workflow.migrate({ version: run.workflowVersion, values, next, pending });
    if (migrated.next === undefined) assertStands(turn, next);
    return { kind: "migrate", ...migrated };
  }
  assertStands(turn, next);
  if (interrupts.length > 0) return undefined;
  return { kind: "hold", reason: heldReason(run.workflowVersion, workflow.listing.version) };
}

/** @throws where it stands at a node that the graph no longer has. */
function assertStands({ graph, workflow: { listing }, run }: Turn, next: readonly string[]): void {
  const { nodes } = graph.getGraph();
  const gone = next.find((node) => !Object.hasOwn(nodes, node));
  if (gone === undefined) return;
  const versions = changedVersion(run.workflowVersion, listing.version);
  throw new Error(
    `The workflow "${listing.name}" was changed (${versions}) and has no step "${gone}" any more, at which this run stands. Nothing was run. Put the step back, or let the workflow's "migrate" say where such runs go on; then press Retry. Or cancel the run and start it anew.`,
  );
}

/** What was said on a question of another version does not count, whether or not it had decided. */
async function askedAgainOf(turn: Turn, state: GraphState): Promise<readonly Approval[]> {
  const all: Approval[] = [];
  for (const approval of turn.approvals) {
    const pending = state.interrupts.find(({ id }) => id === approval.interrupt);
    all.push(pending === undefined ? approval : await askedNow(turn, pending, approval));
  }
  return all;
}

async function askedNow(turn: Turn, pending: PendingInterrupt, approval: Approval): Promise<Approval> {
  const { deps } = turn;
  let one = approval;
  // Whoever votes at this very moment is faster; it does not count either.
  while (isAnsweredForOther(turn, one))
    one = await asked(deps, askedByChanged(one, await askedBy(turn, pending), deps.clock.now()));
  return one;
}

function isAnsweredForOther({ graph }: Turn, approval: Approval): boolean {
  const { state } = approval;
  const isOpen = state.kind === "pending" || (state.kind === "decided" && !state.resumed);
  return isOpen && !isOfVersion(graph)(approval);
}

/** What was decided for another version allows nothing in this one. */
export function isOfVersion({
  version,
}: Pick<RunnableGraph, "version">): (approval: Pick<Approval, "graphVersion">) => boolean {
  return ({ graphVersion }) => graphVersion === undefined || graphVersion === version;
}
