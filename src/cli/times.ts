// Moments for operators: in UTC, as logs have them, and how long ago that was.

/** "2026-11-22 11:24" */
export function utc(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}

const UNITS = [
  { name: "d", ms: 86_400_000 },
  { name: "h", ms: 3_600_000 },
  { name: "min", ms: 60_000 },
  { name: "s", ms: 1_000 },
] as const;

/** "3 h": the largest unit alone, for what is read at a glance. Never less than nothing, where two clocks differ. */
export function span(fromIso: string, toIso: string): string {
  const ms = Math.max(0, Date.parse(toIso) - Date.parse(fromIso));
  const unit = UNITS.find((one) => ms >= one.ms) ?? { name: "s", ms: 1_000 };
  return `${Math.floor(ms / unit.ms)} ${unit.name}`;
}

export function ago(iso: string, now: string): string {
  return `${span(iso, now)} ago`;
}

/** "2026-11-22 11:24 UTC (3 h ago)", or "(in 3 h)". */
export function when(iso: string, now: string): string {
  return `${utc(iso)} UTC (${iso > now ? `in ${span(now, iso)}` : ago(iso, now)})`;
}
