// /countersign history <run>: what happened to it, in words.
import { historyVerdict } from "../../runs/history-verdict.ts";
import { wholeHistory } from "../../runs/history.ts";
import { runName } from "../../runs/run.ts";
import { countOf, historyMessage, linkLine } from "../blocks/history.ts";
import type { SlackContext } from "../listeners/context.ts";
import { goneHistory, removedSentence } from "../removed-words.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { namedRun } from "./named-run.ts";

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function history(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const named = await namedRun(slack, asked, { name: words[0], command: "history" });
  if (named.kind === "answer") return named.answer;
  const { run, approvals } = named;
  const gone = goneHistory(run);
  if (gone !== undefined) return answered(gone);
  const removed = removedSentence(run);
  const chain = await wholeHistory(slack.deps.trail, run);
  const verdict = historyVerdict(run, chain, slack.deps.clock.now());
  const name = runName(run.thread);
  return historyMessage({
    lines: chain.map((link) => linkLine(link, approvals)),
    title: `History of ${run.workflow} ${name}: ${countOf(chain.length)}`,
    notes: [
      ...(verdict.kind === "deleted" ? [verdict.text] : []),
      ...(removed === undefined || verdict.kind === "deleted" ? [] : [removed]),
    ],
    whole: `\`${slack.command} audit ${name} export\` sends you all of it as a file.`,
  });
}
