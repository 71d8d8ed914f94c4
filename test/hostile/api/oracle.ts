// What may come of a request to the API: which answers fit, which changes of the table it accounts for, and what must never be said.
import { Approval, votesOn } from "../../../src/approvals/approval.ts";
import { keyGroup } from "../../../src/approvals/actor.ts";
import { SEED } from "../../../src/local/slack/seed.ts";
import { Run } from "../../../src/runs/run.ts";
import type { Change } from "../table.ts";
import type { ApiRequest } from "./requests.ts";
import type { Key } from "./stage.ts";

export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
}

/** Of a request that is as the document says it, or not as it says it. */
export function wrongAnswers({ operation, key, fits, path }: ApiRequest, answer: Answer): readonly string[] {
  const { status, type, text } = answer;
  const wrong = operation.wrongAnswer(status, type, text);
  const isExpected = fitsTo({ key, fits, scope: operation.scope }, status);
  return [
    ...(wrong === undefined ? [] : [wrong]),
    ...(isExpected ? [] : [`${path} was answered ${status}: ${text.slice(0, 300)}`]),
  ];
}

interface Standing {
  readonly key: Key | undefined;
  readonly fits: boolean | undefined;
  readonly scope: string | undefined;
}

function fitsTo({ key, fits, scope }: Standing, status: number): boolean {
  if (key === undefined) return status === 401;
  if (scope !== undefined && !key.scopes.includes(scope)) return status === 403;
  // Whether there is such a thing, and who may, may be looked at before the form is.
  if (fits === false) return [400, 403, 404, 413].includes(status);
  return fits === undefined ? status !== 401 : ![400, 401, 413, 415].includes(status);
}

/** Whose request it was, if anybody's, and how it was answered. */
interface Acted {
  readonly key: Key | undefined;
  readonly method: string;
  readonly status: number;
}

/** Answers to what was not even looked at: nothing is noted of it. */
const UNREAD = [400, 401, 405, 413, 415];

/** The changes that its sender may not make, each in a sentence. */
export function unaccounted({ key, method, status }: Acted, changes: readonly Change[]): readonly string[] {
  const mayAct = key !== undefined && method === "POST" && !UNREAD.includes(status);
  return changes.flatMap((change) => {
    const isAccounted = mayAct && isOurs(change) && isTheirs(change, { key, status, changes });
    return isAccounted
      ? []
      : [`"${change.sk}" of "${change.pk}" was changed by what was answered ${status}.`];
  });
}

const isOurs = ({ pk }: Change): boolean => new RegExp(`^[TI]#${SEED.teamId}#`).test(pk);

interface Done {
  readonly key: Key;
  readonly status: number;
  readonly changes: readonly Change[];
}

function isTheirs(change: Change, { key, status, changes }: Done): boolean {
  const { sk, before, after } = change;
  // An idempotency key, and a try that did not count, are noted whatever comes of it.
  if (isNoted(change)) return before === undefined;
  if (status >= 300) return false;
  const actor = `${key.owner}/${key.name}`;
  if (sk === "R") return isRunOf(key, actor, change);
  if (sk.startsWith("A#")) return isDecidedBy(key, actor, { before, after });
  // What lists it goes with the record.
  return changes.some(({ pk, sk: other }) => pk === change.pk && /^(A#|R$)/.test(other));
}

function isNoted({ sk, pk }: Change): boolean {
  return sk.startsWith("N#") || pk.startsWith("I#");
}

function isRunOf(key: Key, actor: string, { before, after }: Change): boolean {
  const run = recordIn(Run, after);
  if (run === undefined) return false;
  if (before === undefined)
    return run.requester === key.owner && (run.key ?? "") === key.name && key.scopes.includes("start");
  if (run.status.kind === "cancelled") return run.status.by === actor && key.scopes.includes("cancel");
  return key.scopes.includes("decide");
}

function isDecidedBy(key: Key, actor: string, { before, after }: Pick<Change, "before" | "after">): boolean {
  const [was, is] = [recordIn(Approval, before), recordIn(Approval, after)];
  if (was === undefined || is?.version !== was.version + 1) return false;
  if (is.state.kind === "cancelled") return is.state.by === actor && key.scopes.includes("cancel");
  const voters = is.state.kind === "decided" ? [is.state.decision.by] : votesOn(is).map(({ by }) => by);
  const isNamed = was.policy.approvers.groups.includes(keyGroup(key.name));
  return isNamed && key.scopes.includes("decide") && voters.includes(actor) && key.owner !== was.requester;
}

function recordIn<One>(
  schema: { safeParse(value: unknown): { data?: One } },
  item: Change["after"],
): One | undefined {
  return item?.["d"]?.S === undefined ? undefined : schema.safeParse(JSON.parse(item["d"].S)).data;
}

const LONGEST_LINE = 2_000;

/** What must be in no answer and no line of the log. */
export function betrayed(text: string, secrets: readonly string[], what: string): readonly string[] {
  const found = [
    ...(secrets.some((secret) => text.includes(secret)) ? ["a secret"] : []),
    ...(/\bat (?:async )?[\w.<>]+ \(|node_modules|\.m?[jt]s:\d+/.test(text) ? ["a stack trace"] : []),
    ...(/Bearer csk_[a-z]/i.test(text) ? ["an authorization"] : []),
    ...(what === "a log line" && text.length > LONGEST_LINE ? [`${text.length} characters`] : []),
  ];
  return found.map((one) => `${what} has ${one} in it: ${text.slice(0, 300)}`);
}
