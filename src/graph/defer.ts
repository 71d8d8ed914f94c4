// Nodes that run last: whatever leads to one, it waits until nothing else is left to run.
import type { Destination, JoinsSeen } from "./checkpointer.ts";

/** What waits is kept among the joins, whose names are put together from nodes' names: none of those has a ":". */
const PREFIX = "defer:";

interface Way {
  readonly destinations: readonly Destination[];
  readonly joins: JoinsSeen;
}

/** Holds back where a way leads to deferred nodes; `hasOthers` says that something else is still to run. A Send is not held back. */
export function holdDeferred(
  { deferred }: { readonly deferred: ReadonlySet<string> },
  { destinations, joins }: Way,
  { seen, hasOthers }: { readonly seen: JoinsSeen; readonly hasOthers: boolean },
): Way {
  const held = Object.keys(seen).filter((name) => name.startsWith(PREFIX));
  if (deferred.size === 0 && held.length === 0) return { destinations, joins };
  const isDeferred = (to: Destination): boolean => to.kind === "node" && deferred.has(to.node);
  const others = destinations.filter((to) => !isDeferred(to));
  const waiting = new Set([
    ...held.map((name) => name.slice(PREFIX.length)),
    ...destinations.filter(isDeferred).map(({ node }) => node),
  ]);
  const real = Object.entries(joins).filter(([name]) => !name.startsWith(PREFIX));
  if (others.length === 0 && !hasOthers) {
    const last = [...waiting].map((node) => ({ kind: "node", node }) as const);
    return { destinations: last, joins: Object.fromEntries(real) };
  }
  const kept = [...waiting].map((node) => [PREFIX + node, []] as const);
  return { destinations: others, joins: Object.fromEntries([...real, ...kept]) };
}
