// The workflows this deployment offers, as those see them who load no graph: who may start and who operates each.
import { approversOf, type Groups } from "../approvals/declared-policy.ts";
import type { Approvers } from "../approvals/policy.ts";
import type { Listing } from "./workflow.ts";

export interface Catalog {
  readonly catalog: readonly Listing[];
  readonly groups: Groups;
}

/** Of a workflow that is gone, those of the configuration. */
export function operatorsOf({ catalog, groups }: Catalog, workflow: string): Approvers {
  const listing = catalog.find(({ name }) => name === workflow);
  return approversOf(listing?.operators ?? ["operators"], groups);
}

/** Undefined where every member may start it. */
export function startersOf(
  { groups }: Pick<Catalog, "groups">,
  { starters }: Listing,
): Approvers | undefined {
  return starters && approversOf(starters, groups);
}
