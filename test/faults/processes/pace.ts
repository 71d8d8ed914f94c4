// How fast time goes in the processes: leases, claims and waits of the product take minutes, and a campaign has none to spare.

export interface Pace {
  /** So many seconds there are one second here. */
  readonly factor: number;
  /** When the two times were the same, in milliseconds since 1970. */
  readonly from: number;
}

/** What time it is there. */
export function timeThere({ factor, from }: Pace, realNow: number): number {
  return from + (realNow - from) * factor;
}

export function paceToEnvironment({ factor, from }: Pace): Readonly<Record<string, string>> {
  return { TEST_PACE: String(factor), TEST_PACE_FROM: String(from) };
}

export function paceFromEnvironment(env: Readonly<Record<string, string | undefined>>): Pace {
  return { factor: Number(env["TEST_PACE"] ?? 1), from: Number(env["TEST_PACE_FROM"] ?? 0) };
}
