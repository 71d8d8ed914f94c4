// /countersign audit <run> [export]: its history with the hashes that hold it together, and whether it is whole; all of it as a file.
import type { ChainedEntry } from "../../approvals/chain.ts";
import { exportOf } from "../../runs/audit-export.ts";
import { historyVerdict } from "../../runs/history-verdict.ts";
import { wholeHistory } from "../../runs/history.ts";
import { type Run, runName } from "../../runs/run.ts";
import { countOf, historyMessage, linkLine } from "../blocks/history.ts";
import type { FileSent } from "../files.ts";
import { goneHistory, removedSentence } from "../removed-words.ts";
import type { SlackContext } from "../listeners/context.ts";
import { type Answer, answered, type Asked } from "./asked.ts";
import { namedRun } from "./named-run.ts";

/** Of a hash, to tell entries apart by. */
const SHORT = 8;

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function audit(slack: SlackContext, asked: Asked, words: readonly string[]): Promise<Answer> {
  const usage = `\`${slack.command} audit r-1a2b3c\`, with \`export\` behind it for a file`;
  const [name, what, ...others] = words;
  const isExport = what?.toLowerCase() === "export";
  if ((what !== undefined && !isExport) || others.length > 0) return answered(`Please write ${usage}.`);
  const named = await namedRun(slack, asked, { name, command: "audit" });
  if (named.kind === "answer") return named.answer;
  const { run, approvals } = named;
  const gone = goneHistory(run);
  if (gone !== undefined) return answered(gone);
  const chain = await wholeHistory(slack.deps.trail, run);
  if (isExport) return answered(await sendExport(slack, asked.user, { run, chain }));
  const called = runName(run.thread);
  const removed = removedSentence(run);
  return historyMessage({
    lines: chain.map(
      (link) => `\`${link.seq + 1} ${link.hash.slice(0, SHORT)}\` ${linkLine(link, approvals)}`,
    ),
    title: `Audit of ${run.workflow} ${called}: ${countOf(chain.length)}`,
    notes: [
      verdictText(run, chain, slack.deps.clock.now()),
      `Head: \`${run.audit.head}\``,
      ...(removed === undefined ? [] : [removed]),
    ],
    whole: `\`${slack.command} audit ${called} export\` sends you all of it as a file.`,
  });
}

interface Chained {
  readonly run: Run;
  readonly chain: readonly ChainedEntry[];
}

function verdictText(run: Run, chain: readonly ChainedEntry[], now: string): string {
  const verdict = historyVerdict(run, chain, now);
  switch (verdict.kind) {
    case "whole":
      return `✅ The history is whole: each of its ${countOf(chain.length)} continues the one before it, up to the head.`;
    case "broken":
      return `⚠️ ${verdict.text} Please tell whoever runs this app.`;
    case "deleted":
    case "purged":
      return `🗑️ ${verdict.text}`;
  }
}

async function sendExport(
  { deps, command }: SlackContext,
  user: string,
  { run, chain }: Chained,
): Promise<string> {
  const name = runName(run.thread);
  const file = `countersign-${name}-audit.jsonl`;
  const head = run.audit.head.slice(0, 12);
  const sent = await deps.files.send(user, {
    name: file,
    title: `Audit of ${name}`,
    content: exportOf(run, chain, deps.clock.now()),
    comment: `The whole history of ${name}, ${countOf(chain.length)}. To verify it: \`npm run audit:verify ${file} -- --head ${head}\``,
  });
  return sentText(sent, { name, command, entries: chain.length });
}

function sentText(
  sent: FileSent,
  { name, command, entries }: { readonly name: string; readonly command: string; readonly entries: number },
): string {
  const again = `\`${command} audit ${name} export\``;
  switch (sent.kind) {
    case "sent":
      return `I sent you the whole history of ${name} (${countOf(entries)}) as a file, in your direct messages with me.`;
    case "refused":
      return `Slack did not take the file (${sent.error}), so nothing was sent. ${ADVICE[sent.error] ?? `Please try ${again} again in a minute; if it happens again, tell whoever runs this app.`}`;
    case "unsure":
      return `Slack did not answer, so I can't say whether the file has arrived. Look into your direct messages with me; if it is not there in a minute, write ${again} once more.`;
  }
}

const NEW_SCOPES =
  "Please ask whoever runs this app to install it again with the permissions of its manifest (files:write and im:write).";
const NO_FILES = "This workspace does not let apps send files; its administrators can change that.";

const ADVICE: Readonly<Partial<Record<string, string>>> = {
  missing_scope: NEW_SCOPES,
  no_permission: NEW_SCOPES,
  messages_tab_disabled:
    "Please ask whoever runs this app to turn on the messages tab of its App Home, as its manifest has it.",
  file_uploads_disabled: NO_FILES,
  file_uploads_except_images_disabled: NO_FILES,
  file_type_not_allowed: NO_FILES,
};
