// Where a graph stops without a question: before or after a node, or because a node raised something.
import { changedVersion } from "../changed-version.ts";
import type { JsonObject } from "../json.ts";
import { argsOf } from "../readable.ts";
import type { Reply } from "../reply.ts";
import type { ApproveRequest } from "../request.ts";
import { approveRequest } from "./row.ts";

/** A call of a tool that waits. */
export interface WaitingCall {
  readonly name: string;
  readonly args: JsonObject;
}

export interface Stop {
  readonly kind: "before" | "after";
  readonly nodes: readonly string[];
  /** Of the graph that stops; empty at the top. */
  readonly namespace: string;
  /** Why it stops, where that is not its author's wish. */
  readonly reason?: string;
  /** What comes next. */
  readonly next: readonly string[];
  readonly calls: readonly WaitingCall[];
  /** What a model has said last, where it can be replaced. */
  readonly text?: string | undefined;
  /** What the step before has changed. */
  readonly changed: JsonObject;
}

/** Of a run that was in the middle when its workflow became another version. */
export function heldReason(from: string, to: string): string {
  return `The workflow was changed while this run was under way (${changedVersion(from, to)}), so it asks before it goes on.`;
}

export function stopRequest(stop: Stop): ApproveRequest {
  const { kind, nodes, namespace, reason: summary = "", next, calls, text, changed } = stop;
  const node = nodes.join(", ");
  const place = `${kind === "before" ? "Before" : "After"} the step "${node}"`;
  const goesOnWith = [...new Set(next)];
  const shared = { node, summary, rest: { Next: goesOnWith.join(", ") } } as const;
  if (calls.length > 0) {
    // Whose work the others would be done for nobody can say.
    const rejects = goesOnWith.length === 1 ? "calls" : "run";
    const reply: Reply = { kind: "breakpoint", goesOnWith, namespace, edits: "calls", rejects };
    const names = [...new Set(calls.map(({ name }) => name))].join(", ");
    const parts = { ...shared, title: `${place}: call ${names}`, args: callArgs(calls), reply };
    return approveRequest({ ...parts, ...ofCall(calls), allowed: ["approve", "reject", "edit"] }, {});
  }
  const reply: Reply = { kind: "breakpoint", goesOnWith, namespace, rejects: "run" };
  if (text === undefined) return approveRequest({ ...shared, title: place, args: changed, reply }, {});
  const edited = { ...reply, edits: "text" } as const;
  const parts = { ...shared, title: place, args: { text }, reply: edited };
  return approveRequest({ ...parts, allowed: ["approve", "reject", "edit"] }, {});
}

function ofCall([first, ...others]: readonly WaitingCall[]): { readonly name?: string } {
  return first === undefined || others.length > 0 ? {} : { name: first.name };
}

/** Of one call its arguments; of several those of each, by a name of its own. */
function callArgs(calls: readonly WaitingCall[]): JsonObject {
  const [only, ...others] = calls;
  if (only !== undefined && others.length === 0) return only.args;
  return Object.fromEntries(calls.map(({ args }, index) => [labelOf(calls, index), { ...args }]));
}

/** The arguments of each call, in order, out of what `stopRequest` showed or somebody has changed. */
export function argsOfCalls(calls: readonly WaitingCall[], args: JsonObject): readonly JsonObject[] {
  if (calls.length === 1) return [args];
  return calls.map((call, index) => {
    const changed = args[labelOf(calls, index)];
    return typeof changed === "object" && changed !== null && !Array.isArray(changed) ? changed : call.args;
  });
}

function labelOf(calls: readonly WaitingCall[], index: number): string {
  return `${index + 1}. ${calls[index]?.name ?? ""}`;
}

export function raisedRequest(value: unknown, node: string, takesAnswer: boolean): ApproveRequest {
  const said =
    typeof value === "string" ? { summary: value.toWellFormed() } : { args: argsOf(value), summary: "" };
  const reply = { kind: "raised", takesAnswer } as const;
  return approveRequest({ title: `The step "${node}" has stopped`, node, reply, ...said }, {});
}
