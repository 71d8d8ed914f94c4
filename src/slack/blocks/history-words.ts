// What happened to a run, in words: a line for each kind of entry that its history can have.
import type { Approval, Refusal } from "../../approvals/approval.ts";
import type { AuditEntry } from "../../approvals/audit.ts";
import { changedVersion } from "../../approvals/changed-version.ts";
import type { Vote } from "../../approvals/decision.ts";
import type { Form } from "../../runs/note-click.ts";
import { runName } from "../../runs/run.ts";
import { mention, moment } from "../text.ts";
import { namesOf, peopleIn } from "../words.ts";
import { changeLines } from "./changes.ts";
import { chosenLabel } from "./choice.ts";
import { heading, inLine } from "./parts.ts";

/** Of one reason, comment or error; the exported history has all of it. */
const SAID = 300;
/** Of a name or a value that was changed. */
const VALUE = 80;
const MOST_CHANGES = 5;
const MOST_ITEMS = 10;

type Kind = AuditEntry["kind"];
type EntryOf = { readonly [One in Kind]: Extract<AuditEntry, { kind: One }> };
type Approvals = readonly Approval[];

/** "5 May, 15:06 · @ana approved". `approvals` are the run's, for what its questions are called. */
export function entryLine(entry: AuditEntry, approvals: Approvals): string {
  return `${moment(entry.at)} · ${inWords(entry.kind, entry, approvals)}`;
}

function inWords<One extends Kind>(kind: One, entry: EntryOf[One], approvals: Approvals): string {
  return WORDS[kind](entry, approvals);
}

const WORDS: { readonly [One in Kind]: (entry: EntryOf[One], approvals: Approvals) => string } = {
  started: ({ by, workflow, workflowVersion, replayOf }) =>
    `${mention.user(by)} started *${inLine(workflow, SAID)}* (version ${inLine(workflowVersion, VALUE)})${replayText(replayOf)}`,
  asked: (entry, approvals) => `asked: *${titleOf(entry, approvals)}*${revisionOf(entry)}`,
  voted: (entry, approvals) =>
    `${mention.user(entry.by)} ${wordFor(VOTED, entry.vote, "voted")}${entry.forRun === true ? " and to allow it for this run" : ""}, and others had to agree${about(entry, approvals)}`,
  edited: (entry, approvals) =>
    `${mention.user(entry.by)} proposed changes for others to agree to (${changeOf(entry.change)})${about(entry, approvals)}`,
  decided: (entry, approvals) =>
    `${mention.user(entry.by)} ${answerOf(entry, approvals)}${about(entry, approvals)}`,
  revoked: (entry, approvals) =>
    `${mention.user(entry.by)} took back that ${actionOf(entry, approvals)} runs without asking${about(entry, approvals)}`,
  checked: ({ guardrail, subject, passed, reason }) =>
    `guardrail “${inLine(guardrail, VALUE)}” ${passed ? "let pass" : "stopped"} ${inLine(subject, VALUE)}${said(reason)}`,
  allowed: (entry, approvals) =>
    `${inLine(entry.action, VALUE)} ran without asking: ${allowersOf(entry, approvals)} had allowed it for this run${about(entry, approvals)}`,
  refused: (entry, approvals) =>
    `${mention.user(entry.by)} clicked ${wordFor(BUTTON, entry.tried, "a button")}; not counted, ${wordFor(NOT_COUNTED, entry.because, "for a reason that this version does not know")}${about(entry, approvals)}`,
  opened: (entry, approvals) =>
    `${mention.user(entry.by)} opened ${wordFor(OPENED, entry.form, "the request")}${about(entry, approvals)}`,
  replayed: ({ by, as, step }) => `${mention.user(by)} replayed it as ${runName(as)}${fromStep(step)}`,
  resumed: (entry, approvals) => `the run went on with the answer${about(entry, approvals)}`,
  superseded: (entry, approvals) => `no longer asked${about(entry, approvals)}`,
  reopened: (entry, approvals) => reopenedText(entry, approvals),
  expired: (entry, approvals) => `nobody decided in time; nothing was run${about(entry, approvals)}`,
  reminded: (entry, approvals) =>
    `${entry.by === undefined ? "reminded" : `${mention.user(entry.by)} reminded`} ${whom(entry.to)}${about(entry, approvals)}`,
  escalated: (entry, approvals) =>
    `nobody had decided, so it went on to ${whom(entry.to)}${shownIn(entry.channel)}${about(entry, approvals)}`,
  "handed-over": (entry, approvals) =>
    `${mention.user(entry.by)} handed it over to ${whom(entry.to)}${about(entry, approvals)}`,
  snoozed: (entry, approvals) =>
    `${mention.user(entry.by)} put off their reminders until ${moment(entry.until)}${about(entry, approvals)}`,
  "workflow-changed": ({ from, to, migrated }) =>
    `the workflow was changed (${inLine(changedVersion(from, to), VALUE)}); ${migrated ? "the run was migrated to it" : "people were asked before it went on"}`,
  failed: ({ error }) => `the run failed${said(error)}`,
  "alert-resolved": () => "the alert stopped firing; nothing was approved by that",
  retried: ({ by }) => (by === undefined ? "tried again" : `${mention.user(by)} tried it again`),
  cancelled: ({ by, reason = "" }) =>
    `${by === undefined ? "cancelled" : `${mention.user(by)} cancelled the run`}${said(reason)}`,
  ended: ({ by, good, text }) =>
    by === undefined
      ? `${good ? "✅" : "⛔"} the run ended${said(text)}`
      : `⛔ ${mention.user(by)} stopped the run${said(text)}`,
};

const VOTED: Readonly<Record<Vote["kind"], string>> = {
  approve: "voted to approve",
  edit: "voted for changes",
  reject: "voted to reject",
  choose: "voted for an answer",
  respond: "answered",
  review: "decided each action",
};

const BUTTON: Readonly<Record<Vote["kind"], string>> = {
  approve: "Approve",
  edit: "Edit",
  reject: "Reject",
  choose: "an answer",
  respond: "Answer",
  review: "Decide each",
};

const OPENED: Readonly<Record<Form, string>> = {
  review: "the full request",
  allow: "the form to allow it for the run",
  edit: "the form to edit it",
  reject: "the form to reject it",
  choose: "the form to choose an answer",
  answer: "the form to answer it",
  each: "the form to decide each action",
};

const NOT_COUNTED: Readonly<Record<Refusal, string>> = {
  "own-request": "since they had started the run",
  "not-an-approver": "since they are none of its approvers",
  guest: "since guests can't decide",
  external: "since people of other workspaces can't decide",
  deactivated: "since their account is deactivated",
  unknown: "since they are no member of this workspace",
  changed: "since the request had changed",
  decided: "since it had been decided",
  superseded: "since it was no longer asked",
  cancelled: "since the run had been cancelled",
  expired: "since its time was over",
  voted: "since they had voted already",
  "not-offered": "since the request does not offer that",
  "does-not-fit": "since the answer did not fit",
};

/** What was recorded is a text, which may be of another version. */
function wordFor(words: Readonly<Record<string, string>>, name: string, otherwise: string): string {
  return (Object.hasOwn(words, name) ? words[name] : undefined) ?? otherwise;
}

function replayText(of: EntryOf["started"]["replayOf"]): string {
  return of === undefined ? "" : `, a replay of ${runName(of.thread)}${fromStep(of.step)}`;
}

function fromStep(step: string | undefined): string {
  return step === undefined ? "" : `, from the step *${inLine(step, VALUE)}*`;
}

function whom(to: EntryOf["reminded"]["to"]): string {
  return namesOf(to) || "nobody by name";
}

function shownIn(channel: string | undefined): string {
  return channel === undefined ? "" : `, and is shown in <#${channel}>, too`;
}

interface OnWhich {
  readonly interrupt: string;
}

function titleOf({ interrupt }: OnWhich, approvals: Approvals): string {
  const approval = approvals.find((one) => one.interrupt === interrupt);
  return approval === undefined ? "a question" : heading(approval.request.title);
}

/** Of a run that asks one thing, nobody has to be told which. */
function about(entry: OnWhich, approvals: Approvals): string {
  return approvals.length > 1 ? ` · _${titleOf(entry, approvals)}_` : "";
}

function revisionOf({ revision }: { readonly revision: number }): string {
  return revision === 1 ? "" : ` (revision ${revision})`;
}

function answerOf({ answer, interrupt }: EntryOf["decided"], approvals: Approvals): string {
  switch (answer.kind) {
    case "approved":
      return `approved${forRunText(answer)}${said(answer.comment ?? "")}`;
    case "edited":
      return `approved with changes (${changeOf(answer.change)})${forRunText(answer)}`;
    case "rejected":
      return `rejected${answer.stop === true ? " and asked to stop" : ""}${said(answer.reason)}`;
    case "chosen":
      return `answered: “${labelOf(answer, { interrupt }, approvals)}”`;
    case "responded":
      return `answered${said(answer.text)}`;
    case "expired":
      return "went on, as nobody had decided in time";
    case "reviewed":
      return `decided ${answer.items.length} actions (${firstOf(answer.items.map(itemWords), MOST_ITEMS)})`;
  }
}

function forRunText({ forRun }: { readonly forRun?: true }): string {
  return forRun === true ? ", and allowed it for the rest of this run" : "";
}

function actionOf({ interrupt }: OnWhich, approvals: Approvals): string {
  const asked = approvals.find((one) => one.interrupt === interrupt);
  return asked === undefined ? "an action" : inLine(asked.request.action.name, VALUE);
}

/** Whether or not it stands any more. */
function allowersOf({ interrupt }: OnWhich, approvals: Approvals): string {
  const asked = approvals.find((one) => one.interrupt === interrupt);
  if (asked?.state.kind !== "decided") return "somebody";
  return peopleIn(asked.state.decision);
}

function labelOf(chosen: { readonly option: string }, { interrupt }: OnWhich, approvals: Approvals): string {
  const request = approvals.find((one) => one.interrupt === interrupt)?.request;
  return request?.kind === "choose" ? chosenLabel(request, chosen) : inLine(chosen.option, SAID);
}

function itemWords({ kind, said: words }: { readonly kind: string; readonly said: string }): string {
  const isSaid = kind === "rejected" || kind === "responded";
  return `${inLine(kind, VALUE)}${isSaid ? said(words, VALUE) : ""}`;
}

function reopenedText(entry: EntryOf["reopened"], approvals: Approvals): string {
  const { by, because = "", notes = [] } = entry;
  const who = by === undefined ? "somebody" : mention.user(by);
  const why: Readonly<Record<string, string>> = {
    refused: `the answer of ${who} did not fit`,
    changed: `it had changed since ${who} decided`,
    expired: `its time was over, and ${who} asked again`,
    workflow: "the workflow was changed while it waited",
  };
  const more = notes.length === 0 ? "" : said(notes.join("; "));
  const reason = wordFor(why, because, who);
  return `asked again${revisionOf(entry)}: ${reason}${more}${about(entry, approvals)}`;
}

function changeOf(change: EntryOf["edited"]["change"]): string {
  if (change.kind === "digests") return "too large to be shown here";
  const lines = changeLines({ before: change.before, args: change.after }, VALUE);
  if (lines.length === 0) return "nothing that can be shown";
  return firstOf(lines, MOST_CHANGES);
}

function firstOf(all: readonly string[], most: number): string {
  const left = all.length - most;
  return [...all.slice(0, most), ...(left > 0 ? [`and ${left} more`] : [])].join("; ");
}

/** What somebody said, behind the sentence about it. */
function said(text: string, max: number = SAID): string {
  return text.trim() === "" ? "" : `: “${inLine(text, max)}”`;
}
