// One run as a page for a terminal.
import { linesOf } from "../../approvals/readable.ts";
import type { RequestView } from "../../api/schemas.ts";
import { mention } from "../../slack/text.ts";
import { namesOf, requesterOf } from "../../slack/words.ts";
import { visible } from "../../slack/text.ts";
import { cut, oneLine, plain, table } from "../plain.ts";
import type { Report } from "./report.ts";
import { ago, utc, when } from "../times.ts";

const LONGEST = 500;
const MOST_INPUT_LINES = 40;

export function reportText(report: Report): string {
  const { run, now } = report;
  return [
    `${run.name}  ${oneLine(run.workflow)} (version ${oneLine(run.workflowVersion)}), ${run.status}`,
    `thread ${run.id}`,
    `started ${when(run.createdAt, now)} by ${whoStarted(report)}, shown in ${oneLine(run.channel)}`,
    ...endLines(report),
    ...part("What to do", report.next),
    ...part("Input", inputLines(report)),
    ...run.requests.flatMap((request) =>
      part(`Question: ${oneLine(request.title)}`, requestLines(request, now)),
    ),
    ...part("Work", workLines(report)),
    ...part("Cards", cardLines(report)),
    ...historyPart(report),
  ].join("\n");
}

function part(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

function historyPart({ run, history: { length, head, last } }: Report): readonly string[] {
  if (run.removed?.kind === "purged") return part("History", [`gone with the run; its head was ${head}`]);
  return part(`History: ${length} entries, head ${head.slice(0, 12)}`, last);
}

function whoStarted({ run: { requester, apiKey: key } }: Report): string {
  return plain(requesterOf({ requester, ...(key !== undefined && { key }) }));
}

function endLines({ run }: Report): readonly string[] {
  const said = (text: string): string => cut(oneLine(text), LONGEST);
  return [
    ...(run.outcome === undefined
      ? []
      : [`${run.outcome.good ? "ended well" : "ended"}: ${said(run.outcome.text)}`]),
    ...(run.error === undefined ? [] : [`error: ${said(run.error)}`]),
    ...(run.cancelled === undefined
      ? []
      : [
          `cancelled by ${plain(mention.user(run.cancelled.by))} at ${utc(run.cancelled.at)} UTC${run.cancelled.reason === undefined ? "" : `: ${said(run.cancelled.reason)}`}`,
        ]),
  ];
}

function inputLines({ run: { input } }: Report): readonly string[] {
  if (Object.keys(input).length === 0) return [];
  const lines = visible(linesOf(input)).split("\n");
  const left = lines.length - MOST_INPUT_LINES;
  const shown = lines.slice(0, MOST_INPUT_LINES).map((line) => cut(line, LONGEST));
  return left > 0 ? [...shown, `… and ${left} lines more; --json has all of it`] : shown;
}

function requestLines(request: RequestView, now: string): readonly string[] {
  const { state, askedAt, expiresAt, approvers, quorum, votes, decision, revision, id } = request;
  const groups = [...approvers.groups, ...approvers.apiKeys.map((name) => `the API key ${name}`)];
  const who = plain(namesOf({ users: [...approvers.users], groups: groups }));
  const asked = `${state}, asked ${when(askedAt, now)}${revision === 1 ? "" : `, revision ${revision}`}`;
  return [
    asked,
    `may decide: ${who}${quorum === 1 ? "" : `, ${quorum} of them`}`,
    ...(expiresAt !== undefined && state === "pending" ? [`expires ${when(expiresAt, now)}`] : []),
    ...votes.map(({ by, at, kind }) => `vote: ${plain(mention.user(by))} ${kind}, ${ago(at, now)}`),
    ...(decision === undefined
      ? []
      : [`decided: ${decision.kind} by ${plain(mention.user(decision.by))}, ${when(decision.at, now)}`]),
    `interrupt ${id}`,
  ];
}

function workLines({ holds, due, checkpoint, logTrouble, now, run }: Report): readonly string[] {
  const steps = checkpoint && [
    `last checkpoint: slot ${checkpoint.slot}, step ${checkpoint.step} (${checkpoint.source}), ${when(checkpoint.at, now)}`,
    ...(checkpoint.nodes.length === 0 ? [] : [`next: ${checkpoint.nodes.map(oneLine).join(", ")}`]),
  ];
  return [
    ...(logTrouble === undefined ? [] : [`its log cannot be read: ${cut(oneLine(logTrouble), LONGEST)}`]),
    ...(steps ?? (logTrouble === undefined ? [noCheckpoint(run)] : [])),
    ...holds.map(({ hold, by, until }) => `${HOLDS[hold]} ${oneLine(by)} until ${when(until, now)}`),
    ...(holds.length === 0 ? ["nobody has it"] : []),
    due === undefined ? "the sweeper need not look at it" : `the sweeper looks at it ${when(due, now)}`,
    ...(run.usage === undefined
      ? []
      : [
          `model: ${run.usage.calls} calls, ${run.usage.inputTokens} tokens in, ${run.usage.outputTokens} out`,
        ]),
  ];
}

function noCheckpoint({ removed }: Report["run"]): string {
  return removed === undefined ? "no checkpoint yet" : "its log is not kept any more";
}

const HOLDS = { lease: "worked on by", claim: "cards drawn by" } as const;

function cardLines({ cards }: Report): readonly string[] {
  if (cards.length === 0) return [];
  const rows = cards.map(({ name, channel, ts = "not posted", state }) => [name, channel, ts, state]);
  const text = table(
    [
      { title: "CARD", most: 44 },
      { title: "CHANNEL", most: 14 },
      { title: "MESSAGE", most: 18 },
      { title: "STATE", most: 8 },
    ],
    rows,
  );
  return text.split("\n");
}
