// What callers are told when a use case says no: what happened, to which thing, and what to do next.
import { keyOfGroup } from "../approvals/actor.ts";
import type { Approval, Refusal } from "../approvals/approval.ts";
import { standingPolicy } from "../approvals/attention.ts";
import type { FieldErrors } from "../approvals/schema.ts";
import type { NotStarted } from "../runs/start.ts";
import { problem, type Reply } from "./problem.ts";

export function startTrouble(started: NotStarted): Reply {
  switch (started.kind) {
    case "unknown-workflow": {
      const { nearest } = started;
      const hint = nearest === undefined ? "" : ` The nearest is "${nearest.name}".`;
      return problem("unknown", `Nothing was started: there is no such workflow.${hint}`);
    }
    case "bad-input":
      return problem(
        "does-not-fit",
        `Nothing was started: the input of "${started.workflow.name}" does not fit.`,
        {
          errors: started.errors,
        },
      );
    case "not-allowed":
      return problem(
        "forbidden",
        started.because === "not-an-approver"
          ? "Nothing was started: the key's owner is not among those who may start this workflow."
          : "Nothing was started: the key's owner is no full member of the workspace any more.",
      );
  }
}

interface Refused {
  readonly because: Refusal;
  readonly approval: Approval;
  readonly errors: FieldErrors;
}

/** Where nothing was counted. */
export function refusalReply({ because, approval, errors }: Refused): Reply {
  if (because === "changed") return stale(approval);
  if (because === "does-not-fit")
    return problem("does-not-fit", "Nothing was decided: what was sent does not fit.", { errors });
  const [kind, sentence] = REFUSED[because];
  return problem(kind, typeof sentence === "string" ? sentence : sentence(approval));
}

type Sentence = string | ((approval: Approval) => string);

const NO_MEMBER = [
  "forbidden",
  "The key's owner is no full member of the workspace, so it decides nothing.",
] as const;

const REFUSED: Readonly<
  Record<Exclude<Refusal, "changed" | "does-not-fit">, readonly ["forbidden" | "conflict", Sentence]>
> = {
  "own-request": [
    "forbidden",
    (approval) =>
      `The run was started for this key's owner, who may not decide it by a key either. ${whoMay(approval)}`,
  ],
  "not-an-approver": [
    "forbidden",
    (approval) =>
      `This key may not decide this request; what its owner may is theirs alone. ${whoMay(approval)}`,
  ],
  guest: NO_MEMBER,
  external: NO_MEMBER,
  deactivated: NO_MEMBER,
  unknown: NO_MEMBER,
  decided: ["conflict", decidedText],
  superseded: ["conflict", "The run asks something else now. Read its requests again."],
  cancelled: ["conflict", "The run was cancelled before a decision. Nothing was counted."],
  expired: [
    "conflict",
    "Nobody decided in time, and nothing was run. To go on with it, somebody asks again on its card in Slack.",
  ],
  voted: [
    "conflict",
    "The key's owner, or a key of theirs, has voted on this already, and it counts. Somebody else has to agree.",
  ],
  "not-offered": ["conflict", "The request cannot be answered like this. Its `ways` say how it can."],
};

function decidedText({ state }: Approval): string {
  if (state.kind !== "decided") return "It is decided. Nothing more was counted.";
  const { by, at, kind } = state.decision;
  return `It was decided by ${by} at ${at}: ${kind}. Nothing more was counted.`;
}

/** It says the digest that is asked now, which is no secret: whoever is told may see the request. */
export function stale({ digest, interrupt, thread }: Approval): Reply {
  return problem(
    "stale",
    `Nothing was decided: If-Match is not the digest of this request as it is now. Read /v1/runs/${thread}/requests/${interrupt} again, and decide what it says.`,
    { headers: { etag: `"${digest}"` } },
  );
}

function whoMay(approval: Approval): string {
  const { users, groups } = standingPolicy(approval).approvers;
  const names = [...users, ...groups.map((group) => keyOfGroup(group) ?? group)];
  return `It needs one of: ${names.slice(0, 10).join(", ")}.`;
}
