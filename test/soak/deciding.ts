// One question decided as its story says: by whom, in which way, and at which moment.
import { setTimeout as pause } from "node:timers/promises";
import type { Message } from "../../src/local/slack/protocol.ts";
import type { Chance } from "../faults/processes/chance.ts";
import { cardOf, needsTwo, offers, showsVoteOf } from "../faults/processes/screen.ts";
import type { Actor, Answer, Fills } from "./actor.ts";
import type { Click, Remembered } from "./remembered.ts";
import type { Intent } from "./stories.ts";

export interface Deciding {
  readonly message: Message;
  readonly remembered: Remembered;
  /** Both may decide it; the same one twice where nobody else may. */
  readonly first: Actor;
  readonly second: Actor;
  /** May not. */
  readonly stranger: Actor;
  readonly chance: Chance;
}

export async function decide(deciding: Deciding): Promise<Answer> {
  const { message, remembered } = deciding;
  const { intent } = remembered.story;
  if (offers(message, "Answer…")) return answer(deciding);
  // One rejection is enough, however many have to approve.
  const isRejected = intent === "contest" || intent === "reject";
  if (needsTwo(message) && !isRejected) return both(deciding);
  return WAYS[intent](deciding);
}

const plainly = (deciding: Deciding): Promise<Answer> => approve(deciding, deciding.first);

const WAYS: Readonly<Record<Intent, (deciding: Deciding) => Promise<Answer>>> = {
  ...{ approve: plainly, stale: plainly, cancel: plainly, leave: plainly },
  ...{ race, contest, edit, allow },
  /** What is asked anew after that, such as another draft, is approved. */
  reject: (deciding) => {
    const { clicks } = deciding.remembered;
    const { card } = cardOf(deciding.message) ?? {};
    const isAnew = clicks.some(
      ({ what, answer: given, interrupt }) =>
        what === "Reject" && given === "ok" && card !== `ask:${interrupt}`,
    );
    return isAnew ? plainly(deciding) : reject(deciding, deciding.first);
  },
  async stranger(deciding) {
    await approve(deciding, deciding.stranger);
    return plainly(deciding);
  },
};

async function race(deciding: Deciding): Promise<Answer> {
  const { first, second } = deciding;
  return firstOf(await Promise.all([approve(deciding, first), approve(deciding, second)]));
}

function approve(deciding: Deciding, actor: Actor): Promise<Answer> {
  return noted(deciding, { actor, what: "Approve" }, () => actor.click(deciding.message, "Approve"));
}

function reject(deciding: Deciding, actor: Actor, before?: Promise<unknown>): Promise<Answer> {
  const filled = { reason: "Not now", note: "Make it shorter" };
  const how = (): Promise<Answer> => actor.fill(deciding.message, "Reject…", filled, before);
  return noted(deciding, { actor, what: "Reject" }, how);
}

/** The one has the form open when the other approves. */
async function contest(deciding: Deciding): Promise<Answer> {
  const { first, second, chance } = deciding;
  const opened = pause(chance.between(200, 900));
  const approving = opened.then(() => approve(deciding, first));
  return firstOf(await Promise.all([approving, reject(deciding, second, opened)]));
}

async function both(deciding: Deciding): Promise<Answer> {
  const { message, first, second } = deciding;
  const missing = [first, second].filter(({ id }) => !showsVoteOf(id, message));
  const answers = await Promise.all(missing.map((actor) => approve(deciding, actor)));
  return answers.find((each) => each !== "ok") ?? "ok";
}

function edit(deciding: Deciding): Promise<Answer> {
  const { first: actor, message, remembered } = deciding;
  if (!offers(message, "Edit…")) return plainly(deciding);
  const how = (): Promise<Answer> => actor.fill(message, "Edit…", editOf(remembered.story.words));
  return noted(deciding, { actor, what: "Edit" }, how);
}

function allow(deciding: Deciding): Promise<Answer> {
  const { first: actor, message } = deciding;
  if (!offers(message, "Allow for this run…")) return plainly(deciding);
  return noted(deciding, { actor, what: "Allow" }, () => actor.fill(message, "Allow for this run…", {}));
}

function answer(deciding: Deciding): Promise<Answer> {
  const { first: actor, message } = deciding;
  const how = (): Promise<Answer> => actor.fill(message, "Answer…", { answer: "These words." });
  return noted(deciding, { actor, what: "Answer" }, how);
}

function editOf({ version }: Remembered["story"]["words"]): Fills {
  return version === undefined
    ? { "arg:subject": "Edited by hand" }
    : { "arg:version": String(version).replace(/\.0$/, ".1") };
}

interface Who {
  readonly actor: Actor;
  readonly what: Click["what"];
}

async function noted(
  { remembered, message }: Deciding,
  { actor, what }: Who,
  how: () => Promise<Answer>,
): Promise<Answer> {
  const told = actor.told().length;
  const answered = await how();
  const { thread = "", card = "" } = cardOf(message) ?? {};
  const interrupt = card.replace(/^(ask|copy):/, "");
  remembered.clicks.push({
    ...{ person: actor.id, what, interrupt, thread, told },
    ...{ at: Date.now(), answer: answered },
  });
  return answered;
}

/** Who may decide it, one of them first; the same one twice where nobody else may. */
export function decidersOf(
  { text }: Message,
  { ana, bo }: { readonly ana: Actor; readonly bo: Actor },
  isSwapped: boolean,
): readonly [Actor, Actor] {
  if (/Manager, 1 of 2|Legal sign-off/.test(text)) return [ana, ana];
  if (/Compliance, 2 of 2/.test(text)) return [bo, bo];
  return isSwapped ? [bo, ana] : [ana, bo];
}

function firstOf(answers: readonly Answer[]): Answer {
  return answers.find((each) => each === "ok") ?? answers[0];
}
