// Runs: start one, look at one, wait for it.
import * as z from "zod";
import { checkStart, recordRun } from "../../runs/start.ts";
import type { Run } from "../../runs/run.ts";
import type { ApiContext } from "../context.ts";
import { deliveryOf, mayUse } from "../idempotency.ts";
import { problem, type Reply } from "../problem.ts";
import { route } from "../route.ts";
import { GivenObject, RunView, type RunView as Shown } from "../schemas.ts";
import { listingOf, RunName, runFor, viewerFor } from "../seen.ts";
import { runView } from "../views.ts";
import { asStored, isAtRest, tagOf, Wait, waitedFor } from "../waiting.ts";
import type { SeenRun } from "../../runs/find.ts";
import { startTrouble } from "../words.ts";

export const IdempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/, "must be 1 to 255 printable characters without spaces")
  .exactOptional()
  .meta({
    description: "the same key with the same request does it once, however often it is sent",
    examples: ["build-4711"],
  });

/** Sent by somebody who means well, it would be taken for an order. */
function isRequester(issue: { readonly code?: string; readonly keys?: readonly string[] }): boolean {
  return issue.code === "unrecognized_keys" && issue.keys?.includes("requester") === true;
}

const START_EXAMPLE = {
  workflow: "deploy",
  input: { service: "checkout", version: "v2.4.1", env: "prod" },
};

const StartBody = z
  .strictObject(
    {
      workflow: z.string().min(1).max(100),
      input: GivenObject.default({}),
      channel: z
        .string()
        .regex(/^[CG][A-Z0-9]+$/, "must be the id of a channel")
        .exactOptional()
        .describe("where it is shown in Slack; the key's owner must be in it"),
    },
    {
      error: (issue) =>
        isRequester(issue)
          ? "must not name a requester: a run is started for whoever the API key belongs to"
          : undefined,
    },
  )
  .meta({
    id: "Start",
    // Written into the document itself, since what is transformed keeps no examples.
    override: ({ jsonSchema }) => {
      jsonSchema.examples = [START_EXAMPLE];
    },
  });

export const startRoute = route({
  ...{ method: "post", path: "/v1/runs", scope: "start" },
  summary: "Start a run",
  description:
    "The key's owner counts as its requester. With `wait` the answer comes once the run waits for people, has failed or is over.",
  asks: z.object({
    query: z.strictObject({ wait: Wait }),
    headers: z.object({ "idempotency-key": IdempotencyKey }),
    body: StartBody,
  }),
  answers: { status: 202, description: "It is recorded, and is worked on.", schema: RunView },
  problems: ["forbidden", "unknown", "does-not-fit", "key-reused"],
  act: async (context, { body, query, headers }) => {
    const { deps, team, key } = context;
    const { workflow, input, channel } = body;
    const outside = channel === undefined ? undefined : await outsideOf(context, channel);
    if (outside !== undefined) return outside;
    const idempotencyKey = headers["idempotency-key"];
    const keyed = { idempotencyKey: idempotencyKey ?? deps.newId(), asked: { start: body } };
    const starting = {
      ...{ team, delivery: deliveryOf(context, keyed), workflow, requester: key.owner, key: key.name },
      ...(channel !== undefined && { channel }),
    };
    // What is refused may be sent again, mended, with the same key.
    const checked = await checkStart(deps, starting, input);
    if (checked.kind !== "fits") return startTrouble(checked);
    if (idempotencyKey !== undefined && !(await mayUse(context, keyed))) return reused(idempotencyKey);
    const started = await recordRun(deps, checked.run);
    // A delivery that came again may have come far by now.
    const seen = await asStored(context, { run: started.run, approvals: [] });
    const waited = await waitedFor(context, seen, { seconds: query.wait, isThere: isAtRest });
    return shown(context, waited, 202, { location: `/v1/runs/${seen.run.thread}` });
  },
});

export function reused(key: string): Reply {
  return problem(
    "key-reused",
    `Nothing was done: the idempotency key "${key}" was used for another request. Use a key of its own for this one.`,
  );
}

async function outsideOf(context: ApiContext, channel: string): Promise<Reply | undefined> {
  const viewer = await viewerFor(context);
  if (viewer.kind === "problem") return viewer.reply;
  if (viewer.found.channels.includes(channel)) return undefined;
  return problem(
    "forbidden",
    `Nothing was started: the key's owner is not in the channel ${channel}. Leave the channel out, or use one of theirs.`,
  );
}

export const runRoute = route({
  ...{ method: "get", path: "/v1/runs/{run}", scope: "read" },
  summary: "A run with what it asks",
  description:
    "With `wait` the answer comes once the run waits for people, has failed or is over; with `If-None-Match` as well, once it is another one than the caller has.",
  asks: z.object({
    params: z.object({ run: RunName }),
    query: z.strictObject({ wait: Wait }),
    headers: z.object({
      "if-none-match": z
        .string()
        .max(200)
        .exactOptional()
        .describe("the ETag of the run as the caller has it"),
    }),
  }),
  answers: {
    status: 200,
    description: "The run; 304 when it is still as the caller has it.",
    schema: RunView,
  },
  problems: ["unknown", "conflict"],
  act: async (context, { params, query, headers }) => {
    const run = await runFor(context, params.run);
    if (run.kind === "problem") return run.reply;
    const known = headers["if-none-match"];
    const isNew = (seen: SeenRun): boolean => tagOf(seen) !== known;
    const isThere = known === undefined ? isAtRest : isNew;
    const seen = await waitedFor(context, run.found, { seconds: query.wait, isThere });
    if (!isNew(seen)) return { status: 304, body: undefined, headers: { etag: tagOf(seen) } };
    return shown(context, seen);
  },
});

/** A run as its caller gets it. */
export function shown(
  context: ApiContext,
  seen: SeenRun,
  status: 200 | 202 = 200,
  headers: Readonly<Record<string, string>> = {},
): Reply {
  return { status, body: viewOf(context, seen), headers: { etag: tagOf(seen), ...headers } };
}

export function viewOf(context: ApiContext, seen: { run: Run; approvals: SeenRun["approvals"] }): Shown {
  return runView(seen, listingOf(context, seen.run.workflow));
}
