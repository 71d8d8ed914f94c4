// The version of a workflow: stamped on every slot, so that a thread can be told from one that another graph has written.
import { hash } from "node:crypto";
import type { Plan } from "./plan.ts";

const versions = new WeakMap<Plan, string>();

/** A short hash of its nodes, those of graphs within them, edges, channels and declared version: the same wherever and whenever the same graph is compiled. */
export function versionOf(plan: Plan): string {
  const known = versions.get(plan);
  if (known !== undefined) return known;
  const { version = "", nodes, channels, edges, branches, joins } = plan;
  const shape = [
    [...nodes].map(([name, { graph }]) => (graph === undefined ? name : [name, versionOf(graph.plan)])),
    Object.keys(channels),
    [...edges].flatMap(([source, targets]) => targets.map((target) => [source, target])),
    [...branches].flatMap(([source, each]) => each.map(({ ends }) => [source, ...(ends?.values() ?? [])])),
    joins.map(({ name }) => [name]),
  ];
  // In what order they were added says nothing.
  const sorted = shape.map((names) => names.map((name) => JSON.stringify(name)).sort());
  const made = hash("sha256", JSON.stringify([version, sorted])).slice(0, 12);
  versions.set(plan, made);
  return made;
}
