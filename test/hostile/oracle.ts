// What may come of a request: which answers fit, which changes of the table it accounts for, and what must never be said.
import { Approval, votesOn } from "../../src/approvals/approval.ts";
import { Noted } from "../../src/approvals/noted.ts";
import { LOCAL_SECRETS } from "../../src/local/config.ts";
import { SEED } from "../../src/local/slack/seed.ts";
import { ApiKey } from "../../src/runs/api-keys.ts";
import { Run } from "../../src/runs/run.ts";
import { MODEL_KEY } from "./handlers.ts";
import type { HostileRequest } from "./requests.ts";
import type { Change } from "./table.ts";

const { users, teamId } = SEED;
/** Who may decide everything that is asked here, who may start, and who may cancel, retry and ask again. */
const APPROVERS: readonly string[] = [users.ana, users.bo];
const MEMBERS: readonly string[] = [users.rita, users.ana, users.bo, users.otto];
const INVOLVED: readonly string[] = [users.rita, users.ana, users.bo];

/** Undefined for what fits. */
export function wrongStatus({ isSigned }: HostileRequest, status: number | undefined): string | undefined {
  const fitting = isSigned ? [200, 400, 403] : [401];
  return fitting.some((one) => one === status)
    ? undefined
    : `It was answered ${String(status)}, and ${fitting.join(", ")} would fit.`;
}

interface Said {
  readonly by: string;
  readonly text: string;
}

/** Who a request says it is from, and all of it as text, however it was coded. */
function saidIn(body: Buffer): Said {
  const text = body.toString();
  const form = Object.fromEntries(new URLSearchParams(text));
  const json = parsed(form["payload"] ?? text);
  const whole = `${text}\n${Object.values(form).join("\n")}\n${JSON.stringify(json)}`;
  const user = json?.["user"] as { readonly id?: unknown } | undefined;
  const by = user?.id ?? form["user_id"] ?? json?.["user_id"];
  return { by: typeof by === "string" ? by : "", text: whole.replaceAll("\\", "") };
}

function parsed(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}

/** The changes that nobody who may has asked for, each in a sentence. */
export function unaccounted(
  { body, isSigned }: HostileRequest,
  changes: readonly Change[],
): readonly string[] {
  const said = saidIn(body);
  return changes.flatMap((change) => {
    const isAccounted = isSigned && isOurs(change) && isAsked(change, said, changes);
    return isAccounted ? [] : [`"${change.sk}" of "${change.pk}" was changed.`];
  });
}

const isOurs = ({ pk }: Change): boolean => pk.startsWith(`T#${teamId}#`) || isOfKeys(pk);

const isOfKeys = (pk: string): boolean => pk === `K#${teamId}`;

function isAsked(change: Change, said: Said, all: readonly Change[]): boolean {
  const { sk, after, before } = change;
  if (isOfKeys(change.pk)) return isKeyAsked(change, said);
  const thread = change.pk.split("#")[2] ?? "";
  // A refused click or an opened form is noted, by whoever it was.
  if (sk.startsWith("N#")) return before === undefined && noterOf(after) === said.by;
  if (sk === "R") return isRunAsked(change, said, thread);
  if (sk.startsWith("A#")) return isVoteAsked(change, said);
  // What lists it goes with the record.
  return all.some((other) => other.pk === change.pk && /^(A#|R$)/.test(other.sk) && isAsked(other, said, []));
}

/** By the one operator there is, and only ever a new one: each request finds the table without any. */
function isKeyAsked({ before, after }: Change, { by, text }: Said): boolean {
  const key = recordIn(ApiKey, after);
  const isAnas = by === users.ana && key?.createdBy === by && /key\W+create/.test(text);
  return isAnas && before === undefined && MEMBERS.includes(key.owner);
}

function noterOf(item: Change["after"]): string | undefined {
  const noted = recordIn(Noted, item);
  return noted !== undefined && "by" in noted ? noted.by : undefined;
}

function isRunAsked({ before, after }: Change, { by, text }: Said, thread: string): boolean {
  const run = recordIn(Run, after);
  if (run === undefined) return false;
  if (before === undefined) return run.requester === by && MEMBERS.includes(by) && /run\W+\w/.test(text);
  // Also because one of its questions was decided.
  return INVOLVED.includes(by) && text.includes(thread);
}

/** Who did what others than approvers may do, too, and by a card that is not the question's own. */
function closedOrOpenedBy(was: Approval, is: Approval): string | undefined {
  if (is.revoked !== undefined && was.revoked === undefined) return is.revoked.by;
  return is.state.kind === "cancelled" ? is.state.by : openedAgainBy(is);
}

function isVoteAsked({ before, after }: Change, { by, text }: Said): boolean {
  const [was, is] = [recordIn(Approval, before), recordIn(Approval, after)];
  if (was === undefined || is?.version !== was.version + 1 || !text.includes(was.thread)) return false;
  const closedOrOpened = closedOrOpenedBy(was, is);
  if (closedOrOpened !== undefined) return closedOrOpened === by && INVOLVED.includes(by);
  // Of this very form of it, by somebody who may.
  const isTheirs = hasOtherAttention(was, is) ? isAttended(is, by) : votersOf(is).includes(by);
  return isTheirs && APPROVERS.includes(by) && text.includes(was.digest);
}

function hasOtherAttention(was: Approval, is: Approval): boolean {
  return JSON.stringify(was.attention) !== JSON.stringify(is.attention);
}

/** Handed over to one who may decide, or put off by the one who did. */
function isAttended({ attention }: Approval, by: string): boolean {
  const { handedTo, snoozed = {} } = attention ?? {};
  const heir = handedTo?.user ?? by;
  return (
    APPROVERS.includes(by) && APPROVERS.includes(heir) && Object.keys(snoozed).every((user) => user === by)
  );
}

function openedAgainBy({ origin }: Approval): string | undefined {
  return origin?.kind === "again" ? origin.by : undefined;
}

function votersOf(approval: Approval): readonly string[] {
  const { state } = approval;
  return state.kind === "decided" ? [state.decision.by] : votesOn(approval).map(({ by }) => by);
}

function recordIn<One>(
  schema: { safeParse(value: unknown): { data?: One } },
  item: Change["after"],
): One | undefined {
  return item?.["d"]?.S === undefined ? undefined : schema.safeParse(JSON.parse(item["d"].S)).data;
}

const SECRETS = [LOCAL_SECRETS.signingSecret, LOCAL_SECRETS.botToken, MODEL_KEY];
const LONGEST_LINE = 2_000;

/** What must be in no answer and no line of the log. */
export function betrayed(text: string, what: string): readonly string[] {
  const found = [
    ...(SECRETS.some((secret) => text.includes(secret)) ? ["a secret"] : []),
    ...(what === "a log line" && /csk_[a-z0-9-]+_[\w-]{43}/.test(text) ? ["a token"] : []),
    ...(/\bat .{0,200}?:\d+:\d+|node_modules|\.ts:\d+/.test(text) ? ["a stack trace"] : []),
    ...(/"(?:trigger_id|private_metadata|response_url)\\*":/.test(text) ? ["a payload"] : []),
    ...(what === "a log line" && text.length > LONGEST_LINE ? [`${text.length} characters`] : []),
  ];
  return found.map((one) => `${what} has ${one} in it: ${text.slice(0, 300)}`);
}
