// What a question does with what people do, written a second time and as plainly as it can be: the models hold the product against it.
import type { Vote } from "../../src/approvals/decision.ts";
import type { JsonObject } from "../../src/approvals/json.ts";
import type { Person, Policy } from "../../src/approvals/policy.ts";

export type People = ReadonlyMap<string, Person>;

/** What never changes of a question. */
export interface Asked {
  readonly kind: "approve" | "choose" | "ask" | "review";
  readonly requester: string;
  readonly policy: Policy;
  readonly args: JsonObject;
}

interface Counted {
  readonly by: string;
  readonly says: string;
  readonly comment: string | undefined;
}

export interface Outcome {
  readonly kind: string;
  readonly by: string;
  readonly votes: readonly Omit<Counted, "says">[];
  readonly comment: string | undefined;
  readonly args: JsonObject | undefined;
}

export interface Question {
  readonly asked: Asked;
  readonly phase: "pending" | "decided" | "superseded" | "cancelled" | "expired";
  readonly revision: number;
  readonly version: number;
  readonly args: JsonObject;
  readonly isEdited: boolean;
  /** From then on, in milliseconds; for ever, if undefined. */
  readonly deadline: number | undefined;
  readonly votes: readonly Counted[];
  readonly outcome: Outcome | undefined;
  readonly isConsumed: boolean;
  /** What the history has to tell. */
  readonly told: readonly string[];
}

export interface Click {
  readonly by: string;
  readonly vote: Vote;
  /** Whether the arguments, or the answers to each of several actions, are such as the question takes. */
  readonly fits: boolean;
  /** The revision on whose card it was; 0 for none there ever was. */
  readonly revision: number;
}

export type Answer =
  | { readonly kind: "refused"; readonly because: string }
  | { readonly kind: "counted" | "accepted"; readonly question: Question };

export function newQuestion(asked: Asked, now: number): Question {
  return {
    ...{ asked, phase: "pending", revision: 1, version: 1, args: asked.args, isEdited: false },
    ...{ deadline: deadlineOf(asked, now), votes: [], outcome: undefined, isConsumed: false },
    told: ["asked:1"],
  };
}

export function deadlineOf({ policy: { expiresAfterMs } }: Asked, now: number): number | undefined {
  return expiresAfterMs === undefined ? undefined : now + expiresAfterMs;
}

/** Whether people who say the same are enough, by trying everybody for every group. */
export function suffice(
  { approvers, quorum = 1, everyGroup = false }: Policy,
  people: readonly Person[],
): boolean {
  return people.length >= quorum && (!everyGroup || eachHasItsOwn(approvers.groups, people));
}

function eachHasItsOwn([group, ...others]: readonly string[], people: readonly Person[]): boolean {
  if (group === undefined) return true;
  return people.some(
    (person, index) =>
      person.kind === "member" &&
      person.groups.includes(group) &&
      eachHasItsOwn(others, people.toSpliced(index, 1)),
  );
}

export function isAuthorised(person: Person, { requester, policy }: Asked): boolean {
  return whyNot(person, { requester, policy }) === undefined;
}

function whyNot(
  person: Person,
  { requester, policy }: Pick<Asked, "requester" | "policy">,
): string | undefined {
  if (person.kind !== "member") return person.kind;
  if (person.id === requester && !policy.requesterMayApprove) return "own-request";
  const { users, groups } = policy.approvers;
  const isNamed = users.includes(person.id) || groups.some((group) => person.groups.includes(group));
  return isNamed ? undefined : "not-an-approver";
}

const OFFERED = {
  approve: ["approve", "edit", "reject"],
  choose: ["choose"],
  ask: ["respond"],
  review: ["review", "approve"],
};

interface Now {
  readonly now: number;
  readonly people: People;
}

export function clicked(question: Question, click: Click, world: Now): Answer {
  const because = closedTo(question, click, world) ?? notOffered(question, click.vote);
  if (because !== undefined) return { kind: "refused", because };
  if (!click.fits) return { kind: "refused", because: "does-not-fit" };
  return click.vote.kind === "edit"
    ? edited(question, { ...click, args: click.vote.args }, world.people)
    : counted(question, click, world.people);
}

/** In this order. */
function closedTo(question: Question, click: Click, { now, people }: Now): string | undefined {
  const { asked, phase, revision, deadline } = question;
  const because = whyNot(personIn(people, click.by), asked);
  if (because !== undefined) return because;
  if (phase !== "pending") return phase;
  if (deadline !== undefined && now >= deadline) return "expired";
  return click.revision === revision ? undefined : "changed";
}

function notOffered({ asked }: Question, vote: Vote): string | undefined {
  const isThere = vote.kind !== "choose" || ["1", "2"].includes(vote.option);
  return isThere && OFFERED[asked.kind].includes(vote.kind) ? undefined : "not-offered";
}

function edited(question: Question, click: Click & { readonly args: JsonObject }, people: People): Answer {
  const { revision, told } = question;
  const isProposed = question.isEdited && same(question.args, click.args);
  // Sending what somebody has proposed, and stands by, is to agree.
  if (isProposed && question.votes.some(({ says }) => says === "approve"))
    return counted(question, click, people);
  const proposal = { revision: revision + 1, args: click.args, isEdited: true, votes: [] };
  const entry = `edited:${revision + 1}:${click.by}`;
  const answer = counted({ ...question, ...proposal, told: [...told, entry] }, click, people);
  if (answer.kind !== "accepted") return answer;
  // What decides at once is told once.
  return { ...answer, question: { ...answer.question, told: without(answer.question.told, entry) } };
}

function counted(question: Question, { by, vote }: Click, people: People): Answer {
  const { asked, version, told, revision } = question;
  const says = saidBy(question, vote);
  const standing = question.votes.filter((one) => isAuthorised(personIn(people, one.by), asked));
  const others = standing.filter((one) => one.by !== by);
  const agreeing = others.filter((one) => one.says === says);
  const everybody = [by, ...agreeing.map((one) => one.by)].map((id) => personIn(people, id));
  const isEnough = enough(asked, { says, everybody });
  const hasSaidSo = standing.some((one) => one.by === by && one.says === says);
  if (hasSaidSo && !isEnough) return { kind: "refused", because: "voted" };
  const mine = { by, says, comment: says === "approve" ? commentOf(vote) : undefined };
  const moved = { ...question, version: version + 1 };
  if (!isEnough)
    return {
      kind: "counted",
      question: {
        ...moved,
        votes: [...others, mine],
        told: [...told, `voted:${revision}:${by}:${kindOf(says)}`],
      },
    };
  const kind = outcomeKind(question, says);
  const outcome = {
    ...{ kind, by, votes: agreeing.map((one) => ({ by: one.by, comment: one.comment })) },
    ...{ comment: mine.comment, args: kind === "edited" ? question.args : undefined },
  };
  return {
    kind: "accepted",
    question: {
      ...moved,
      phase: "decided",
      outcome,
      votes: [],
      told: [...told, `decided:${revision}:${by}:${kind}`],
    },
  };
}

function enough(
  { policy }: Asked,
  { says, everybody }: { readonly says: string; readonly everybody: readonly Person[] },
): boolean {
  if (says === "respond") return true;
  return says === "reject" ? everybody.length >= (policy.rejections ?? 1) : suffice(policy, everybody);
}

/** Reasons and comments may differ where people say the same. */
function saidBy({ asked }: Question, vote: Vote): string {
  switch (vote.kind) {
    case "approve":
    case "edit":
      return asked.kind === "review" ? "review:approve,approve" : "approve";
    case "choose":
      return `choose:${vote.option}`;
    case "review":
      return `review:${vote.items.map(({ kind }) => kind).join()}`;
    case "reject":
    case "respond":
      return vote.kind;
  }
}

const kindOf = (says: string): string => says.split(":", 1)[0] ?? "";

function outcomeKind({ isEdited }: Question, says: string): string {
  const kinds: Record<string, string> = {
    approve: isEdited ? "edited" : "approved",
    ...{ reject: "rejected", choose: "chosen", respond: "responded", review: "reviewed" },
  };
  return kinds[kindOf(says)] ?? "";
}

function commentOf(vote: Vote): string | undefined {
  return vote.kind === "approve" || vote.kind === "edit" ? vote.comment : undefined;
}

export function personIn(people: People, id: string): Person {
  return people.get(id) ?? { kind: "unknown", id };
}

function same(a: JsonObject, b: JsonObject): boolean {
  const sorted = (one: JsonObject): string => JSON.stringify(Object.entries(one).sort());
  return sorted(a) === sorted(b);
}

function without(list: readonly string[], one: string): readonly string[] {
  return list.filter((entry) => entry !== one);
}
