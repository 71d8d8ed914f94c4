// A run that a program of Rita's has started over REST and that stands at its first question: each test brings what its one node asks, and of whom.
import type { DeclaredPolicy } from "../../src/approvals/declared-policy.ts";
import type { RequestView } from "../../src/api/schemas.ts";
import { askApproval } from "../../src/approvals/ask.ts";
import { pendingIn, type Program } from "./api.ts";
import { asking } from "./asking-workflow.ts";
import type { Desk } from "./desk.ts";

export interface Asking {
  readonly policy?: DeclaredPolicy;
  readonly args?: Parameters<typeof askApproval>[0]["action"]["args"];
  /** Over what is asked otherwise: to release `args`, which can be approved, edited and rejected. */
  readonly request?: Partial<Parameters<typeof askApproval>[0]>;
  /** In place of all of it. */
  readonly node?: () => unknown;
}

/** Named by the policy that requests have unless a test says otherwise, beside whoever is on call. */
export const DECIDER = "decider";
export const BY_KEY: DeclaredPolicy = {
  ...{ approvers: ["approvers", { apiKey: DECIDER }], requesterMayApprove: false },
};

const SCHEMA = {
  type: "object",
  properties: {
    version: { type: "string" },
    note: { type: "string" },
    token: { type: "string" },
    hook: { type: "string", format: "password" },
  },
  required: ["version"],
};

export async function askedOverRest(
  desk: Desk,
  starter: Program,
  { policy = BY_KEY, args = { version: "v1" }, request = {}, node }: Asking = {},
): Promise<RequestView> {
  const ask = (): unknown =>
    askApproval({
      ...{ title: "Release v1", action: { name: "release", args }, schema: SCHEMA },
      ...{ allowed: ["approve", "edit", "reject"], ...request },
    });
  const workflow = desk.offer(asking(policy, node ?? ask));
  return pendingIn(await starter.post("/v1/runs?wait=20", { workflow, input: { version: "v1" } }));
}
