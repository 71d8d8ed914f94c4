// On-call schedules as a file keeps them: people who take turns, a week each.
import * as z from "zod";
import type { Schedules } from "./schedules.ts";

const WEEK_MS = 7 * 24 * 60 * 60_000;

const Rotation = z.strictObject({
  /** Of the handover, as in "Europe/Berlin": it keeps its hour when the clocks change. */
  timeZone: z.string().refine(isTimeZone, "is no time zone"),
  /** When the first one's first week begins, there: "2026-01-05T09:00". */
  from: z.iso.datetime({ local: true, precision: -1 }),
  /** Slack ids, a week each, in turn. */
  people: z.array(z.string().min(1)).nonempty(),
});

/** By name. */
export const Rotations = z.record(z.string().regex(/^[a-z][a-z0-9-]*$/), Rotation);
export type Rotations = z.infer<typeof Rotations>;

/**
 * Before the first week nobody is on call.
 *
 * @example
 * const schedules = weekly({ payments: { timeZone: "Europe/Berlin", from: "2026-01-05T09:00", people: ["U1", "U2"] } });
 */
export function weekly(rotations: Rotations): Schedules {
  return {
    onCall(schedule, at) {
      const rotation = Object.hasOwn(rotations, schedule) ? rotations[schedule] : undefined;
      return Promise.resolve(rotation && onCallIn(rotation, at));
    },
    names: () => Promise.resolve(Object.keys(rotations)),
  };
}

function onCallIn({ timeZone, from, people }: z.infer<typeof Rotation>, at: string): readonly string[] {
  const weeks = Math.floor((wallClockMs(timeZone, at) - Date.parse(`${from}:00Z`)) / WEEK_MS);
  const person = weeks < 0 ? undefined : people[weeks % people.length];
  return person === undefined ? [] : [person];
}

/** What the clock on the wall shows there, counted as if it were UTC: so every week has seven days of it, whatever the season. */
function wallClockMs(timeZone: string, at: string): number {
  const format = new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  return Date.parse(`${format.format(new Date(at)).replace(" ", "T")}Z`);
}

function isTimeZone(name: string): boolean {
  // To make a format loads all there is to know of dates, and takes a tenth of a cold start: left to names that stand for another.
  if (Intl.supportedValuesOf("timeZone").includes(name)) return true;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
