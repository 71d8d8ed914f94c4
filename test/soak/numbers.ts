// Percentiles, and the slope of a line through points.

/** Zero of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export function sum(values: readonly number[]): number {
  return values.reduce((all, one) => all + one, 0);
}

/** By least squares: how much `y` rises for each 1 of `x`. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const n = points.length;
  const meanX = sum(points.map(([x]) => x)) / n;
  const meanY = sum(points.map(([, y]) => y)) / n;
  const over = sum(points.map(([x]) => (x - meanX) ** 2));
  return over === 0 ? 0 : sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / over;
}

/** In thirds of the time that all of them span. */
export function firstAndLastThird<T extends { readonly at: number }>(all: readonly T[]): readonly [T[], T[]] {
  const times = all.map(({ at }) => at);
  const from = times.reduce((least, at) => Math.min(least, at), Infinity);
  const to = times.reduce((most, at) => Math.max(most, at), -Infinity);
  const third = (to - from) / 3;
  return [all.filter(({ at }) => at <= from + third), all.filter(({ at }) => at >= to - third)];
}
