// How a change of a workflow is called, wherever people are told of one.

/** A workflow may change without its author's saying so. */
export function changedVersion(from: string, to: string): string {
  return from === to ? `version ${to} with other steps, ways or state` : `version ${from} → ${to}`;
}
