// Random policies, people and what they do: the worlds in which the models hold the product against its reference.
import fc from "fast-check";
import type { Vote } from "../../src/approvals/decision.ts";
import type { Person, Policy } from "../../src/approvals/policy.ts";
import { requestOf } from "../../src/approvals/rows/table.ts";
import { type Approval, askedApproval } from "../../src/approvals/approval.ts";
import type { Request } from "../../src/approvals/request.ts";
import { pending } from "../approvals/fixtures.ts";
import type { Happening } from "./happenings.ts";
import type { Asked } from "./reference.ts";

const GROUPS = ["SA", "SB", "SC"] as const;
/** The first of them asks. */
export const IDS = ["U1", "U2", "U3", "U4", "U5"] as const;
const [REQUESTER] = IDS;

export const NOON = Date.parse("2026-03-01T12:00:00.000Z");

export const policies: fc.Arbitrary<Policy> = fc.record(
  {
    approvers: fc.record({
      users: fc.subarray([...IDS], { maxLength: 3 }),
      groups: fc.subarray([...GROUPS], { minLength: 1 }),
    }),
    requesterMayApprove: fc.boolean(),
    quorum: fc.integer({ min: 1, max: 4 }),
    everyGroup: fc.boolean(),
    rejections: fc.integer({ min: 1, max: 2 }),
    expiresAfterMs: fc.integer({ min: 1, max: 1_500 }),
  },
  { requiredKeys: ["approvers", "requesterMayApprove"] },
);

/** Members of some groups most of the time. */
export function personWith(id: string): fc.Arbitrary<Person> {
  const members = fc
    .subarray([...GROUPS, "SELSEWHERE"])
    .map((groups): Person => ({ kind: "member", id, groups }));
  const others = fc
    .constantFrom("guest" as const, "external" as const, "deactivated" as const, "unknown" as const)
    .map((kind): Person => ({ kind, id }));
  return fc.oneof({ weight: 8, arbitrary: members }, { weight: 1, arbitrary: others });
}

/** Of groups only. */
export const members = fc
  .array(fc.subarray([...GROUPS]), { minLength: 1, maxLength: 4 })
  .map((all) => all.map((groups, index): Person => ({ kind: "member", id: `U${index + 2}`, groups })));

interface Cast {
  readonly vote: Vote;
  readonly fits: boolean;
}

const comment = fc.option(fc.constantFrom("fine", "careful"), { nil: undefined });
const said = (text: string | undefined) => (text === undefined ? {} : { comment: text });
const fitting = (vote: Vote): Cast => ({ vote, fits: true });
const edits = fc.constantFrom(
  { args: { version: "v1", replicas: 2 }, fits: true },
  { args: { version: "v2", replicas: 2 }, fits: true },
  { args: { version: "v3" }, fits: true },
  { args: { version: "latest" }, fits: false },
  { args: { replicas: 1 }, fits: false },
  { args: { version: "v2", constructor: "x" }, fits: false },
);
const reviews = fc.constantFrom<Cast & { readonly vote: { readonly kind: "review" } }>(
  { vote: { kind: "review", items: [{ kind: "approve" }, { kind: "approve" }] }, fits: true },
  { vote: { kind: "review", items: [{ kind: "approve" }, { kind: "reject", reason: "a" }] }, fits: true },
  { vote: { kind: "review", items: [{ kind: "approve" }, { kind: "reject", reason: "b" }] }, fits: true },
  { vote: { kind: "review", items: [{ kind: "approve" }] }, fits: false },
);

const approving = comment.map((text) => fitting({ kind: "approve", ...said(text) }));
const editing = fc
  .tuple(edits, comment)
  .map(([{ args, fits }, text]): Cast => ({ vote: { kind: "edit", args, ...said(text) }, fits }));
const rejecting = fc.constantFrom("no", "never").map((reason) => fitting({ kind: "reject", reason }));
const choosing = fc.constantFrom("1", "2", "1", "9").map((option) => fitting({ kind: "choose", option }));
const responding = fc.constant(fitting({ kind: "respond", text: "In words." }));
const any = fc.oneof(approving, editing, rejecting, choosing, responding, reviews);

/** What each kind of question is answered with, most of the time. */
const CASTS: Readonly<Record<Asked["kind"], fc.Arbitrary<Cast>>> = {
  approve: fc.oneof(approving, approving, editing, rejecting),
  choose: choosing,
  ask: responding,
  review: fc.oneof(reviews, approving),
};

export type Step =
  | ({ readonly kind: "click"; readonly by: string; readonly card: "current" | "earlier" | "none" } & Cast)
  | { readonly kind: "moves"; readonly person: Person }
  | { readonly kind: "happens"; readonly what: Happening; readonly by: string };

const somebody = fc.constantFrom(...IDS);

const steps = (kind: Asked["kind"]): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 14,
      arbitrary: fc
        .tuple(
          somebody,
          fc.constantFrom("current", "current", "current", "current", "earlier", "none"),
          fc.oneof({ weight: 9, arbitrary: CASTS[kind] }, { weight: 1, arbitrary: any }),
        )
        .map(([by, card, cast]): Step => ({ kind: "click", by, card, ...cast })),
    },
    {
      weight: 3,
      arbitrary: somebody.chain(personWith).map((person): Step => ({ kind: "moves", person })),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          fc.constantFrom<Happening>(
            "sweep",
            "sweep",
            "ask-again",
            "ask-again",
            "refuse-answer",
            "consume",
            "cancel",
            "supersede",
          ),
          somebody,
        )
        .map(([what, by]): Step => ({ kind: "happens", what, by })),
    },
  );

export interface Story {
  readonly kind: Asked["kind"];
  readonly policy: Policy;
  readonly people: readonly Person[];
  /** Each with the time that has gone by since the one before. */
  readonly steps: readonly (readonly [afterMs: number, step: Step])[];
}

const kinds = fc.constantFrom<Asked["kind"]>("approve", "approve", "approve", "choose", "ask", "review");

export const stories: fc.Arbitrary<Story> = kinds.chain((kind) =>
  fc.record({
    kind: fc.constant(kind),
    policy: policies,
    people: fc.tuple(...IDS.map(personWith)),
    steps: fc.array(fc.tuple(fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 90 })), steps(kind)), {
      minLength: 1,
      maxLength: 25,
    }),
  }),
);

const REQUESTS: Readonly<Record<Asked["kind"], Request>> = {
  approve: pending.request,
  choose: requestOf({ question: "Which?", options: ["eu", "us"] }, "ask"),
  ask: requestOf({ question: "Why?" }, "ask"),
  review: requestOf({ action_requests: [{ name: "send" }, { name: "purge" }] }, "ask"),
};

/** The product's record of the question, and what the reference knows of it. */
export function asking(kind: Asked["kind"], policy: Policy): { approval: Approval; asked: Asked } {
  const { digest: _, state: _state, version: _version, revision: _revision, ...rest } = pending;
  const request = REQUESTS[kind];
  const askedAt = new Date(NOON).toISOString();
  return {
    approval: askedApproval({ ...rest, requester: REQUESTER, policy, request, askedAt }),
    asked: { kind, policy, requester: REQUESTER, args: request.action.args },
  };
}
