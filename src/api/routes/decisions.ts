// Deciding over REST: approve, edit, reject, respond; each against the digest that the caller has seen.
import * as z from "zod";
import { type Approval, votesOn } from "../../approvals/approval.ts";
import type { Decision, Vote } from "../../approvals/decision.ts";
import { type JsonObject, sameJson } from "../../approvals/json.ts";
import { itemDecisionOf } from "../../approvals/review.ts";
import { type Decided, decideRequest } from "../../runs/decide.ts";
import { actorOf, type ApiContext } from "../context.ts";
import { mayUse } from "../idempotency.ts";
import { problem, type Reply } from "../problem.ts";
import { type Route, route } from "../route.ts";
import { RequestView, RunView, type Way } from "../schemas.ts";
import { InterruptId, requestFor, RunName } from "../seen.ts";
import { requestView } from "../views.ts";
import { ApproveBody, type VoteOf, EditBody, RejectBody, RespondBody } from "../votes.ts";
import { isAtRest, Wait, waitedFor } from "../waiting.ts";
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
  readonly body: z.ZodType<VoteOf>;
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
    act: async (context, { params, query, headers, body: voteOf }) => {
      const request = await requestFor(context, params);
      if (request.kind === "problem") return request.reply;
      const approval = request.found;
      const digest = digestIn(headers["if-match"]);
      if (digest === undefined) return stale(approval);
      const cast = voteOf(approval);
      if (cast.kind === "reply") return cast.reply;
      const { vote } = cast;
      const idempotencyKey = headers["idempotency-key"];
      const asked = { vote, of: [approval.thread, approval.interrupt, digest] };
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
  if (result.kind === "unknown") return problem("unknown", "The request is not there any more.");
  const isDone = result.kind !== "refused" || isDoneAlready(result, { by, vote });
  if (!isDone) return refusalReply(result);
  return afterwards(context, result.approval, wait);
}

/** The same once more: its answer may have been lost on the way. */
function isDoneAlready(
  { because, approval }: Extract<Decided, { kind: "refused" }>,
  { by, vote }: { readonly by: string; readonly vote: Vote },
): boolean {
  const { state, origin, request } = approval;
  if (because === "voted") return votesOn(approval).some((counted) => counted.by === by);
  if (because === "decided" && state.kind === "decided")
    return state.decision.by === by && isOf(state.decision, vote, request.action.args);
  // An edit that others have to agree to has made another revision.
  const isOwnEdit =
    because === "changed" && vote.kind === "edit" && origin?.kind === "edit" && origin.by === by;
  return isOwnEdit && sameJson(request.action.args, vote.args);
}

/** Whether a decision is what comes of this vote; `args` are what was decided on. Whoever agrees with an edit approves it. */
function isOf(decision: Decision, vote: Vote, args: JsonObject): boolean {
  switch (vote.kind) {
    case "approve":
      return ["approved", "edited", "reviewed"].includes(decision.kind);
    case "edit":
      return decision.kind === "edited" && sameJson(args, vote.args);
    case "reject":
      return decision.kind === "rejected" && decision.reason === vote.reason;
    case "choose":
      return decision.kind === "chosen" && decision.option === vote.option;
    case "respond":
      return decision.kind === "responded" && decision.text === vote.text;
    case "review":
      return decision.kind === "reviewed" && sameJson(decision.items, vote.items.map(itemDecisionOf));
  }
}

async function afterwards(context: ApiContext, approval: Approval, wait: number): Promise<Reply> {
  const { deps } = context;
  const { run, approvals } = await deps.records.thread(approval);
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
