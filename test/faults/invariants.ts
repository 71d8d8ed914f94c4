// What must hold of every run, whatever broke on the way. Each rule says in a sentence what is wrong.
import { wholeChain } from "../../src/approvals/audit-log.ts";
import type { AuditEntry } from "../../src/approvals/audit.ts";
import { entryOf, verifyChain } from "../../src/approvals/chain.ts";
import { textIn } from "../../src/aws/blobs.ts";
import type { End, Ran, Told } from "./scenario.ts";
import type { Struck } from "./seam.ts";
import type { Played } from "./world.ts";

export interface Verdict {
  readonly wrong: readonly string[];
  /** Second copies of a card that were taken away again. */
  readonly deletedCopies: number;
}

/** Nothing else can be due so late that this would not find it: less than the details of a run are kept. */
const FAR_MS = 80 * 24 * 3_600_000;

export async function judged(played: Played): Promise<Verdict> {
  const { ports, troubles, scenario, around, people } = played;
  const { key } = around;
  if ("script" in scenario) {
    const wrong = [...troubles, ...(await scenario.wrong(ports, around.target.acts)), ...repeats(played)];
    return { wrong, deletedCopies: 0 };
  }
  if (scenario.judge !== undefined)
    return { wrong: [...troubles, ...(await scenario.judge(played))], deletedCopies: 0 };
  const { run, approvals } = await ports.records.thread(key);
  if (run === undefined) return { wrong: [...troubles, "There is no run."], deletedCopies: 0 };
  const sealed = await Array.fromAsync(ports.trail.sealed(key));
  const chain = wholeChain(run.audit, sealed);
  const verdict = verifyChain(chain, { key, end: run.audit });
  const entries = chain.map(entryOf).filter((entry) => entry !== undefined);
  const end: End = {
    ...{ run, approvals, entries },
    ...{ acts: around.target.acts, ran: around.ran, told: people.told, cancelledAt: people.cancelledAt() },
  };
  const { wrong: ofCards, deletedCopies } = cards(played, end);
  const due = await ports.records.due(key.team, new Date(around.scheduler.nowMs() + FAR_MS).toISOString());
  return {
    deletedCopies,
    wrong: [
      ...troubles,
      ...scenario.wrong(end),
      ...(verdict.kind === "whole" ? [] : [verdict.text]),
      ...complete(end, entries),
      ...winners(entries, people.told),
      ...refused(played, entries),
      ...votes(played, entries),
      ...effects(end),
      ...repeats(played),
      ...settled(end),
      ...afterCancel(played, end),
      ...prompt(played, entries),
      ...around.tooEarly.map(
        (card) => `The card ${card.slice(0, 10)} was posted before its question was stored.`,
      ),
      ...ofCards,
      ...notified(played, end, entries),
      ...(due.length === 0 && around.queue.isEmpty() ? [] : ["Something is still due, or still queued."]),
    ],
  };
}

/** One question for each interrupt and revision, and the history tells of each. */
export function complete(
  { approvals, run }: Pick<End, "approvals" | "run">,
  entries: readonly AuditEntry[],
): readonly string[] {
  const asked = entries.filter(({ kind }) => kind === "asked").map((entry) => idOf(entry));
  const wrong = approvals.flatMap(({ interrupt }) => {
    const count = asked.filter((id) => id.startsWith(`${interrupt} `)).length;
    return count === 1
      ? []
      : [`The question ${interrupt.slice(0, 6)} was asked ${count} times, says the history.`];
  });
  // What is asked comes into being once at each revision, by being asked, edited or opened again.
  const revisions = entries.filter(({ kind }) => ["asked", "edited", "reopened"].includes(kind)).map(idOf);
  for (const id of new Set(revisions))
    if (revisions.filter((one) => one === id).length > 1) wrong.push(`${id} came into being more than once.`);
  const ends = entries.filter(({ kind }) => kind === "ended" || kind === "cancelled").length;
  const isOver = run.status.kind === "done" || run.status.kind === "cancelled";
  return ends === (isOver ? 1 : 0)
    ? wrong
    : [...wrong, `The history tells of ${ends} ends, and the run is ${run.status.kind}.`];
}

function idOf(entry: AuditEntry): string {
  return "interrupt" in entry && "revision" in entry ? `${entry.interrupt} ${entry.revision}` : "";
}

/** Of each revision one vote has decided, and nobody else was told so of theirs. */
export function winners(entries: readonly AuditEntry[], told: readonly Told[]): readonly string[] {
  const decided = entries.filter(({ kind }) => kind === "decided").map(idOf);
  const wrong = [...new Set(decided)].flatMap((id) =>
    decided.filter((one) => one === id).length === 1 ? [] : [`${id} was decided more than once.`],
  );
  for (const { person, kind } of told)
    if (kind === "unknown") wrong.push(`${person} clicked on a question that nobody knows.`);
  const recorded = told.filter(({ kind }) => kind === "recorded");
  for (const { digest } of recorded)
    if (recorded.filter((one) => one.digest === digest).length > 1)
      wrong.push(`More than one person was told to have decided ${digest.slice(0, 6)}.`);
  for (const { digest, person } of recorded) {
    const isKept = entries.some(
      (entry) =>
        entry.kind === "decided" &&
        entry.by === person &&
        (entry.digest === digest || entry.answer.kind === "edited"),
    );
    if (!isKept) wrong.push(`${person} was told that the decision is recorded, and the history has none.`);
  }
  return wrong;
}

/** Each click that did not count is in the history, where the noting of it did not break. */
function refused({ around, people }: Played, entries: readonly AuditEntry[]): readonly string[] {
  if (around.seam.struck.length > 0) return [];
  return people.told.flatMap(({ kind, person, digest }) => {
    if (kind !== "refused") return [];
    const isTold = entries.some(
      (entry) => entry.kind === "refused" && entry.by === person && entry.digest === digest,
    );
    return isTold ? [] : [`A click of ${person} was refused, and the history does not tell of it.`];
  });
}

/** Whatever counted was clicked by that person, on a card that showed exactly that. */
function votes({ people }: Played, entries: readonly AuditEntry[]): readonly string[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== "voted" && entry.kind !== "decided") return [];
    const isClicked = people.clicks.some(
      ({ person, digest, vote }) => person === entry.by && (digest === entry.digest || vote.kind === "edit"),
    );
    return isClicked
      ? []
      : [`A vote of ${entry.by} counted for ${entry.digest.slice(0, 6)}, which they never clicked on.`];
  });
}

/** One key for each effect, and one value for each key. */
function effects({ acts }: End): readonly string[] {
  return [...new Set(acts.map(({ name }) => name))].flatMap((name) => {
    const keys = new Set(acts.filter((act) => act.name === name).map(({ key }) => key));
    const values = new Set(acts.filter((act) => act.name === name).map(({ value }) => value));
    return [
      ...(keys.size === 1 ? [] : [`"${name}" was asked for with ${keys.size} keys.`]),
      ...(values.size === 1 ? [] : [`"${name}" was asked for with ${values.size} values.`]),
    ];
  });
}

/** Run again on purpose. */
const LOOPED = ["line"];

/** What has finished and is stored is not run again: neither by who stored it, nor by who began after that. */
function repeats({ around }: Played): readonly string[] {
  const { ran, backend, seam } = around;
  const firstCallOf = (process: string): number =>
    seam.calls.find((call) => call.process === process)?.nth ?? Infinity;
  return ran.flatMap((first: Ran) => {
    const again = ran.filter(({ task, atCall }) => task === first.task && atCall > first.atCall);
    if (again.length === 0 || LOOPED.includes(first.task)) return [];
    const stored = backend.puts.find(
      (put) => isInLog(put.item) && textOfItem(put.item).includes(first.value),
    );
    if (stored === undefined) return [];
    const wrong = again.filter(
      ({ process, atCall }) =>
        atCall >= stored.atCall && (process === stored.process || firstCallOf(process) > stored.atCall),
    );
    return wrong.map(({ process }) => `"${first.task}" was stored, and ${process} ran it again.`);
  });
}

type Stored = Played["around"]["backend"]["puts"][number]["item"];

function isInLog(item: Stored): boolean {
  return item["sk"]?.S?.startsWith("S#") === true && item["d"] !== undefined;
}

function textOfItem(item: Stored): string {
  return textIn(item, new Map());
}

/** No question is left open by a run that is over, and no answer is left lying by one that has gone on. */
export function settled({ run, approvals }: Pick<End, "approvals" | "run">): readonly string[] {
  if (run.status.kind !== "done") return [];
  return approvals.flatMap(({ interrupt, state }) => {
    const isSettled = state.kind === "superseded" || (state.kind === "decided" && state.resumed);
    return isSettled
      ? []
      : [`The run is done, and its question ${interrupt.slice(0, 6)} is ${JSON.stringify(state)}.`];
  });
}

/** Each card once, and showing what the records say. */
function cards(
  { around }: Played,
  { run, approvals }: End,
): { readonly wrong: readonly string[]; readonly deletedCopies: number } {
  const posted = around.slack.posted.map(({ card, isDeleted }) => ({ name: nameIn(card), isDeleted }));
  const expected = ["run", ...approvals.map(({ interrupt }) => `ask:${interrupt}`)];
  if (run.status.kind !== "waiting") expected.push("outcome");
  const wrong: string[] = [];
  for (const name of new Set([...expected, ...posted.map((one) => one.name)])) {
    const shown = posted.filter((one) => one.name === name && !one.isDeleted).length;
    const isWanted = expected.includes(name) || /^(note|copy|ping):/.test(name);
    if (shown !== (isWanted ? 1 : 0)) wrong.push(`The card ${name.slice(0, 10)} is there ${shown} times.`);
  }
  const deletedCopies = posted.filter(({ isDeleted }) => isDeleted).length;
  const windows = around.seam.struck.filter(isWindow).length;
  if (deletedCopies > windows)
    wrong.push(
      `${deletedCopies} cards were there twice for a while, and ${windows} posts were frozen or hidden.`,
    );
  const buttons = around.slack.shown().filter(({ blocks }) => blocks.includes('"action_id":"approve"'));
  if (buttons.length > 0) wrong.push(`${buttons.length} cards still offer to approve.`);
  return { wrong, deletedCopies };
}

/** Each reminder that the policy states once and not too early, each step of the escalation once, and of each reply that notifies the history tells. */
function notified({ around }: Played, { approvals }: End, entries: readonly AuditEntry[]): readonly string[] {
  const wrong = approvals.flatMap(({ interrupt, policy, askedAt }) => {
    const told = entries.filter((entry) => "interrupt" in entry && entry.interrupt === interrupt);
    const reminders = told.filter((entry) => entry.kind === "reminded" && entry.by === undefined);
    const times = policy.remindAfterMs?.map((ms) => Date.parse(askedAt) + ms);
    const steps = told.filter(({ kind }) => kind === "escalated").length;
    const asked = told.filter(({ kind }) => kind === "asked" || kind === "reopened").length;
    return [
      ...reminders.flatMap(({ at }, index) =>
        times === undefined || Date.parse(at) >= (times[index] ?? Infinity)
          ? []
          : [`Reminder ${index + 1} was not due.`],
      ),
      ...(steps <= asked * (policy.escalation ?? []).length
        ? []
        : [`${steps} steps of the escalation were taken.`]),
    ];
  });
  const pings = around.slack.posted
    .map(({ card }) => nameIn(card))
    .filter((name) => name.startsWith("ping:"));
  for (const name of new Set(pings)) {
    const [, interrupt, number] = name.split(":");
    const isTold = entries.some(({ id }) => id === `ping:${String(interrupt)}:${String(number)}`);
    if (!isTold)
      wrong.push(`People were notified by ${name.slice(0, 12)}, and the history does not tell of it.`);
  }
  return wrong;
}

/** The one window: a drawer freezes between its look at the clock and the post, or Slack does not show what it has. */
function isWindow({ call, fault }: Struck): boolean {
  return fault === "is hidden" || (fault === "freezes" && call.name === "chat.postMessage");
}

/** Once somebody was told that the run is cancelled, nothing is begun that had not looked before whether it is. */
function afterCancel({ around }: Played, { acts, cancelledAt = Infinity }: End): readonly string[] {
  const { calls } = around.seam;
  return acts.flatMap(({ name, process, call }) => {
    if (call <= cancelledAt) return [];
    const before = calls.findLast((one) => one.process === process && one.nth < call);
    const hasLooked = before?.name === "GetItem" && before.on === "R" && before.nth <= cancelledAt;
    return hasLooked ? [] : [`"${name}" was begun after the run was cancelled.`];
  });
}

/** As long as a decision may lie when nothing goes wrong: nobody has to wait for the sweeper. */
const PROMPT_MS = 20_000;

function prompt({ around }: Played, entries: readonly AuditEntry[]): readonly string[] {
  if (around.seam.struck.length > 0) return [];
  return entries.flatMap((entry) => {
    if (entry.kind !== "decided") return [];
    const after = entries.find((one) => one.kind === "resumed" && idOf(one) === idOf(entry));
    const ms = Date.parse(after?.at ?? entry.at) - Date.parse(entry.at);
    return ms <= PROMPT_MS ? [] : [`A decision waited for ${ms} ms, and nothing had gone wrong.`];
  });
}

function nameIn(card: string): string {
  const { event_payload: payload } = JSON.parse(card) as { event_payload: { card: string } };
  return payload.card;
}
