// A key as somebody asks for it, in words: name, owner and scopes, each held against what it must be.
import { closest } from "fastest-levenshtein";
import * as z from "zod";
import { isPerson } from "../approvals/policy.ts";
import type { FieldErrors } from "../approvals/schema.ts";
import { ApiKey, Scope } from "./api-keys.ts";

const Asked = ApiKey.pick({ name: true, scopes: true }).extend({
  owner: z.string().refine(isPerson),
});
type Asked = z.infer<typeof Asked>;

export type WordedKey =
  { readonly kind: "fits"; readonly key: Asked } | { readonly kind: "refused"; readonly errors: FieldErrors };

const FIELDS = ["name", "owner", "scopes"] as const;
type Field = (typeof FIELDS)[number];

/**
 * @example
 * keyFromWords({ name: "ci", owner: "U0RITA", scopes: "start,read" });
 */
export function keyFromWords(words: Readonly<Record<string, string>>): WordedKey {
  const scopes = (words["scopes"] ?? "").split(/[\s,]+/).filter((word) => word !== "");
  const asked = Asked.safeParse({ ...words, scopes: [...new Set(scopes)] });
  const strangers = Object.keys(words).filter((name) => !FIELDS.some((field) => field === name));
  if (asked.success && strangers.length === 0) return { kind: "fits", key: asked.data };
  const unfit = new Set(asked.error?.issues.map(({ path: [field] }) => field));
  const errors: readonly (readonly [string, string])[] = [
    ...strangers.map((name): [string, string] => [
      name,
      `There is no such field. Did you mean ${closest(name, FIELDS)}?`,
    ]),
    ...FIELDS.filter((field) => unfit.has(field)).map((field): [string, string] => [
      field,
      wrong(field, words, scopes),
    ]),
  ];
  return { kind: "refused", errors: Object.fromEntries(errors) };
}

const MUST_BE: Readonly<Record<Field, string>> = {
  name: "lower-case letters, digits and dashes, beginning with a letter, 40 at the most",
  owner: "a member of this workspace: choose them from the list behind @, or write their member ID",
  scopes: `some of ${Scope.options.join(", ")}, with commas between them`,
};

function wrong(field: Field, words: Readonly<Record<string, string>>, scopes: readonly string[]): string {
  const isMissing = (words[field] ?? "") === "";
  if (isMissing) return `This is required: ${MUST_BE[field]}.`;
  const other = scopes.find((scope) => !Scope.safeParse(scope).success);
  return field === "scopes" && other !== undefined
    ? `There is no scope “${other}”. Did you mean ${closest(other, Scope.options)}? They are ${Scope.options.join(", ")}.`
    : `Must be ${MUST_BE[field]}.`;
}
