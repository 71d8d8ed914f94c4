// What must be true of every run once the soak has come to rest. Each finding says what is lost, done twice, or wrong.
import type { SealedAudit } from "../../src/approvals/audit-log.ts";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import type { Message } from "../../src/local/slack/protocol.ts";
import type { ThreadRecords } from "../../src/runs/ports.ts";
import type { Run } from "../../src/runs/run.ts";
import { complete, settled, winners } from "../faults/invariants.ts";
import { areBehind, entriesIn, ofChain } from "../faults/processes/promises.ts";
import { cardOf } from "../faults/processes/screen.ts";
import type { Click, Remembered } from "./remembered.ts";

/** Something that the target did. */
export interface Act {
  readonly kind: string;
  readonly said: string;
  readonly performed: number;
  readonly replays: number;
}

export interface RunEvidence {
  readonly run: Run;
  readonly records: ThreadRecords;
  readonly sealed: readonly SealedAudit[];
  /** The messages of the run that stand in Slack now. */
  readonly messages: readonly Message[];
  readonly acts: readonly Act[];
}

export interface Finding {
  readonly kind: "lost" | "doubled" | "wrong";
  readonly what: string;
}

/** `told` is what a person was told in private since a click. */
export function findingsOf(
  evidence: RunEvidence,
  remembered: Remembered | undefined,
  told: (click: Click) => readonly string[],
): readonly Finding[] {
  const entries = entriesIn(evidence);
  const { run, records } = evidence;
  const { approvals } = records;
  return [
    ...as("lost", ofEnd(evidence, remembered)),
    ...as("lost", remembered?.clicks.flatMap((click) => ofClick(click, entries, told)) ?? []),
    ...as("doubled", winners(entries, [])),
    ...as("doubled", ofActs(evidence, remembered)),
    ...as("doubled", ofCards(evidence)),
    ...as("wrong", complete({ run, approvals }, entries)),
    ...as("wrong", settled({ run, approvals })),
    ...as("wrong", ofChain(evidence)),
    ...as("wrong", areBehind({ run, records }) ? ["A card shows less than the records say."] : []),
  ];
}

function as(kind: Finding["kind"], sentences: readonly string[]): readonly Finding[] {
  return sentences.map((what) => ({ kind, what }));
}

function ofEnd({ run, records, acts }: RunEvidence, remembered: Remembered | undefined): readonly string[] {
  const { status } = run;
  if (status.kind !== "done" && status.kind !== "cancelled")
    return [`It has not ended: it is ${status.kind}${status.kind === "failed" ? `, ${status.error}` : ""}.`];
  if (remembered === undefined) return [];
  const { intent, acts: expected } = remembered.story;
  const isCancelled = status.kind === "cancelled";
  const isMeant = intent === "cancel" && records.approvals.length > 0;
  if (isCancelled !== isMeant && (isCancelled || remembered.isCancelled))
    return [`It is ${status.kind}, and people meant: ${intent}.`];
  const [least] = expected ?? [0];
  return isCancelled || acts.length >= least
    ? []
    : [`It was agreed to, and ${acts.length} of ${least} things were done.`];
}

function ofActs({ acts }: RunEvidence, remembered: Remembered | undefined): readonly string[] {
  const [, most] = remembered?.story.acts ?? [0, Infinity];
  const often = acts.filter(({ performed }) => performed !== 1);
  return [
    ...often.map(({ said, performed }) => `${said} was performed ${performed} times.`),
    ...(acts.length <= most
      ? []
      : [`${acts.length} things were done: ${acts.map(({ said }) => said).join("; ")}.`]),
  ];
}

/** A click that Slack had a good answer to is in the history, or words were said about it. */
function ofClick(
  click: Click,
  entries: readonly AuditEntry[],
  told: (click: Click) => readonly string[],
): readonly string[] {
  if (click.answer !== "ok") return [];
  const isTold = entries.some(
    (entry) =>
      "by" in entry &&
      entry.by === click.person &&
      "interrupt" in entry &&
      entry.interrupt === click.interrupt,
  );
  if (isTold || told(click).length > 0) return [];
  return [
    `${click.person} clicked ${click.what} on ${click.interrupt.slice(0, 6)}, and nothing tells of it.`,
  ];
}

const MORE = /^(note|copy|ping):/;

function ofCards({ run, records, messages }: RunEvidence): readonly string[] {
  const names = messages.map((message) => cardOf(message)?.card ?? "");
  const questions = records.approvals.map(({ interrupt }) => `ask:${interrupt}`);
  const wanted = ["run", ...(run.status.kind === "waiting" ? [] : ["outcome"]), ...questions];
  return [...new Set([...wanted, ...names])].flatMap((name) => {
    const times = names.filter((one) => one === name).length;
    const isRight = times === 1 && (wanted.includes(name) || MORE.test(name));
    return isRight ? [] : [`The card ${name.slice(0, 12)} stands there ${times} times.`];
  });
}
