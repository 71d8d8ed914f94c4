// Requests: what waits for a decision, and one of them as it is asked now.
import * as z from "zod";
import { keyGroup } from "../../approvals/actor.ts";
import { type Approval, hasVoted } from "../../approvals/approval.ts";
import { standingPolicy } from "../../approvals/attention.ts";
import { mayDecide, type Person } from "../../approvals/policy.ts";
import { operatorsOf } from "../../runs/catalog.ts";
import { type ApprovalsOf, BadCursor } from "../../runs/lists.ts";
import { maySee } from "../../runs/viewer.ts";
import type { ApiContext } from "../context.ts";
import { problem, type Reply } from "../problem.ts";
import { route } from "../route.ts";
import { RequestView } from "../schemas.ts";
import { InterruptId, requestFor, RunName, viewerFor } from "../seen.ts";
import { requestView } from "../views.ts";

const Whose = z.enum(["mine", "all"], 'must be "mine" or "all"').default("mine").meta({
  description: "mine: what this key may decide; all: all that it may see",
});

const Limit = z.coerce.number("must be a number").int().min(1).max(100).default(50);

export const pendingRoute = route({
  ...{ method: "get", path: "/v1/requests", scope: "read" },
  summary: "What waits for a decision, oldest first",
  asks: z.object({
    query: z.strictObject({
      whose: Whose,
      limit: Limit,
      cursor: z.string().max(2_000).exactOptional().describe("`next` of the page before"),
    }),
  }),
  answers: {
    status: 200,
    description: "A page of it. It may have fewer than asked for, and `next` all the same.",
    schema: z.object({ requests: z.array(RequestView), next: z.string().exactOptional() }),
  },
  problems: [],
  act: async (context, { query }) => {
    const { whose, limit, cursor } = query;
    try {
      return await pageOf(context, { whose, limit, ...(cursor !== undefined && { cursor }) });
    } catch (error) {
      if (error instanceof BadCursor)
        return problem("malformed", error.message, { errors: { "?cursor": error.message } });
      throw error;
    }
  },
});

interface Asked {
  readonly whose: z.infer<typeof Whose>;
  readonly limit: number;
  readonly cursor?: string;
}

async function pageOf(context: ApiContext, { whose, ...page }: Asked): Promise<Reply> {
  const { deps, team, key } = context;
  const viewer = await viewerFor(context);
  if (viewer.kind === "problem") return viewer.reply;
  const of: ApprovalsOf = whose === "mine" ? { kind: "group", group: keyGroup(key.name) } : { kind: "team" };
  const { items, next } = await deps.lists.approvals({ team, of, order: "oldest", ...page });
  const isMine = (approval: Approval): boolean =>
    !hasVoted(approval, key.owner) &&
    mayDecide(asKey(context), approval.requester, standingPolicy(approval)).allowed;
  const isSeen = (approval: Approval): boolean =>
    (whose === "all" || isMine(approval)) &&
    maySee(viewer.found, approval, {
      approvals: [approval],
      operators: operatorsOf(deps, approval.workflow),
    });
  const requests = items.filter(isSeen).map(requestView);
  return { status: 200, body: { requests, ...(next !== undefined && { next }) } };
}

/** Its owner is a full member: else they see nothing. */
function asKey({ key }: ApiContext): Person {
  return { kind: "member", id: key.owner, key: key.name, groups: [keyGroup(key.name)] };
}

export const requestRoute = route({
  ...{ method: "get", path: "/v1/runs/{run}/requests/{request}", scope: "read" },
  summary: "A request as it is asked now",
  description: "Its ETag is its digest: what If-Match must be to decide it.",
  asks: z.object({ params: z.object({ run: RunName, request: InterruptId }) }),
  answers: { status: 200, description: "The request.", schema: RequestView },
  problems: ["unknown", "conflict"],
  act: async (context, { params }) => {
    const request = await requestFor(context, params);
    if (request.kind === "problem") return request.reply;
    const { found } = request;
    return { status: 200, body: requestView(found), headers: { etag: `"${found.digest}"` } };
  },
});
