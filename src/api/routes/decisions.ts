// Deciding over REST: approve, edit, reject, respond; each against the digest that the caller has seen.
import * as z from "zod";
import { type Approval, votesOn } from "../../approvals/approval.ts";
import type { Decision, Vote } from "../../approvals/decision.ts";
import { Json, sameJson } from "../../approvals/json.ts";
import { itemDecisionOf } from "../../approvals/review.ts";
import { type Decided, decideRequest } from "../../runs/decide.ts";
import { actorOf, type ApiContext } from "../context.ts";
import { mayUse } from "../idempotency.ts";
import { problem, type Reply } from "../problem.ts";
import { noSuchRequest } from "../removed.ts";
import { type Route, route } from "../route.ts";
import { RequestView, RunView, type Way } from "../schemas.ts";
import { InterruptId, requestFor, RunName } from "../seen.ts";
import { requestView } from "../views.ts";
import { ApproveBody, type Sent, EditBody, RejectBody, RespondBody } from "../votes.ts";
import { isAtRest, readAfter, Wait, waitedFor } from "../waiting.ts";
import { refusalReply, stale } from "../words.ts";
import { IdempotencyKey, reused, viewOf } from "./runs.ts";

const DecidedView = z
  .object({
    decided: z.boolean().describe("false when it counts, and others have to agree"),
    request: RequestView,
    run: RunView,
  })
  .meta({ id: "Decided" });

const Digest = z
  .string()
  .max(200)
  .exactOptional()
  .meta({
    description: "the request's digest as the caller has seen it, in quotes",
    examples: ['"5d41402abc4b2a76"'],
  });

interface Deciding {
  readonly way: Way;
  readonly summary: string;
  readonly body: z.ZodType<Sent>;
}

function decisionRoute({ way, summary, body: Body }: Deciding): Route {
  return route({
    ...{ method: "post", path: `/v1/runs/{run}/requests/{request}/${way}`, scope: "decide", summary },
    description:
      "If-Match is to be the digest that was shown. What was decided by this key already, and in the same way, is answered as it was then.",
    asks: z.object({
      params: z.object({ run: RunName, request: InterruptId }),
      query: z.strictObject({ wait: Wait }),
      headers: z.object({ "if-match": Digest, "idempotency-key": IdempotencyKey }),
      body: Body,
    }),
    answers: { status: 200, description: "It counts.", schema: DecidedView },
    problems: ["forbidden", "unknown", "conflict", "stale", "does-not-fit", "key-reused"],
    act: async (context, { params, query, headers, body: sent }) => {
      const request = await requestFor(context, params);
      if (request.kind === "problem") return request.reply;
      const approval = request.found;
      const digest = digestIn(headers["if-match"]);
      if (digest === undefined) return stale(approval);
      const cast = sent.on(approval);
      if (cast.kind === "reply") return cast.reply;
      const { vote } = cast;
      const idempotencyKey = headers["idempotency-key"];
      // Not the vote: what an edit comes to depends on what others have made of it since.
      const asked = { way, body: sent.body, of: [approval.thread, approval.interrupt, digest] };
      if (idempotencyKey !== undefined && !(await mayUse(context, { idempotencyKey, asked })))
        return reused(idempotencyKey);
      return decided(context, approval, { digest, vote, wait: query.wait });
    },
  });
}

/** A digest as it stands in a header; undefined for everything that names none, "*" among them: it must be known what was seen. */
function digestIn(header: string | undefined): string | undefined {
  return /^"([0-9a-f]+)"$/.exec(header?.trim() ?? "")?.[1];
}

interface Casting {
  readonly digest: string;
  readonly vote: Vote;
  readonly wait: number;
}

async function decided(
  context: ApiContext,
  { thread, interrupt }: Approval,
  { digest, vote, wait }: Casting,
): Promise<Reply> {
  const { deps, team } = context;
  const by = actorOf(context);
  const result = await decideRequest(deps, { team, thread, interrupt, digest, by, vote });
  if (result.kind === "unknown") return noSuchRequest(result.run, "The request is not there any more.");
  const isDone = result.kind !== "refused" || isDoneAlready(result, { by, vote, digest });
  if (!isDone) return refusalReply(result);
  return afterwards(context, result.approval, wait);
}

interface Repeated {
  readonly by: string;
  readonly vote: Vote;
  readonly digest: string;
}

/** The same once more, on what was asked then: its answer may have been lost on the way. */
function isDoneAlready(
  { because, approval }: Extract<Decided, { kind: "refused" }>,
  { by, vote, digest }: Repeated,
): boolean {
  const { state, request } = approval;
  const isSameArgs = vote.kind !== "edit" || sameJson(request.action.args, vote.args);
  const isOnIt = digest === approval.digest || isOwnEdit(approval, { by, vote });
  if (!isOnIt || !isSameArgs) return false;
  if (because === "voted") return votesOn(approval).some((counted) => counted.by === by);
  if (because === "decided") return state.kind === "decided" && hasDecided(state.decision, { by, vote });
  return because === "changed";
}

/** An edit has made another revision of it. */
function isOwnEdit({ origin }: Approval, { by, vote }: Pick<Repeated, "by" | "vote">): boolean {
  return vote.kind === "edit" && origin?.kind === "edit" && origin.by === by;
}

/** Whether this very vote decided, or was one of those that led there. */
function hasDecided(decision: Decision, { by, vote }: Pick<Repeated, "by" | "vote">): boolean {
  if (decision.by === by) return isOf(decision, vote);
  const isAgreeing = decision.votes?.some((earlier) => earlier.by === by) === true;
  return isAgreeing && LEADS_TO[vote.kind].includes(decision.kind);
}

/** Whoever agrees with an edit approves it. */
const LEADS_TO: Readonly<Record<Vote["kind"], readonly Decision["kind"][]>> = {
  approve: ["approved", "edited", "reviewed"],
  edit: ["edited"],
  reject: ["rejected"],
  choose: ["chosen"],
  respond: ["responded"],
  review: ["reviewed"],
};

function isOf(decision: Decision, vote: Vote): boolean {
  return LEADS_TO[vote.kind].includes(decision.kind) && sameJson(saidIn(decision), meantBy(vote));
}

/** What a decision says beside its kind and its comment, and what a vote would have it say. */
function saidIn(decision: Decision): Json {
  switch (decision.kind) {
    case "approved":
    case "edited":
      return decision.forRun ?? false;
    case "rejected":
      return [decision.reason, decision.stop ?? false];
    case "chosen":
      return decision.option;
    case "responded":
      return decision.text;
    case "reviewed":
      return Json.parse(decision.items);
    case "expired":
      return null;
  }
}

function meantBy(vote: Vote): Json {
  switch (vote.kind) {
    case "approve":
      return vote.forRun ?? false;
    case "edit":
      return false;
    case "reject":
      return [vote.reason, vote.stop ?? false];
    case "choose":
      return vote.option;
    case "respond":
      return vote.text;
    case "review":
      return Json.parse(vote.items.map(itemDecisionOf));
  }
}

/** What was decided stands, whether it can be read again or not. */
async function afterwards(context: ApiContext, approval: Approval, wait: number): Promise<Reply> {
  const { run, approvals } = await readAfter(context, approval);
  if (run === undefined) return problem("unknown", "The run is not there any more.");
  const seen = await waitedFor(context, { run, approvals }, { seconds: wait, isThere: isAtRest });
  const now = seen.approvals.find(({ interrupt }) => interrupt === approval.interrupt) ?? approval;
  return {
    status: 200,
    body: {
      decided: now.state.kind === "decided",
      request: requestView(now),
      run: viewOf(context, seen),
    },
    headers: { etag: `"${now.digest}"` },
  };
}

export const decisionRoutes = [
  decisionRoute({ way: "approve", summary: "Approve a request", body: ApproveBody }),
  decisionRoute({ way: "edit", summary: "Approve it with other arguments", body: EditBody }),
  decisionRoute({ way: "reject", summary: "Reject it", body: RejectBody }),
  decisionRoute({
    way: "respond",
    summary: "Answer a question, choose an option, or decide several actions",
    body: RespondBody,
  }),
];
