// Names close to a mistyped one, nearest first, so that an error can say what was probably meant.
import { distance } from "fastest-levenshtein";

/** All candidates, nearest first; `count` of them. */
export function nearest(wanted: string, candidates: readonly string[], count = 3): readonly string[] {
  const distinct = [...new Set(candidates)];
  return distinct
    .map((name) => ({ name, distance: distance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
}
