// How far this machine's clock is from those of Slack and AWS. The functions have AWS's.
import { type Check, type Finding, fine, unknown, wrong } from "./check.ts";
import type { DoctorFacts } from "./facts.ts";

/** Signatures count for 300 s, and a lease is taken over 5 s after it has ended: clocks that differ by this much are not looked after. */
const MOST_MS = 30_000;
/** Times are told to the second. */
const TOLD_TO_MS = 1_000;

export const clockCheck: Check = {
  name: "Clocks",
  async look(facts) {
    const [slack, aws] = await Promise.all([
      gap(`${facts.values["SLACK_API_URL"] || "https://slack.com/api/"}api.test`, facts),
      gap(awsUrl(facts), facts),
    ]);
    const isOnAws = facts.kind !== "file";
    return [...finding("Slack", slack), ...(isOnAws ? finding("AWS", aws) : [])];
  },
};

function awsUrl({ values, region }: DoctorFacts): string | undefined {
  const endpoint = values["AWS_ENDPOINT_URL_DYNAMODB"] || undefined;
  if (endpoint !== undefined) return endpoint;
  if (region === undefined) return undefined;
  return `https://dynamodb.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`;
}

/** In milliseconds, from what its answer says, whatever the answer is; undefined where nobody says. */
async function gap(url: string | undefined, { limitMs }: DoctorFacts): Promise<number | undefined> {
  if (url === undefined) return undefined;
  try {
    const begun = Date.now();
    const response = await fetch(url, { redirect: "manual", signal: AbortSignal.timeout(limitMs * 0.9) });
    await response.body?.cancel();
    const told = Date.parse(response.headers.get("date") ?? "");
    if (Number.isNaN(told)) return undefined;
    const [earliest, latest] = [told - Date.now(), told + TOLD_TO_MS - begun];
    // Somewhere between the two: what cannot be told apart from none is none.
    return Math.max(earliest, 0) + Math.min(latest, 0);
  } catch {
    // Who does not answer is said where more is asked of it.
    return undefined;
  }
}

function finding(who: string, gapMs: number | undefined): readonly Finding[] {
  if (gapMs === undefined) return [unknown(`${who} told no time.`)];
  const seconds = Math.round(Math.abs(gapMs) / 1_000);
  if (Math.abs(gapMs) <= MOST_MS)
    return [fine(`This machine's clock and ${who}'s differ by ${seconds} s at most.`)];
  const which = gapMs > 0 ? "behind" : "ahead of";
  return [
    wrong(
      `This machine's clock is ${seconds} s ${which} ${who}'s. Signatures count for 300 s, and who has a thread goes by the clock.`,
      "Set the clock, and let it be kept: by NTP, as timedatectl says.",
    ),
  ];
}
