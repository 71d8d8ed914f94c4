// What the scenarios are made of: a workflow that plans by chance, as a model would, and how such a run may end.
import * as z from "zod";
import { type DeclaredPolicy } from "../../../src/approvals/declared-policy.ts";
import type { Vote } from "../../../src/approvals/decision.ts";
import { defineWorkflow, type Workflow } from "../../../src/runs/workflow.ts";
import type { End, Hands, PersonScript } from "../scenario.ts";

export const APPROVE: Vote = { kind: "approve" };

export const ONE: DeclaredPolicy = { approvers: ["approvers"], requesterMayApprove: false };
export const TWO: DeclaredPolicy = { ...ONE, quorum: 2 };

/** Approves whatever it sees, after a while. */
export function approver(id: string, afterMs = 0): PersonScript {
  return { id, afterMs, vote: ({ asks }) => (asks === "approve" ? APPROVE : undefined) };
}

/** What a workflow of these is, but for its graph. */
export function workflowOf<State>(
  { hands, name, policy }: { readonly hands: Hands; readonly name: string; readonly policy: DeclaredPolicy },
  graph: Parameters<typeof defineWorkflow<z.ZodObject<{ version: z.ZodString }>, State>>[0]["graph"],
  outcome: (state: State) => string,
): Workflow {
  return defineWorkflow<z.ZodObject<{ version: z.ZodString }>, State>({
    ...{ name, description: "Plans, asks, acts", example: "version=v1", version: "1" },
    input: z.object({ version: z.string() }),
    policy,
    // Ids by chance would be others each time it is played.
    graph: (services) => ({
      compile: (options) => graph(services).compile({ ...options, newId: hands.newId }),
    }),
    outcome: (state) => ({ good: true, text: outcome(state) }),
  });
}

/** The run has come to its end, and says this. */
export function endedWith({ run }: End, text: string): readonly string[] {
  const { status } = run;
  if (status.kind === "done" && status.outcome.text === text) return [];
  return [`The run ended with ${JSON.stringify(status)} and not with "${text}".`];
}

/** Each effect was performed once, with this value, whatever it was asked for beside that. */
export function performed({ acts }: End, wanted: Readonly<Record<string, string>>): readonly string[] {
  const wrong: string[] = [];
  for (const name of new Set([...Object.keys(wanted), ...acts.map((act) => act.name)])) {
    const done = acts.filter((act) => act.name === name && !act.isReplay);
    const value = wanted[name];
    if (value === undefined) wrong.push(`"${name}" was done, and should not have been.`);
    else if (done.length !== 1) wrong.push(`"${name}" was performed ${done.length} times.`);
    for (const act of acts.filter((one) => one.name === name && one.value !== value))
      wrong.push(`"${name}" was done with ${act.value}, which is not ${String(value)}, as it was agreed to.`);
  }
  return wrong;
}

/** An argument that a question was decided with. */
export function argOf({ approvals }: End, name: string): string {
  return textOf(approvals[0]?.request.action.args[name]);
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? null);
}
