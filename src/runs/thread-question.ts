// The question that a thread of Slack's waits for, and answering it there in words: with the same checks as a click, and never another one.
import type { Approval } from "../approvals/approval.ts";
import type { Vote } from "../approvals/decision.ts";
import type { Request } from "../approvals/request.ts";
import type { CardPlaces, Conversation } from "./card.ts";
import { type Decided, type DecideDeps, decideRequest } from "./decide.ts";
import type { Lists } from "./lists.ts";
import type { Records, ThreadRecords } from "./ports.ts";
import type { Run } from "./run.ts";
import { toldAt } from "./wanted-cards.ts";

export interface ThreadDeps {
  readonly records: Records;
  readonly lists: Lists;
}

interface There extends Conversation {
  readonly team: string;
}

/** Nearly always one: a run is shown in a thread of its own. */
const MOST_RUNS = 5;

/** @throws StorageUnavailable */
export async function runsShownIn({ lists }: ThreadDeps, there: There): Promise<readonly Run[]> {
  const { team, channel, threadTs } = there;
  const of = { kind: "conversation", channel, threadTs } as const;
  return (await lists.runs({ team, of, order: "newest", limit: MOST_RUNS })).items;
}

export type AskedThere =
  | { readonly kind: "no-run" }
  /** `last` is the question that was answered last. */
  | { readonly kind: "nothing"; readonly last: Approval | undefined }
  | { readonly kind: "several"; readonly count: number }
  | { readonly kind: "not-in-words"; readonly approval: Approval }
  | {
      readonly kind: "question";
      readonly approval: Approval;
      /** When people were told of it as it is now, by Slack's clock; undefined when that is not known to have happened. */
      readonly since: string | undefined;
    };

/** @throws StorageUnavailable */
export async function askedThere(deps: ThreadDeps, there: There): Promise<AskedThere> {
  const runs = await runsShownIn(deps, there);
  if (runs.length === 0) return { kind: "no-run" };
  const threads = await Promise.all(runs.map((run) => deps.records.thread(run)));
  const pending = threads.flatMap(pendingIn);
  const [first] = pending;
  if (first === undefined) return { kind: "nothing", last: lastAnswered(threads) };
  // What is written could be meant for any of them.
  if (pending.length > 1) return { kind: "several", count: pending.length };
  const { approval, cards } = first;
  return takesWords(approval.request)
    ? { kind: "question", approval, since: toldAt(approval, cards) }
    : { kind: "not-in-words", approval };
}

interface PendingThere {
  readonly approval: Approval;
  readonly cards: CardPlaces;
}

function pendingIn({ approvals, cards }: ThreadRecords): readonly PendingThere[] {
  return approvals.filter(({ state }) => state.kind === "pending").map((approval) => ({ approval, cards }));
}

function lastAnswered(threads: readonly ThreadRecords[]): Approval | undefined {
  const decided = threads
    .flatMap(({ approvals }) => approvals)
    .flatMap((approval) =>
      approval.state.kind === "decided" && takesWords(approval.request)
        ? [{ approval, at: approval.state.decision.at }]
        : [],
    );
  return decided.sort((a, b) => (a.at < b.at ? 1 : -1))[0]?.approval;
}

function takesWords(request: Request): boolean {
  switch (request.kind) {
    case "ask":
      return true;
    case "choose":
      return request.inWords === true;
    case "approve":
      return request.allowed.includes("respond");
    case "review":
      return false;
  }
}

/** As much as the form takes. */
const MOST_CHARACTERS = 3_000;

export interface Written {
  readonly by: string;
  readonly text: string;
  /** Slack's name of the message, which is its time. */
  readonly ts: string;
}

export type AnsweredThere =
  | { readonly kind: "decided"; readonly decided: Decided }
  /** A message that Slack delivers late, or again, may be about the question before. */
  | { readonly kind: "asked-later" }
  | { readonly kind: "too-long"; readonly most: number };

/** @throws StorageUnavailable, DirectoryUnavailable */
export async function answerThere(
  deps: DecideDeps,
  { approval, since }: Extract<AskedThere, { kind: "question" }>,
  { by, text, ts }: Written,
): Promise<AnsweredThere> {
  if (since === undefined || Number(since) >= Number(ts)) return { kind: "asked-later" };
  if (text.length > MOST_CHARACTERS) return { kind: "too-long", most: MOST_CHARACTERS };
  const { team, thread, interrupt, digest, request } = approval;
  const vote = voteOf(request, text);
  return {
    kind: "decided",
    decided: await decideRequest(deps, { team, thread, interrupt, digest, by, vote }),
  };
}

/** Who writes an option has chosen it. */
function voteOf(request: Request, text: string): Vote {
  const options = request.kind === "choose" ? request.options : [];
  const isMeant = ({ label }: { readonly label: string }): boolean =>
    label.trim().toLowerCase() === text.toLowerCase();
  const option = options.find(({ label }) => label.trim() === text) ?? options.find(isMeant);
  return option === undefined ? { kind: "respond", text } : { kind: "choose", option: option.id };
}
