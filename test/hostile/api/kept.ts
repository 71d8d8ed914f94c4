// What is in the table that the API is asked about: runs in every state, a question of every kind and with every outcome.
import { keyGroup } from "../../../src/approvals/actor.ts";
import { appended, EMPTY_AUDIT } from "../../../src/approvals/audit-log.ts";
import { type Approval, approvalDigest } from "../../../src/approvals/approval.ts";
import type { Run } from "../../../src/runs/run.ts";
import { failure } from "../../approvals/entries.ts";
import { DECIDED_AT, someApproval, someChoice, someRun } from "../../slack/fixtures.ts";
import { QUESTIONS } from "../questions.ts";

export interface Kept {
  readonly run: Run;
  readonly approvals: readonly Approval[];
}

/** The one that policies name. */
export const DECIDER = "decider";
/** In arguments and inputs; nobody may be told of them. */
export const HIDDEN = ["ghp_0123456789abcdefghijklmnopqrstuvwxyz", "hidden-by-its-schema"] as const;

const [TOKEN, HOOK] = HIDDEN;

function decidable(approval: Approval): Approval {
  const { approvers, ...policy } = approval.policy;
  const groups = [...approvers.groups, keyGroup(DECIDER)];
  const named = { ...approval, policy: { ...policy, approvers: { ...approvers, groups } } };
  return { ...named, digest: approvalDigest(named) };
}

const SECRETIVE = someApproval({
  action: { name: "deploy", args: { service: "web", token: TOKEN, hook: HOOK } },
  schema: {
    type: "object",
    properties: { service: { type: "string" }, hook: { type: "string", format: "password" } },
    required: ["service"],
  },
});

const who = { by: "U0OTTO/decider", at: DECIDED_AT };
const decidedAs = (
  decision: Extract<Approval["state"], { kind: "decided" }>["decision"],
): Approval["state"] => ({
  ...{ kind: "decided", decision, resumed: true },
});
const ARGS = { service: "checkout", version: "v2.4.2" };

const STATES: readonly Approval["state"][] = [
  decidedAs({ kind: "approved", ...who, comment: TOKEN, forRun: true, basis: "0" }),
  decidedAs({
    ...{ kind: "edited", ...who, args: ARGS, before: { ...ARGS, token: TOKEN }, forRun: true },
    votes: [{ by: "U0ANA", at: DECIDED_AT, comment: "Fine", forRun: true }],
  }),
  decidedAs({ kind: "rejected", ...who, reason: "No", stop: true }),
  decidedAs({ kind: "chosen", ...who, option: "retry" }),
  decidedAs({ kind: "responded", ...who, text: "Kim" }),
  decidedAs({
    kind: "reviewed",
    ...who,
    items: [{ kind: "approved" }, { kind: "edited", args: { token: TOKEN } }],
  }),
  decidedAs({ kind: "expired", by: "system", at: DECIDED_AT }),
  { kind: "superseded", at: DECIDED_AT },
  { kind: "cancelled", by: "U0RITA", at: DECIDED_AT },
  { kind: "pending", votes: [{ by: "U0ANA", at: DECIDED_AT, vote: { kind: "approve", comment: "Fine" } }] },
];

const usage = { calls: 3, inputTokens: 100, outputTokens: 20 };
const STATUSES: readonly Partial<Run>[] = [
  { status: { kind: "queued" }, key: "starter", alertResolvedAt: DECIDED_AT },
  { status: { kind: "done", outcome: { good: true, text: `Done with ${TOKEN}.` } }, usage },
  { status: { kind: "failed", error: `It broke at ${TOKEN}.` }, isRemote: true },
  { status: { kind: "cancelled", by: "U0RITA/starter", at: DECIDED_AT, reason: TOKEN } },
  { requester: "webhook:alertmanager" },
];

const threadOf = (number: number): string => number.toString(16).padStart(4, "0").repeat(8);

function at(number: number, change: Partial<Run>, approvals: readonly Approval[]): Kept {
  const thread = threadOf(number);
  const entries = [1, 2, 3].map((n) => failure(`failed:${n}`, `It broke ${n} times.`));
  const run = someRun({ thread, version: 1, input: { service: "web", token: TOKEN }, ...change });
  const own = approvals.map((approval, nth) => {
    const placed = { ...approval, thread, interrupt: threadOf(number * 16 + nth), version: 1 };
    return { ...placed, digest: approvalDigest(placed) };
  });
  return { run: { ...run, audit: appended(EMPTY_AUDIT, entries, { key: run }).open }, approvals: own };
}

export const KEPT: readonly Kept[] = [
  ...QUESTIONS.map(({ run, approvals }) => ({ run, approvals: approvals.map(decidable) })),
  at(0x1000, {}, [decidable(SECRETIVE)]),
  // Of the same name as the one before, as far as six digits go.
  at(0x1001, { thread: `${threadOf(0x1000).slice(0, 31)}f` }, []),
  ...STATES.map((state, index) =>
    at(0x2000 + index, {}, [decidable({ ...(index === 3 ? someChoice() : someApproval()), state })]),
  ),
  ...STATUSES.map((change, index) => at(0x3000 + index, change, [])),
];
