// What the command line says of API keys, in words and for programs; hashes are in neither.
import { closest } from "fastest-levenshtein";
import type { ApiKey } from "../runs/api-keys.ts";
import type { CreatedKey, ListedKeys, RevokedKey, RotatedKey } from "../runs/manage-keys.ts";
import { refused, type Said } from "./said.ts";

export function createdSaid(created: CreatedKey): Said {
  switch (created.kind) {
    case "created": {
      const { name, owner, scopes } = created.key;
      return tokenSaid(`Created the API key ${name} of ${owner}: ${scopes.join(", ")}.`, created);
    }
    case "taken":
      return refused(
        `There ${created.key?.revoked === undefined ? "is" : "was"} an API key of that name, and a name is used once. Nothing was created; choose another name.`,
        { kind: "taken" },
      );
    case "no-member":
      return refused(
        `The owner of a key must be a full member of the workspace; this one is ${WHO[created.because]}. Nothing was created.`,
        { kind: "no-member", because: created.because },
      );
    case "not-allowed":
      return refused(NOT_ALLOWED, { kind: "not-allowed" });
  }
}

const WHO = {
  guest: "a guest",
  external: "of another workspace",
  deactivated: "deactivated",
  unknown: "not known to Slack as one",
} as const;

const NOT_ALLOWED = "API keys are for operators. Nothing was changed.";

/** The token has a line of its own. */
function tokenSaid(
  what: string,
  { kind, key, token }: Extract<CreatedKey, { kind: "created" }> | Extract<RotatedKey, { kind: "rotated" }>,
): Said {
  const text = [
    `${what} Its token is kept nowhere and cannot be shown again:`,
    token,
    `It goes with each request, as in: Authorization: Bearer csk_${key.name}_…`,
  ];
  return { code: 0, text: text.join("\n"), data: { kind, key: shownKey(key), token } };
}

export function rotatedSaid(rotated: RotatedKey, said: string): Said {
  switch (rotated.kind) {
    case "rotated": {
      const { name, previous } = rotated.key;
      const before = previous === undefined ? "counts no more" : `counts until ${timeOf(previous.until)}`;
      return tokenSaid(`Rotated the API key ${name}; the token before ${before}.`, rotated);
    }
    case "revoked":
      return refused(
        `${wasRevoked(rotated.key)} It can't be rotated; create another key under another name. Nothing was changed.`,
        { kind: "revoked", key: shownKey(rotated.key) },
      );
    case "unknown":
      return unknownSaid(rotated.names, said);
    case "not-allowed":
      return refused(NOT_ALLOWED, { kind: "not-allowed" });
  }
}

export function revokedSaid(revoked: RevokedKey, said: string): Said {
  switch (revoked.kind) {
    case "revoked": {
      const { key, isNew } = revoked;
      const data = { kind: "revoked", isNew, key: shownKey(key) };
      if (!isNew) return { code: 0, text: `${wasRevoked(key)} Nothing was changed.`, data };
      const text = `Revoked the API key ${key.name}: none of its tokens counts any more, and its name is not used again.`;
      return { code: 0, text, data };
    }
    case "unknown":
      return unknownSaid(revoked.names, said);
    case "not-allowed":
      return refused(NOT_ALLOWED, { kind: "not-allowed" });
  }
}

function wasRevoked({ name, revoked }: ApiKey): string {
  const how = revoked === undefined ? "" : `, by ${revoked.by} at ${timeOf(revoked.at)}`;
  return `The API key ${name} was revoked before${how}.`;
}

/** What was typed may be a token. */
function unknownSaid(names: readonly string[], said: string): Said {
  const what = said.startsWith("csk_")
    ? "A key is called by its name, not by its token."
    : `There is no API key "${said}".`;
  const next =
    names.length === 0
      ? "There is none that counts."
      : `Did you mean ${closest(said.replace(/^csk_/, ""), [...names])}?`;
  return refused(`${what} ${next} Nothing was changed.`, { kind: "unknown", names });
}

export function listSaid(listed: ListedKeys, now: string): Said {
  if (listed.kind === "not-allowed") return refused(NOT_ALLOWED, { kind: "not-allowed" });
  const { keys } = listed;
  const data = { kind: "keys", keys: keys.map(shownKey) };
  if (keys.length === 0) return { code: 0, text: "There are no API keys yet.", data };
  return { code: 0, text: keys.map((key) => keyLine(key, now)).join("\n"), data };
}

function keyLine({ name, owner, scopes, ...key }: ApiKey, now: string): string {
  const { createdAt, createdBy, rotated, revoked, previous } = key;
  return [
    `${name} of ${owner}: ${scopes.join(", ")}`,
    `created by ${createdBy} at ${timeOf(createdAt)}`,
    ...(rotated === undefined ? [] : [`rotated by ${rotated.by} at ${timeOf(rotated.at)}`]),
    ...(previous === undefined || previous.until <= now
      ? []
      : [`its token before counts until ${timeOf(previous.until)}`]),
    ...(revoked === undefined ? [] : [`revoked by ${revoked.by} at ${timeOf(revoked.at)}`]),
  ].join("; ");
}

function timeOf(iso: string): string {
  return `${iso.slice(0, 16).replace("T", " ")} UTC`;
}

function shownKey({ team: _team, hash: _hash, version: _version, previous, ...shown }: ApiKey): object {
  return { ...shown, ...(previous && { previousUntil: previous.until }) };
}
