// What is said of a purge: which runs were taken, what stays of them, and which were refused, and why.
import { maskedText } from "../../approvals/redaction.ts";
import type { Purged, PurgeRequest } from "../../runs/purge.ts";
import { hasEnded } from "../../runs/retention.ts";
import { type Run, runName } from "../../runs/run.ts";
import { oneLine } from "../plain.ts";
import { refused, type Said } from "../said.ts";
import { utc } from "../times.ts";

interface Refused {
  readonly run: string;
  readonly because: string;
}

/** Whose tombstone is an earlier purge's, and stays. */
interface Before extends PurgeRequest {
  readonly run: string;
  readonly at: string;
}

export interface Tally {
  readonly purged: string[];
  readonly before: Before[];
  readonly refused: Refused[];
  items: number;
}

export function newTally(): Tally {
  return { purged: [], before: [], refused: [], items: 0 };
}

export function noteIn(tally: Tally, { thread }: Run, purged: Purged, request: PurgeRequest): void {
  if (purged.kind !== "purged") {
    tally.refused.push({ run: thread, because: because(purged) });
    return;
  }
  const { by, reason, at } = purged.tombstone;
  tally.purged.push(thread);
  tally.items += purged.items;
  if (by !== request.by || reason !== request.reason)
    tally.before.push({ run: thread, at, by: maskedText(by), reason: maskedText(reason) });
}

/** Those that are not over, as they were when they were read. */
export function liveAmong(runs: readonly Run[]): Refused[] {
  return runs.flatMap(({ thread, status }) =>
    hasEnded(status) ? [] : [{ run: thread, because: because({ kind: "live", status: status.kind }) }],
  );
}

function because(refusal: Exclude<Purged, { kind: "purged" }>): string {
  switch (refusal.kind) {
    case "live":
      return `it is ${refusal.status}, and only what is over is purged; cancel it first`;
    case "busy":
      return "a worker has it just now; try again in a minute";
    case "unknown":
      return "it is not there any more";
  }
}

export function dryRunSaid(counted: {
  runs: readonly Run[];
  items: number;
  refused: readonly Refused[];
}): Said {
  const { runs, items, refused: left } = counted;
  const text = `${runsText(runs.length)} with ${itemsText(items)} would be purged. Nothing was deleted.`;
  const lines = left.map(({ run, because: why }) => `${nameOf(run)} would not be purged: ${why}.`);
  return {
    code: left.length === 0 ? 0 : 1,
    text: [text, ...lines].join("\n"),
    data: { kind: "dry-run", runs: runs.map(({ thread }) => thread), items, refused: left },
  };
}

/** Whoever wants a record of it outside of the table keeps this answer: no log has it. */
export function purgedSaid(tally: Tally, { by, reason }: PurgeRequest): Said {
  const { purged, before, refused: left, items } = tally;
  const kind = left.length === 0 ? "purged" : "partly";
  const data = { kind, runs: purged, items, by, reason, before, refused: left };
  const isNew = purged.length > before.length;
  const done =
    purged.length === 0
      ? ["Nothing was purged."]
      : [
          `${runsText(purged.length)} purged: ${itemsText(items)} deleted. Their cards in Slack are emptied within some minutes.`,
          ...(isNew ? [`What stays of each says: purged by ${oneLine(by)}: “${oneLine(reason)}”.`] : []),
        ];
  const lines = [
    ...before.map(beforeLine),
    ...left.map(({ run, because: why }) => `${nameOf(run)} was not purged: ${why}.`),
  ];
  return { code: left.length === 0 ? 0 : 1, text: [...done, ...lines].join("\n"), data };
}

function beforeLine({ run, at, by, reason }: Before): string {
  return `${nameOf(run)} had been purged before, on ${utc(at)} UTC, and what stays of it says so still: by ${oneLine(by)}: “${oneLine(reason)}”.`;
}

/** What was begun is finished by doing it again. */
export function stoppedSaid({ purged, items }: Tally, { thread }: Run, error: Error): Said {
  return refused(
    `${runsText(purged.length)} purged, then the store did not answer, in the middle of ${runName(thread)}. Do it again: what was begun is finished then. ${error.message}`,
    { kind: "stopped", runs: purged, items, at: thread },
  );
}

function nameOf(thread: string): string {
  return `${runName(thread)} (${thread})`;
}

export function runsText(count: number): string {
  return count === 1 ? "1 run" : `${count} runs`;
}

function itemsText(count: number): string {
  return count === 1 ? "1 item" : `${count} items`;
}
