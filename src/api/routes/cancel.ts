// Cancels a run: for good, whatever it waits for.
import * as z from "zod";
import { cancelRun } from "../../runs/cancel.ts";
import { actorOf } from "../context.ts";
import { problem } from "../problem.ts";
import { removedText } from "../removed.ts";
import { route } from "../route.ts";
import { RunView } from "../schemas.ts";
import { RunName, runFor } from "../seen.ts";
import { readAfter } from "../waiting.ts";
import { shown } from "./runs.ts";

export const cancelRoute = route({
  ...{ method: "post", path: "/v1/runs/{run}/cancel", scope: "cancel" },
  summary: "Cancel a run",
  description:
    "It does nothing more, and its open questions are closed. What was done stays done. Cancelling it once more changes nothing.",
  asks: z.object({
    params: z.object({ run: RunName }),
    body: z.strictObject({ reason: z.string().max(1_000).exactOptional() }).default({}),
  }),
  answers: { status: 200, description: "It is cancelled.", schema: RunView },
  problems: ["forbidden", "unknown", "conflict"],
  act: async (context, { params, body }) => {
    const { deps } = context;
    const run = await runFor(context, params.run);
    if (run.kind === "problem") return run.reply;
    const { team, thread, status } = run.found.run;
    const cancelled = await cancelRun(deps, { team, thread }, { by: actorOf(context), ...body });
    if (cancelled.kind === "not-allowed")
      return problem(
        "forbidden",
        "Nothing was cancelled: only the requester, the approvers and the operators can, and the key's owner is none of them.",
      );
    const isOver = cancelled.kind === "over" && cancelled.run?.status.kind !== "cancelled";
    if (isOver)
      return problem(
        "conflict",
        `Nothing was cancelled: ${removedText(run.found.run) ?? `the run is over already (${cancelled.run?.status.kind ?? status.kind}).`}`,
      );
    const { run: now = run.found.run, approvals } = await readAfter(context, { team, thread });
    return shown(context, { run: now, approvals });
  },
});
