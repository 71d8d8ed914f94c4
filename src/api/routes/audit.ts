// A run's history: every entry as it was chained, and whether the chain is whole.
import * as z from "zod";
import { exportOf } from "../../runs/audit-export.ts";
import { historyVerdict } from "../../runs/history-verdict.ts";
import { wholeHistory } from "../../runs/history.ts";
import { runName } from "../../runs/run.ts";
import { problem } from "../problem.ts";
import { removedText } from "../removed.ts";
import { route } from "../route.ts";
import { HistoryEntry } from "../schemas.ts";
import { RunName, runFor } from "../seen.ts";

const JSON_LINES = "application/jsonl";

const History = z
  .object({
    run: z.string(),
    head: z.string().describe("hash of the last entry"),
    length: z.int(),
    isWhole: z.boolean().describe("whether every entry continues the one before it, up to the head"),
    trouble: z.string().exactOptional().describe("where it is not what was recorded"),
    deletedSince: z
      .string()
      .exactOptional()
      .describe(
        "its time was over then: entries that are missing were deleted, and those there are as recorded",
      ),
    entries: z.array(HistoryEntry),
  })
  .meta({ id: "History" });

export const auditRoute = route({
  ...{ method: "get", path: "/v1/runs/{run}/audit", scope: "audit" },
  summary: "A run's history",
  description: `With \`Accept: ${JSON_LINES}\` as a file that \`npm run audit:verify\` checks.`,
  asks: z.object({
    params: z.object({ run: RunName }),
    headers: z.object({ accept: z.string().max(1_000).exactOptional() }),
  }),
  answers: { status: 200, description: "Oldest first.", schema: History, also: JSON_LINES },
  problems: ["unknown", "conflict"],
  act: async (context, { params, headers }) => {
    const { deps } = context;
    const found = await runFor(context, params.run);
    if (found.kind === "problem") return found.reply;
    const { run } = found.found;
    if (run.removed?.kind === "purged")
      return problem("unknown", `${removedText(run) ?? ""} Its history is gone as well.`);
    const entries = await wholeHistory(deps.trail, run);
    if (headers.accept?.includes(JSON_LINES) === true) {
      const name = `countersign-${runName(run.thread)}-audit.jsonl`;
      return {
        status: 200,
        body: exportOf(run, entries, deps.clock.now()),
        headers: { "content-type": JSON_LINES, "content-disposition": `attachment; filename="${name}"` },
      };
    }
    const verdict = historyVerdict(run, entries, deps.clock.now());
    const { head, length } = run.audit;
    const isWhole = verdict.kind === "whole";
    const trouble = verdict.kind === "broken" ? { trouble: verdict.text } : {};
    const deleted = verdict.kind === "deleted" ? { deletedSince: verdict.since } : {};
    return { status: 200, body: { run: run.thread, head, length, isWhole, ...trouble, ...deleted, entries } };
  },
});
