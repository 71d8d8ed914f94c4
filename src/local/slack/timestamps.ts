// Slack's message timestamps, "seconds.micros", which are also a message's identity.

export function tsFromMicros(micros: number): string {
  return `${Math.floor(micros / 1_000_000)}.${String(micros % 1_000_000).padStart(6, "0")}`;
}

/** Whole microseconds fit a double exactly; seconds with a fraction do not. */
export function microsFromTs(ts: string): number {
  const [seconds = "0", fraction = ""] = ts.split(".");
  return Number(seconds) * 1_000_000 + Number(fraction.slice(0, 6).padEnd(6, "0"));
}
