// What a look at a deployment finds: for each thing whether it is fine, or what is wrong with it and how to mend it.
import { AwsAway, awayOf } from "../../aws/away.ts";
import { StorageUnavailable } from "../../runs/errors.ts";
import { SlackAway } from "../../slack/checkup.ts";
import type { DoctorFacts } from "./facts.ts";

export type Finding =
  | { readonly kind: "fine"; readonly says: string }
  | { readonly kind: "wrong"; readonly says: string; readonly mend: string }
  /** Nobody can know it from here, or it is not there to be looked at. */
  | { readonly kind: "unknown"; readonly says: string };

export interface Check {
  readonly name: string;
  readonly look: (facts: DoctorFacts) => Promise<readonly Finding[]>;
}

/** Of one check, or of all of those that came to the same. */
export interface Found {
  readonly checks: readonly string[];
  readonly findings: readonly Finding[];
}

export const fine = (says: string): Finding => ({ kind: "fine", says });
export const wrong = (says: string, mend: string): Finding => ({ kind: "wrong", says, mend });
export const unknown = (says: string): Finding => ({ kind: "unknown", says });

/** All at the same time; none waits for another, and none hides what another finds. */
export async function lookedAt(checks: readonly Check[], facts: DoctorFacts): Promise<readonly Found[]> {
  const found = await Promise.all(
    checks.map(async ({ name, look }) => ({ checks: [name], findings: await inTime(look, facts) })),
  );
  return joined(found);
}

async function inTime(look: Check["look"], facts: DoctorFacts): Promise<readonly Finding[]> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => resolve([tooLate(facts)]), facts.limitMs);
  });
  try {
    return await Promise.race([look(facts), over]);
  } catch (error) {
    return [troubleOf(error)];
  } finally {
    clearTimeout(timer);
  }
}

function tooLate({ limitMs }: DoctorFacts): Finding {
  return wrong(
    `There was no answer within ${limitMs / 1_000} seconds.`,
    "Try again; --timeout 30 waits for longer.",
  );
}

function troubleOf(error: unknown): Finding {
  if (error instanceof SlackAway || error instanceof AwsAway) return wrong(error.message, error.mend);
  const away = error instanceof StorageUnavailable ? awayOf(error.cause) : undefined;
  if (away !== undefined) return wrong(away.message, away.mend);
  if (error instanceof StorageUnavailable)
    return wrong(error.message, "Mend what is said of the table, and look again.");
  // Its own words may hold anything, an answer that nobody expected for one.
  const kind = error instanceof Error ? error.name : typeof error;
  return wrong(`This could not be looked at: it ended in an error (${kind}).`, "Try again.");
}

/** A server that is away is said once, with everything that was not looked at. */
function joined(all: readonly Found[]): readonly Found[] {
  const groups = Map.groupBy(all, ({ findings }) => {
    const [first, second] = findings;
    return first?.kind === "wrong" && second === undefined ? `${first.says}\n${first.mend}` : findings;
  });
  return [...groups.values()].map((group) => ({
    checks: group.flatMap(({ checks }) => checks),
    findings: group[0]?.findings ?? [],
  }));
}
