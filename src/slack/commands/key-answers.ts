// What operators are told of API keys: what was done with which key, and a new token once, where it can be copied.
import { closest } from "fastest-levenshtein";
import { maskedText } from "../../approvals/redaction.ts";
import type { Person } from "../../approvals/policy.ts";
import type { ApiKey } from "../../runs/api-keys.ts";
import {
  type CreatedKey,
  type ListedKeys,
  type RevokedKey,
  type RotatedKey,
} from "../../runs/manage-keys.ts";
import { inLine, preformatted, section } from "../blocks/parts.ts";
import { mention, moment } from "../text.ts";
import { listed, namesOf } from "../words.ts";
import { type Answer, answered } from "./asked.ts";

interface Named {
  readonly command: string;
  /** As it was typed. */
  readonly name: string;
}

export function createdAnswer(created: CreatedKey, command: string): Answer {
  switch (created.kind) {
    case "created": {
      const { key } = created;
      const starts = key.scopes.includes("start") ? " What it starts counts as started by them." : "";
      const what = `Created the API key \`${key.name}\` of ${mention.user(key.owner)}: ${listed(key.scopes)}.${starts}`;
      return tokenAnswer(what, created, command);
    }
    case "taken":
      return answered(takenText(created.key, command));
    case "no-member":
      return answered(`${NO_MEMBER[created.because]} Nothing was created.`);
    case "not-allowed":
      return answered(notAllowedText(created));
  }
}

/** Not in the sentence for lock screens, and set apart, so that it can be copied whole. */
function tokenAnswer(
  what: string,
  { key: { name }, token }: { readonly key: ApiKey; readonly token: string },
  command: string,
): Answer {
  const once =
    "Its token is below. It is kept nowhere and cannot be shown again, so put it where you keep secrets now.";
  const use = `It goes with each request, as in \`Authorization: Bearer csk_${name}_…\`. \`${command} key rotate ${name}\` makes another one, \`${command} key revoke ${name}\` ends it.`;
  return answered(`${what}\n${once}`, [preformatted(token), section(use)]);
}

function takenText(key: ApiKey | undefined, command: string): string {
  if (key === undefined) return "This name was taken a moment ago. Nothing was created; choose another name.";
  const { name, owner, revoked } = key;
  if (revoked === undefined)
    return `There is an API key \`${name}\` already, of ${mention.user(owner)}. Nothing was created; choose another name, or make another token with \`${command} key rotate ${name}\`.`;
  return `There was an API key \`${name}\`, which ${mention.user(revoked.by)} revoked (${moment(revoked.at)}). Histories name it, so its name is not used again. Nothing was created; choose another name.`;
}

const NO_MEMBER: Readonly<Record<Exclude<Person["kind"], "member">, string>> = {
  guest: "This owner is a guest, and keys belong to full members of this workspace.",
  external: "This owner is of another workspace, and keys belong to full members of this one.",
  deactivated: "This owner's account is deactivated, and keys belong to full members of this workspace.",
  unknown: "I don't know this owner as a member of this workspace.",
};

export function rotatedAnswer(rotated: RotatedKey, named: Named): Answer {
  switch (rotated.kind) {
    case "rotated": {
      const { name, owner, previous } = rotated.key;
      const before =
        previous === undefined
          ? "The token before counts no more."
          : `The token before counts until ${moment(previous.until)}; \`${named.command} key rotate ${name} now\` ends it at once.`;
      const what = `Rotated the API key \`${name}\` of ${mention.user(owner)}. ${before}`;
      return tokenAnswer(what, rotated, named.command);
    }
    case "revoked":
      return answered(
        `${wasRevoked(rotated.key)} It can't be rotated; create another key under another name. Nothing was changed.`,
      );
    case "unknown":
      return answered(unknownText(rotated.names, "rotate", named));
    case "not-allowed":
      return answered(notAllowedText(rotated));
  }
}

export function revokedText(revoked: RevokedKey, named: Named): string {
  switch (revoked.kind) {
    case "revoked":
      return revoked.isNew
        ? `Revoked the API key \`${revoked.key.name}\` of ${mention.user(revoked.key.owner)}. None of its tokens counts any more, and its name is not used again. What it has started goes on.`
        : `${wasRevoked(revoked.key)} Nothing was changed.`;
    case "unknown":
      return unknownText(revoked.names, "revoke", named);
    case "not-allowed":
      return notAllowedText(revoked);
  }
}

function wasRevoked({ name, revoked }: ApiKey): string {
  return `The API key \`${name}\` was revoked before${revoked === undefined ? "" : `, by ${mention.user(revoked.by)} (${moment(revoked.at)})`}.`;
}

/** What was typed may be a token, which nobody needs to read once more. */
function unknownText(names: readonly string[], what: string, { command, name }: Named): string {
  const said = name.startsWith("csk_")
    ? "That is a token; a key is called by its name, which stands in it behind csk_."
    : `There is no API key “${inLine(maskedText(name), LONGEST_NAME)}”.`;
  const nearest = names.length === 0 ? undefined : closest(name.replace(/^csk_/, ""), [...names]);
  const next =
    nearest === undefined
      ? "There is none that counts."
      : `Did you mean \`${command} key ${what} ${nearest}\`? \`${command} key list\` lists all of them.`;
  return `${said} ${next} Nothing was changed.`;
}

const LONGEST_NAME = 80;

function notAllowedText({ operators }: Extract<ListedKeys, { kind: "not-allowed" }>): string {
  return `API keys are for the operators of this app: ${namesOf(operators)}. Nothing was changed.`;
}

interface Reading {
  readonly command: string;
  readonly now: string;
}

export function keyList(found: ListedKeys, { command, now }: Reading): string {
  if (found.kind === "not-allowed") return notAllowedText(found);
  const { keys } = found;
  const example = `\`${command} key create name=ci owner=@rita scopes=start,read\``;
  if (keys.length === 0) return `There are no API keys yet. ${example} creates one.`;
  const [counting, revoked] = [false, true].map((is) =>
    keys.filter((key) => (key.revoked !== undefined) === is),
  );
  const lines = [...(counting ?? []), ...(revoked ?? [])].map((key) => keyLine(key, now));
  return [`API keys: ${counting?.length ?? 0}`, ...lines, `Another one: ${example}`].join("\n");
}

function keyLine({ name, owner, scopes, ...key }: ApiKey, now: string): string {
  const { createdBy, createdAt, rotated, previous, revoked } = key;
  return [
    `• \`${name}\` of ${mention.user(owner)}: ${listed(scopes)}`,
    `created by ${mention.user(createdBy)} (${moment(createdAt)})`,
    ...(rotated === undefined ? [] : [`rotated by ${mention.user(rotated.by)} (${moment(rotated.at)})`]),
    ...(previous === undefined || previous.until <= now
      ? []
      : [`its token before counts until ${moment(previous.until)}`]),
    ...(revoked === undefined ? [] : [`revoked by ${mention.user(revoked.by)} (${moment(revoked.at)})`]),
  ].join(" · ");
}
