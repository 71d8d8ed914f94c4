// Who decides what, held against a reference that tries every way: `npm run campaign` tells many more stories.
import fc from "fast-check";
import { expect, test } from "vitest";
import { Approval, decide, votesOn } from "../../src/approvals/approval.ts";
import {
  askedAgain,
  cancelledApproval,
  expiredApproval,
  resumedApproval,
  supersededApproval,
} from "../../src/approvals/course.ts";
import { AuditEntry, entriesOfApproval } from "../../src/approvals/audit.ts";
import type { Decision, Vote } from "../../src/approvals/decision.ts";
import type { Person } from "../../src/approvals/policy.ts";
import { type Happening, happened } from "./happenings.ts";
import { asking, members, NOON, policies, type Step, stories, type Story } from "./people-and-clicks.ts";
import {
  clicked,
  isAuthorised,
  newQuestion,
  type Outcome,
  type People,
  personIn,
  type Question,
  suffice,
} from "./reference.ts";

const RUNS = Number(process.env["COUNTERSIGN_RUNS"] ?? 400);
const settings = { seed: 20_260_301, numRuns: RUNS };
const timeout = Math.max(20_000, RUNS * 20);

interface World {
  readonly approval: Approval;
  readonly question: Question;
  readonly people: People;
  /** Of each revision there was. */
  readonly digests: readonly string[];
  readonly now: number;
}

function beginningOf({ kind, policy, people }: Story): World {
  const { approval, asked } = asking(kind, policy);
  return {
    ...{ approval: frozen(approval), question: newQuestion(asked, NOON), now: NOON },
    ...{ people: new Map(people.map((one) => [one.id, one])), digests: [approval.digest] },
  };
}

/** Nothing may be changed in place: whoever holds the record from before still has what it said. */
function frozen<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

function after(world: World, step: Step): World {
  if (step.kind === "moves")
    return { ...world, people: new Map([...world.people, [step.person.id, step.person]]) };
  return step.kind === "click" ? afterClick(world, step) : afterHappening(world, step);
}

function afterClick(world: World, { by, vote, fits, card }: Extract<Step, { kind: "click" }>): World {
  const { approval, question, people, digests } = world;
  const shown = { current: question.revision, earlier: Math.max(1, question.revision - 1), none: 0 }[card];
  const verdict = decide(approval, {
    ...{ vote: frozen(vote), digest: digests[shown - 1] ?? "never shown" },
    ...{ person: personIn(people, by), now: new Date(world.now).toISOString() },
    voters: votesOn(approval).map((one) => personIn(people, one.by)),
  });
  const expected = clicked(question, { by, vote, fits, revision: shown }, world);
  const because = verdict.kind === "refused" ? { because: verdict.because } : {};
  expect({ kind: verdict.kind, ...because }).toEqual(
    expected.kind === "refused" ? expected : { kind: expected.kind },
  );
  if (verdict.kind === "refused" || expected.kind === "refused") return world;
  const next = { ...world, approval: frozen(verdict.approval), question: expected.question };
  return { ...next, digests: digestsAfter(next) };
}

const DOES: Readonly<Record<Happening, (approval: Approval, who: { by: string; at: string }) => Approval>> = {
  sweep: (approval, { at }) => expiredApproval(approval, at),
  consume: resumedApproval,
  supersede: (approval, { at }) => supersededApproval(approval, at),
  cancel: cancelledApproval,
  "ask-again": (approval, { by, at: now }) =>
    askedAgain(approval, { because: "expired", by, now, notes: [] }),
  "refuse-answer": (approval, { by, at: now }) =>
    askedAgain(approval, { because: "refused", by, now, notes: ["It is taken."] }),
};

function afterHappening(world: World, { what, by }: Extract<Step, { kind: "happens" }>): World {
  const question = happened(world.question, what, { by, now: world.now });
  const isAsked = what === "ask-again" || what === "refuse-answer";
  // Whether to ask again is the use case's to know; everything else may be tried at any time.
  if (isAsked && question === world.question) return world;
  const approval = DOES[what](world.approval, { by, at: new Date(world.now).toISOString() });
  if (question === world.question) expect(approval).toBe(world.approval);
  const next = { ...world, question, approval: frozen(approval) };
  return { ...next, digests: digestsAfter(next) };
}

/** A revision has one digest, and no other has it. */
function digestsAfter({ approval: { digest, revision }, digests }: World): readonly string[] {
  const before = digests[revision - 1];
  if (before !== undefined) {
    expect(digest).toBe(before);
    return digests;
  }
  expect(digests).not.toContain(digest);
  return [...digests, digest];
}

function expectAlike({ approval, question }: World): void {
  const { state } = approval;
  expect({
    ...{ phase: state.kind, revision: approval.revision, version: approval.version },
    ...{ args: approval.request.action.args, isEdited: approval.askedArgs !== undefined },
    deadline: approval.expiresAt === undefined ? undefined : Date.parse(approval.expiresAt),
    votes: votesOn(approval).map(({ by }) => by),
    outcome: state.kind === "decided" ? outcomeOf(state.decision) : undefined,
    isConsumed: state.kind === "decided" && state.resumed,
  }).toEqual({
    ...{ phase: question.phase, revision: question.revision, version: question.version },
    ...{ args: question.args, isEdited: question.isEdited, deadline: question.deadline },
    ...{ votes: question.votes.map(({ by }) => by), outcome: question.outcome },
    isConsumed: question.phase === "decided" && question.isConsumed,
  });
}

function outcomeOf(decision: Decision): Outcome {
  const { kind, by, votes = [] } = decision;
  return {
    ...{ kind, by, votes: votes.map((one) => ({ by: one.by, comment: one.comment })) },
    comment: "comment" in decision ? decision.comment : undefined,
    args: "args" in decision ? decision.args : undefined,
  };
}

/** As the reference writes it: what, on which revision, by whom, and what they said. */
function lineOf(entry: AuditEntry): string {
  const revision = "revision" in entry ? entry.revision : "";
  const by = "by" in entry ? [entry.by] : [];
  const vote = entry.kind === "voted" ? [entry.vote] : [];
  const answer = entry.kind === "decided" ? [entry.answer.kind] : [];
  return [entry.kind, revision, ...by, ...vote, ...answer].join(":");
}

/** Everything that has happened is told, once each, and nothing else. */
function expectTold({ approval, question, now }: World): void {
  const entries = entriesOfApproval(approval, new Date(now).toISOString());
  expect(entries.map(lineOf).sort()).toEqual([...question.told].sort());
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length);
  for (const entry of entries) expect(AuditEntry.parse(entry)).toEqual(entry);
}

/** What a decision rests on, whatever the reference says: people who may decide, each of them once, and enough of them. */
function expectFounded({ approval, people, question: { asked } }: World, decision: Decision): void {
  const ids = [decision.by, ...(decision.votes ?? []).map(({ by }) => by)];
  const agreed = ids.map((id) => personIn(people, id));
  expect(new Set(ids).size).toBe(ids.length);
  expect(agreed.filter((person) => !isAuthorised(person, asked))).toEqual([]);
  if (decision.kind === "rejected") expect(ids.length).toBe(asked.policy.rejections ?? 1);
  else if (decision.kind !== "responded") expect(suffice(approval.policy, agreed)).toBe(true);
}

test(
  "whatever people do in whatever order, the question stands as the plain reference says, and its history tells all of it",
  { timeout },
  () => {
    fc.assert(
      fc.property(stories, (story) => {
        let world = beginningOf(story);
        for (const [afterMs, step] of story.steps) {
          const before = world.approval.state;
          world = after({ ...world, now: world.now + afterMs }, step);
          expectAlike(world);
          const { state } = world.approval;
          if (state.kind === "decided" && before.kind !== "decided") expectFounded(world, state.decision);
          const isAskedAgain = state.kind === "pending";
          if (before.kind === "decided" && !isAskedAgain)
            expect(state).toMatchObject({ kind: "decided", decision: before.decision });
          expectTold(world);
        }
        expect(Approval.parse(JSON.parse(JSON.stringify(world.approval)))).toEqual(world.approval);
      }),
      settings,
    );
  },
);

function permutations<One>(list: readonly One[]): readonly (readonly One[])[] {
  if (list.length === 0) return [[]];
  return list.flatMap((one, index) => permutations(list.toSpliced(index, 1)).map((rest) => [one, ...rest]));
}

const same = fc.constantFrom<{ readonly kind: "approve" | "choose" | "review"; readonly vote: Vote }>(
  { kind: "approve", vote: { kind: "approve" } },
  { kind: "choose", vote: { kind: "choose", option: "2" } },
  { kind: "review", vote: { kind: "review", items: [{ kind: "approve" }, { kind: "reject", reason: "" }] } },
);

test(
  "people who say the same decide exactly where they suffice, in whatever order they say it",
  { timeout },
  () => {
    fc.assert(
      fc.property(members, policies, same, (people, { expiresAfterMs: _, ...policy }, { kind, vote }) => {
        const { approval, asked } = asking(kind, policy);
        const authorised = people.filter((person) => isAuthorised(person, asked));
        const isEnough = authorised.length > 0 && suffice(policy, authorised);
        for (const order of permutations(people)) {
          const end = order.reduce((now, person) => afterVote(now, { person, vote, people }), approval);
          expect(end.state.kind).toBe(isEnough ? "decided" : "pending");
          const voters = votesOn(end).map(({ by }) => by);
          if (!isEnough) expect(voters.sort()).toEqual(authorised.map(({ id }) => id).sort());
        }
      }),
      settings,
    );
  },
);

function afterVote(
  approval: Approval,
  {
    person,
    vote,
    people,
  }: { readonly person: Person; readonly vote: Vote; readonly people: readonly Person[] },
): Approval {
  const voted = votesOn(approval).map(({ by }) => by);
  const voters = people.filter(({ id }) => voted.includes(id));
  const now = new Date(NOON).toISOString();
  const verdict = decide(approval, { vote, digest: approval.digest, person, now, voters });
  return verdict.kind === "refused" ? approval : verdict.approval;
}
