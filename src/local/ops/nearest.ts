// Names close to a mistyped one, nearest first, so that an error can say what was probably meant.

/** All candidates, nearest first; `count` of them. */
export function nearest(wanted: string, candidates: readonly string[], count = 3): readonly string[] {
  const distinct = [...new Set(candidates)];
  return distinct
    .map((name) => ({ name, distance: editDistance(wanted.toLowerCase(), name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
}

function editDistance(from: string, to: string): number {
  const target = Array.from(to);
  let previous = Array.from({ length: target.length + 1 }, (_, index) => index);
  for (const [row, letter] of Array.from(from).entries()) {
    const current = [row + 1];
    for (const [column, other] of target.entries()) {
      const replaced = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      const removed = (previous[column + 1] ?? 0) + 1;
      const added = (current[column] ?? 0) + 1;
      current.push(Math.min(replaced, removed, added));
    }
    previous = current;
  }
  return previous[target.length] ?? 0;
}
