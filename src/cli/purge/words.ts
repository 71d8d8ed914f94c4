// What is typed behind purge: one run, or those that were begun long ago.
import type { Options } from "../command.ts";
import { wrongName } from "../named-run.ts";
import { type Said, wrong } from "../said.ts";
import { shown } from "../words.ts";

const ENDED = ["done", "cancelled"] as const;
type Ended = (typeof ENDED)[number];

const DAY_MS = 24 * 60 * 60_000;
const LONGEST_REASON = 300;

export interface Purging {
  readonly what:
    | { readonly kind: "run"; readonly word: string }
    | { readonly kind: "old"; readonly days: number; readonly statuses: readonly Ended[] };
  readonly reason: string;
  readonly isDryRun: boolean;
  readonly isSure: boolean;
}

type Words =
  { readonly kind: "purging"; readonly purging: Purging } | { readonly kind: "wrong"; readonly said: Said };

export function purgingIn(words: readonly string[], options: Options): Words {
  const what = whatIn(words, options);
  if (typeof what === "string") return { kind: "wrong", said: wrong(what) };
  const [isDryRun, isSure] = [options["dry-run"] === true, options["yes"] === true];
  const reason = String(options["reason"] ?? "").trim();
  if (reason === "" && !isDryRun)
    return {
      kind: "wrong",
      said: wrong("Say why, with --reason: it is all that is kept beside who did it."),
    };
  if (reason.length > LONGEST_REASON)
    return { kind: "wrong", said: wrong(`Say why in at most ${LONGEST_REASON} characters.`) };
  return { kind: "purging", purging: { what, reason, isDryRun, isSure } };
}

/** A sentence when they are wrong. */
function whatIn(words: readonly string[], options: Options): Purging["what"] | string {
  const [name, ...others] = words;
  const age = options["older-than"];
  if (others.length > 0) return "Name one run, as in: purge r-1a2b3c --reason …";
  if (name !== undefined && (age !== undefined || options["status"] !== undefined))
    return "Name a run, or say --older-than with --status, and not both.";
  if (name === undefined && age === undefined) return "Say which run, or --older-than 400d.";
  if (name !== undefined) return wrongName(name) ?? { kind: "run", word: name };
  return oldIn(String(age), String(options["status"] ?? ENDED.join(",")));
}

function oldIn(age: string, status: string): Purging["what"] | string {
  const days = Number(/^([0-9]{1,5})d$/.exec(age)?.[1] ?? 0);
  if (days < 1) return `"${shown(age)}" is no age in days, such as 400d.`;
  const named = status.split(",").map((one) => one.trim());
  const statuses = ENDED.filter((one) => named.includes(one));
  const others = named.filter((one) => !ENDED.some((known) => known === one));
  if (others.length > 0)
    return `Only runs that are over are purged, so --status is done, cancelled or both, and not "${shown(others.join(", "))}". Cancel the others first.`;
  return { kind: "old", days, statuses };
}

export function before(days: number, now: string): string {
  return new Date(Date.parse(now) - days * DAY_MS).toISOString();
}
