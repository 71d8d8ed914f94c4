// A row of the table of what nodes ask with: the request it makes of values of its kind, and nothing of others.
import type { JsonObject } from "../json.ts";
import { factsOf } from "../readable.ts";
import type { Answers, Reply } from "../reply.ts";
import type { ApproveRequest, AskRequest, Request } from "../request.ts";
import type { Allowed } from "../review.ts";
import { schemaOf } from "./schema.ts";

/** What a node asks, as the log has it. */
export interface AskedValue {
  readonly value: unknown;
  readonly node: string;
  /** What the node, or its workflow, has stated. */
  readonly answers: Answers;
  /** JSON Schema of the answer. */
  readonly responseSchema?: JsonObject | undefined;
}

export type Row = (asked: AskedValue) => Request | undefined;

interface Parts {
  readonly title: string;
  readonly node: string;
  readonly args?: JsonObject;
  readonly name?: string;
  readonly summary?: string;
  /** What else was said. */
  readonly rest?: Readonly<Record<string, unknown>>;
  readonly reply: Reply;
  readonly allowed?: readonly Allowed[];
  readonly schema?: JsonObject | undefined;
}

/** With the answers that the node has stated: an edit or an answer in words is offered because it is stated. */
export function approveRequest(parts: Parts, answers: Answers): ApproveRequest {
  const { node, name = node, args = {}, title, summary = "", rest = {}, reply } = parts;
  const { facts, details } = factsOf(rest);
  const allowed = allowedWith(parts.allowed ?? ["approve", "reject"], answers);
  const schema = parts.schema ?? (allowed.includes("edit") ? schemaOf(args) : undefined);
  return {
    ...{ kind: "approve", title, summary, target: "", facts, risk: "medium", again: false },
    ...{ action: { name, args }, allowed, reply },
    ...(details.length > 0 && { details }),
    ...(schema && { schema }),
    ...(Object.keys(answers).length > 0 && { answers }),
  };
}

function allowedWith(allowed: readonly Allowed[], answers: Answers): Allowed[] {
  const { edit, respond } = answers;
  // A node that only takes words understands neither yes nor no.
  if (respond !== undefined && !decides(answers)) return ["respond"];
  const more: Allowed[] = [];
  if (edit !== undefined) more.push("edit");
  if (respond) more.push("respond");
  return [...new Set([...allowed, ...more])];
}

/** Whether a node has stated what anything but an answer in words resumes it with. */
export function decides(answers: Answers): boolean {
  return ["approve", "reject", "edit"].some((answer) => Object.hasOwn(answers, answer));
}

export function askRequest({ title, node, rest = {}, reply }: Parts): AskRequest {
  const { facts, details } = factsOf(rest);
  return {
    ...{ kind: "ask", title, summary: "", target: "", facts, risk: "medium" },
    ...{ action: { name: node, args: {} }, reply },
    ...(details.length > 0 && { details }),
  };
}
