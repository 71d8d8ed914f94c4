// What must be true of every run once it has ended, whoever was killed meanwhile. Each function says in sentences what is not; none is as it should be.
import type * as z from "zod";
import { wholeChain } from "../../../src/approvals/audit-log.ts";
import type { Approval } from "../../../src/approvals/approval.ts";
import type { AuditEntry } from "../../../src/approvals/audit.ts";
import { entryOf, idOfEntry, verifyChain } from "../../../src/approvals/chain.ts";
import { auditOf } from "../../../src/runs/audit.ts";
import { cardsBehind } from "../../../src/runs/redraw.ts";
import type { Evidence } from "./evidence.ts";
import { fittingDecisions, intentOf } from "./intent.ts";
import { cardOf, offers } from "./screen.ts";
import { effectOf, Proposal } from "./workflow.ts";

/** `seed` is what people have drawn their intents by. */
export function brokenPromises(evidence: Evidence, seed: string): readonly string[] {
  const { status } = evidence.run;
  if (status.kind !== "done") return [`It has not ended: it is ${status.kind}.`];
  return [
    ...ofIntents(evidence, seed),
    ...ofAnswers(evidence),
    ...ofEffects(evidence),
    ...ofMessages(evidence),
    ...ofHistory(evidence),
  ];
}

interface Agreed extends z.infer<typeof Proposal> {
  readonly isAgreed: boolean;
}

/** What people have decided, as the records have it. */
function agreedIn({ request, state }: Approval): Agreed | undefined {
  if (state.kind !== "decided" || !state.resumed || request.kind !== "approve") return undefined;
  const { decision } = state;
  const args = decision.kind === "edited" ? decision.args : request.action.args;
  return { ...Proposal.parse(args), isAgreed: decision.kind !== "rejected" };
}

/** People were understood. */
function ofIntents({ run, records }: Evidence, seed: string): readonly string[] {
  const isPair = run.input["kind"] === "pair";
  return records.approvals.flatMap(({ thread, interrupt, state }) => {
    const intent = intentOf(seed, { thread, card: `ask:${interrupt}` }, isPair);
    const decided = state.kind === "decided" ? state.decision.kind : undefined;
    const isFitting = decided !== undefined && fittingDecisions(intent, isPair).includes(decided);
    return unless(isFitting, `People meant: ${intent}. Recorded is: ${decided ?? state.kind}.`);
  });
}

/** The state has exactly what was decided on, and what was shown with it. */
function ofAnswers({ run, records, state }: Evidence): readonly string[] {
  const expected = run.input["kind"] === "pair" ? 2 : 1;
  const decided = records.approvals.map(agreedIn);
  const inWords = ({ plan, remark, isAgreed }: Agreed): string => `${plan} ${remark} ${String(isAgreed)}`;
  const inRecords = decided.map((one) => (one === undefined ? "open" : inWords(one))).toSorted();
  const inState = state.answered.map(inWords).toSorted();
  const shown = records.approvals.map(({ request }) => request.summary);
  const weighs = `It weighs ${state.weights.join(", ")}.`;
  return [
    ...unless(records.approvals.length === expected, `It has asked ${records.approvals.length} times.`),
    ...unless(
      inRecords.join() === inState.join(),
      `Decided was: ${inRecords.join()}. In the state is: ${inState.join()}.`,
    ),
    ...unless(
      shown.every((summary) => summary === weighs),
      `Shown was: ${shown.join()} In the state is: ${weighs}`,
    ),
  ];
}

/** What was agreed to was done, once, and nothing else. */
function ofEffects({ run, state, effects }: Evidence): readonly string[] {
  const isAgreed = state.answered.every((one) => one.isAgreed);
  const wanted = isAgreed ? state.answered.map(effectOf).toSorted() : [];
  const done = effects.map(({ version }) => version).toSorted();
  const keys = new Set(effects.map(({ idempotencyKey }) => idempotencyKey));
  const said = run.status.kind === "done" ? run.status.outcome.text : "";
  return [
    ...unless(wanted.join() === done.join(), `Agreed was: ${wanted.join()}. Done was: ${done.join()}.`),
    ...unless(
      state.done.toSorted().join() === done.join(),
      `The state says that this was done: ${state.done.join()}.`,
    ),
    ...unless(
      done.every((one) => said.includes(one)) && done.length > 0 === said.startsWith("Done"),
      `It says: ${said}`,
    ),
    ...unless(
      effects.every(({ performed }) => performed === 1),
      "An effect was performed more than once.",
    ),
    ...unless(keys.size === effects.length, "Two effects have one key."),
  ];
}

/** One message for each card, and it shows how things stand. */
function ofMessages({ run, records, messages }: Evidence): readonly string[] {
  const { approvals, cards } = records;
  const questions = approvals.map(({ interrupt }) => `ask:${interrupt}`);
  const names = messages.map((message) => cardOf(message)?.card ?? "");
  const notes = approvals.flatMap(({ interrupt, revision }) =>
    Array.from({ length: revision - 1 }, (_, at) => `note:${interrupt}:${at + 2}`),
  );
  const once = ["run", "outcome", ...questions];
  const strange = names.filter((name) => !once.includes(name) && !notes.includes(name));
  return [
    ...[...once, ...notes].flatMap((name) => {
      const times = names.filter((one) => one === name).length;
      const isRight = times === 1 || (times === 0 && notes.includes(name));
      return unless(isRight, `The card ${name} stands there ${times} times.`);
    }),
    ...strange.map((name) => `There is a card ${name}.`),
    ...unless(!areBehind({ run, records }), "A card shows less than the records say."),
    ...messages
      .filter((message) => offers(message, "Approve") || offers(message, "Retry"))
      .map(({ text }) => `There is still something to click on: ${text}`),
    ...messages.flatMap((message) => {
      const card = cardOf(message)?.card ?? "";
      return unless(
        cards[card]?.ts === message.ts,
        `The records have the card ${card} at ${String(cards[card]?.ts)}, and it stands at ${message.ts}.`,
      );
    }),
  ];
}

export function areBehind({ run, records }: Pick<Evidence, "run" | "records">): boolean {
  // A second look that is still to come says nothing of what they show.
  const shown = Object.entries(records.cards).map(
    ([name, { lookAt: _, ...place }]) => [name, place] as const,
  );
  return cardsBehind({ run, approvals: records.approvals, cards: Object.fromEntries(shown) });
}

/** The history is whole, and knows one winner of each question. */
function ofHistory(evidence: Evidence): readonly string[] {
  const { approvals } = evidence.records;
  const entries = entriesIn(evidence);
  const count = (kind: AuditEntry["kind"]): number => entries.filter((entry) => entry.kind === kind).length;
  return [
    ...ofChain(evidence),
    ...unless(count("started") === 1 && count("ended") === 1, "It has not begun and ended once."),
    ...unless(count("failed") === count("retried"), "It has failed more often than it was retried."),
    ...approvals.flatMap((approval) => ofWinner(approval, entries)),
  ];
}

type Recorded = Pick<Evidence, "run" | "records" | "sealed">;

/** All that its history tells, as far as it can be read. */
export function entriesIn({ run, sealed }: Pick<Recorded, "run" | "sealed">): readonly AuditEntry[] {
  return wholeChain(run.audit, sealed).flatMap((link) => entryOf(link) ?? []);
}

/** The chain is whole, and tells everything that the records tell. */
export function ofChain({ run, records, sealed }: Recorded): readonly string[] {
  const chain = wholeChain(run.audit, sealed);
  const verdict = verifyChain(chain, { key: run, end: run.audit });
  const ids = chain.map(idOfEntry);
  const nothing = { run: undefined, approvals: [] };
  const { approvals } = records;
  const known = auditOf(
    nothing,
    { run: { ...run, status: { kind: "queued" } }, approvals },
    { now: run.createdAt },
  );
  const untold = known.filter(({ id }) => !ids.includes(id));
  return [
    ...(verdict.kind === "whole" ? [] : [verdict.text]),
    ...unless(
      entriesIn({ run, sealed }).length === chain.length,
      "The history has entries that nobody can read.",
    ),
    ...unless(new Set(ids).size === ids.length, `The history tells something twice: ${ids.join(", ")}.`),
    ...untold.map(({ id }) => `The history does not tell ${id}.`),
    ...unless(records.noted.length === 0, "Clicks that did not count are not in the history."),
  ];
}

function ofWinner({ interrupt, state }: Approval, entries: readonly AuditEntry[]): readonly string[] {
  const decided = entries.filter((entry) => entry.kind === "decided" && entry.interrupt === interrupt);
  const by = decided.map((entry) => ("by" in entry ? entry.by : undefined));
  const winner = state.kind === "decided" ? state.decision.by : undefined;
  return unless(
    by.length === 1 && by[0] === winner,
    `Decided by ${String(winner)}, and in the history by ${by.join()}.`,
  );
}

function unless(isTrue: boolean, sentence: string): readonly string[] {
  return isTrue ? [] : [sentence];
}
