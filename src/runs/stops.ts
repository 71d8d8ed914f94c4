// Breakpoints, and what nodes raise: what people are shown of them, and what a decision does to the thread before it goes on.
//
// Whatever is done here can be done again: it is derived from the stored decision and from the state, and once it is done the state
// says so.
import type { Approval } from "../approvals/approval.ts";
import { clippedText } from "../approvals/clipped.ts";
import type { Decision } from "../approvals/decision.ts";
import { type Json, JsonObject } from "../approvals/json.ts";
import { argsOf, linesOf } from "../approvals/readable.ts";
import { rejectingEnds } from "../approvals/reply.ts";
import type { ApproveRequest } from "../approvals/request.ts";
import { raisedRequest, stopRequest } from "../approvals/rows/stop.ts";
import { END } from "../graph/index.ts";
import type { Outcome } from "./run.ts";
import {
  changedCallsUpdate,
  changedWordsUpdate,
  lastWords,
  rejectingUpdate,
  waitingCalls,
} from "./waiting-calls.ts";
import type { GraphConfig, GraphState, PendingInterrupt, RunnableGraph } from "./workflow.ts";

interface Place {
  readonly graph: RunnableGraph;
  readonly config: GraphConfig;
}

/** Undefined for a question. */
export async function requestOfStop(
  place: Place,
  { id, kind, node, value, takesAnswer = false }: PendingInterrupt,
): Promise<ApproveRequest | undefined> {
  if (kind === "raised") return raisedRequest(value, node, takesAnswer);
  if (kind !== "before" && kind !== "after") return undefined;
  const state = await stoppedGraph(place, id);
  const { next, values } = state;
  const calls = waitingCalls(values)?.calls ?? [];
  const words = kind === "after" ? lastWords(values) : undefined;
  const changed = calls.length > 0 || words !== undefined ? {} : await changedBy(place, state);
  const nodes = nodesIn(value, kind);
  const stop = { kind, nodes: nodes.length > 0 ? nodes : [node], namespace: namespaceOf(state) };
  return stopRequest({ ...stop, ...reasonIn(value), next, calls, text: words, changed });
}

function reasonIn(value: unknown): { readonly reason?: string } {
  const { data: { reason } = {} } = JsonObject.safeParse(value);
  return typeof reason === "string" ? { reason } : {};
}

function nodesIn(value: unknown, kind: string): readonly string[] {
  const { data = {} } = JsonObject.safeParse(value);
  const nodes = data[kind];
  return Array.isArray(nodes) ? nodes.filter((name) => typeof name === "string") : [];
}

/** The graph that stops: this one, or one within its nodes. */
async function stoppedGraph({ graph, config }: Place, id: string): Promise<GraphState> {
  const state = await graph.getState(config, { subgraphs: true });
  return innermost(state, id) ?? state;
}

function innermost(state: GraphState, id: string): GraphState | undefined {
  if (!state.interrupts.some((one) => one.id === id)) return undefined;
  for (const { state: within } of state.tasks) {
    const found = within !== undefined && "interrupts" in within ? innermost(within, id) : undefined;
    if (found !== undefined) return found;
  }
  return state;
}

function namespaceOf({ config }: GraphState): string {
  return config?.configurable.checkpoint_ns ?? "";
}

/** The config of a graph within the nodes, too. */
function configAt({ config }: Place, namespace: string): GraphConfig {
  if (namespace === "") return config;
  return { ...config, configurable: { ...config.configurable, checkpoint_ns: namespace } };
}

/** Of a list that has grown only what is new. */
async function changedBy(place: Place, state: GraphState): Promise<JsonObject> {
  const before: unknown[] = [];
  for await (const { values } of place.graph.getStateHistory(configAt(place, namespaceOf(state)))) {
    before.push(values);
    if (before.length === 2) break;
  }
  const [was, is] = [argsOf(before[1] ?? {}), argsOf(state.values ?? {})];
  const changed = Object.entries(is).flatMap(([name, value]) => {
    const part = partChanged(was[name], value);
    return part === undefined ? [] : [[name, shortened(part)] as const];
  });
  return Object.fromEntries(changed);
}

/** More is read by nobody, and a state may be larger than a record. */
const LONGEST_PART = 10_000;

function shortened(part: Json): Json {
  const text = linesOf(part);
  return text.length <= LONGEST_PART ? part : clippedText(text, LONGEST_PART);
}

function partChanged(before: Json | undefined, after: Json): Json | undefined {
  if (JSON.stringify(before) === JSON.stringify(after)) return undefined;
  if (!Array.isArray(before) || !Array.isArray(after)) return after;
  const isSame = before.every((item, index) => JSON.stringify(item) === JSON.stringify(after[index]));
  return isSame ? after.slice(before.length) : after;
}

/** Does to the thread what was decided of its stops; whether anything was done. The answers themselves are given afterwards. */
export async function carryOutStops(
  place: Place,
  state: GraphState,
  approvals: readonly Approval[],
): Promise<boolean> {
  let hasChanged = false;
  for (const { interrupt, request, state: stands } of approvals) {
    const isPending = state.interrupts.some(({ id }) => id === interrupt);
    if (!isPending || stands.kind !== "decided" || request.kind !== "approve") continue;
    if (await carryOut(place, { id: interrupt, request, decision: stands.decision })) hasChanged = true;
  }
  return hasChanged;
}

interface Decided {
  readonly id: string;
  readonly request: ApproveRequest;
  readonly decision: Decision;
}

async function carryOut(place: Place, { id, request, decision }: Decided): Promise<boolean> {
  const { reply } = request;
  if (decision.kind === "rejected" && rejectingEnds(reply)) {
    await place.graph.updateState(place.config, null, END);
    return true;
  }
  if (reply?.kind !== "breakpoint") return false;
  const config = configAt(place, reply.namespace);
  const state = await place.graph.getState(config);
  // Once it is changed a graph within a node stops there no longer, though the one around it still waits for it.
  if (!state.interrupts.some((one) => one.id === id)) return false;
  const change = changeFor(decision, { state, edits: reply.edits });
  if (change === undefined) return false;
  await place.graph.updateState(config, change.update, change.asNode);
  return true;
}

interface Change {
  readonly update: Readonly<Record<string, unknown>>;
  readonly asNode?: string | undefined;
}

function changeFor(
  decision: Decision,
  { state, edits }: { readonly state: GraphState; readonly edits?: "calls" | "text" | undefined },
): Change | undefined {
  const { values, next } = state;
  switch (decision.kind) {
    case "rejected":
      return { update: rejectingUpdate(values, decision.reason), asNode: next[0] };
    case "edited": {
      const { text } = decision.args;
      const isText = edits === "text" && typeof text === "string";
      return {
        update: isText ? changedWordsUpdate(values, text) : changedCallsUpdate(values, decision.args),
      };
    }
    case "approved":
    case "expired":
    case "chosen":
    case "responded":
    case "reviewed":
      return undefined;
  }
}

/** What a run has come to that somebody has ended by a rejection; undefined for one that came to its own end. */
export function stoppedOutcome(
  { metadata }: GraphState,
  approvals: readonly Approval[],
): Outcome | undefined {
  if (metadata?.source !== "update") return undefined;
  for (const { request, state } of approvals) {
    if (request.kind !== "approve" || !rejectingEnds(request.reply)) continue;
    if (state.kind !== "decided" || state.decision.kind !== "rejected") continue;
    return { good: false, text: state.decision.reason, stoppedBy: state.decision.by };
  }
  return undefined;
}
