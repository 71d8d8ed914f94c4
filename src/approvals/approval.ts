// The stored record of one question: what is asked, who may decide, and how far it got. Deciding is a pure function over it.
import * as z from "zod";
import { Decision, decisionOf, type Vote } from "./decision.ts";
import { digestOf, JsonObject } from "./json.ts";
import { mayDecide, type Permission, type Person, Policy } from "./policy.ts";
import { Request } from "./request.ts";
import { checkArgs, type FieldErrors } from "./schema.ts";

const State = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("pending") }),
  /** `resumed` once the graph has consumed the answer: until then the sweeper keeps re-driving the thread. */
  z.object({ kind: z.literal("decided"), decision: Decision, resumed: z.boolean() }),
  /** The graph no longer asks this; an answer would go nowhere. */
  z.object({ kind: z.literal("superseded"), at: z.iso.datetime() }),
  /** Its run was cancelled before anybody decided. */
  z.object({ kind: z.literal("cancelled"), by: z.string(), at: z.iso.datetime() }),
]);

export const Approval = z.object({
  team: z.string(),
  thread: z.string(),
  interrupt: z.string(),
  /** The log slot that made the interrupt durable. */
  slot: z.int().nonnegative(),
  workflow: z.string(),
  workflowVersion: z.string(),
  /** Raised whenever what is asked changes; a vote belongs to one revision. */
  revision: z.int().positive(),
  digest: z.string(),
  request: Request,
  policy: Policy,
  requester: z.string(),
  /** Where the run was asked for. */
  channel: z.string(),
  askedAt: z.iso.datetime(),
  state: State,
  /** Number of this write; the next writer must name it. */
  version: z.int().positive(),
});
export type Approval = z.infer<typeof Approval>;

type Asked = Omit<Approval, "digest" | "state" | "version" | "revision">;

/** A new question, as the pause in the log has it. */
export function askedApproval(asked: Asked): Approval {
  const pending = { ...asked, revision: 1, digest: "", state: { kind: "pending" as const }, version: 1 };
  return { ...pending, digest: approvalDigest(pending) };
}

/** Hash of exactly what a click agrees to: everything the action, its limits and its deciders depend on. */
export function approvalDigest(approval: Omit<Approval, "digest" | "state" | "version">): string {
  const { workflow, workflowVersion, thread, interrupt, revision, request, policy } = approval;
  return digestOf({
    workflow,
    workflowVersion,
    thread,
    interrupt,
    revision,
    ...askedIn(request),
    policy,
  });
}

function askedIn(request: Request): JsonObject {
  const { action, title, facts } = request;
  switch (request.kind) {
    case "approve":
      return {
        ...{ action: action.name, args: action.args },
        ...{ schema: request.schema ?? null, allowed: request.allowed },
      };
    case "choose":
      // What a node asks in its own words can have half a character in it.
      return JsonObject.parse({
        ...{ kind: "choose", action: action.name, title, facts },
        options: request.options,
      });
  }
}

export type Refusal =
  | Exclude<Permission, { allowed: true }>["because"]
  | "changed"
  | "decided"
  | "superseded"
  | "cancelled"
  | "not-offered"
  | "does-not-fit";

export type Verdict =
  | { readonly kind: "accepted"; readonly approval: Approval; readonly decision: Decision }
  | { readonly kind: "refused"; readonly because: Refusal; readonly errors?: FieldErrors };

/** A vote as it arrived: whose, on which digest. The digest on the button is a claim; the record decides. */
export interface Cast {
  readonly vote: Vote;
  readonly digest: string;
  readonly person: Person;
  readonly now: string;
}

/** Decides whether a vote counts, and what the record becomes. */
export function decide(approval: Approval, cast: Cast): Verdict {
  const { vote, person, now } = cast;
  const refusal = refusalOf(approval, { ...cast, offer: vote.kind });
  if (refusal !== undefined) return { kind: "refused", because: refusal };
  if (isUnknownOption(approval.request, vote)) return { kind: "refused", because: "not-offered" };
  const edited = vote.kind === "edit" ? checkEdit(approval.request, vote.args) : undefined;
  if (edited?.kind === "refused") return { kind: "refused", because: "does-not-fit", errors: edited.errors };
  const fitting: Vote = edited === undefined ? vote : { kind: "edit", args: edited.args };
  const decision = decisionOf(fitting, approval.request, person.id, now);
  return { kind: "accepted", decision, approval: decided(approval, decision) };
}

/** Why this person's click on this card does not count; undefined when it would. */
export function refusalOf(approval: Approval, { offer, digest, person }: Offered): Refusal | undefined {
  const permission = mayDecide(person, approval.requester, approval.policy);
  if (!permission.allowed) return permission.because;
  if (approval.state.kind !== "pending") return approval.state.kind;
  if (digest !== approval.digest) return "changed";
  return isOffered(approval.request, offer) ? undefined : "not-offered";
}

function isOffered(request: Request, offer: Vote["kind"]): boolean {
  return request.kind === "choose"
    ? offer === "choose"
    : request.allowed.some((allowed) => allowed === offer);
}

function isUnknownOption(request: Request, vote: Vote): boolean {
  if (request.kind !== "choose" || vote.kind !== "choose") return false;
  return !request.options.some(({ id }) => id === vote.option);
}

interface Offered extends Pick<Cast, "digest" | "person"> {
  readonly offer: Vote["kind"];
}

function checkEdit(request: Request, args: JsonObject): ReturnType<typeof checkArgs> {
  return request.kind === "choose" || request.schema === undefined
    ? { kind: "refused", errors: { "": "These arguments cannot be edited." } }
    : checkArgs(request.schema, args);
}

/** An edit is a new revision and the editor's vote for it, in the same write. */
function decided(approval: Approval, decision: Decision): Approval {
  const version = approval.version + 1;
  const state = { kind: "decided" as const, decision, resumed: false };
  const { request } = approval;
  if (decision.kind !== "edited" || request.kind !== "approve") return { ...approval, version, state };
  const action = { ...request.action, args: decision.args };
  const revised = {
    ...approval,
    version,
    state,
    revision: approval.revision + 1,
    request: { ...request, action },
  };
  return { ...revised, digest: approvalDigest(revised) };
}

/** The graph has consumed the answer. */
export function resumedApproval(approval: Approval): Approval {
  if (approval.state.kind !== "decided" || approval.state.resumed) return approval;
  return { ...approval, version: approval.version + 1, state: { ...approval.state, resumed: true } };
}

/** The graph no longer asks this question. */
export function supersededApproval(approval: Approval, now: string): Approval {
  if (approval.state.kind !== "pending") return approval;
  return { ...approval, version: approval.version + 1, state: { kind: "superseded", at: now } };
}

/** The run was cancelled: whoever would decide now comes too late. */
export function cancelledApproval(
  approval: Approval,
  { by, at }: { readonly by: string; readonly at: string },
): Approval {
  if (approval.state.kind !== "pending") return approval;
  return { ...approval, version: approval.version + 1, state: { kind: "cancelled", by, at } };
}
