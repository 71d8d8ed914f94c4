// Says what a schema found wrong in Slack's words, each with a JSON pointer to the place.
import type { z } from "zod";

type Issue = z.core.$ZodIssue;

/** "must be less than 3001 characters [json-pointer:/blocks/0/text/text]" */
export function slackSentences(error: z.ZodError, at: string): readonly string[] {
  return error.issues.flatMap((issue) => sentencesOf(issue, at));
}

export function sentenceAt(sentence: string, pointer: string): string {
  return `${sentence} [json-pointer:${pointer}]`;
}

function sentencesOf(issue: Issue, at: string): readonly string[] {
  const here = pointerTo(at, issue.path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => sentenceAt(`invalid additional property: ${key}`, here));
  if (isMissing(issue))
    return [
      sentenceAt(
        `missing required field: ${String(issue.path.at(-1))}`,
        pointerTo(at, issue.path.slice(0, -1)),
      ),
    ];
  return [sentenceAt(sentenceFor(issue), here)];
}

function pointerTo(at: string, path: readonly PropertyKey[]): string {
  return [at, ...path.map(String)].join("/");
}

function isMissing(issue: Issue): boolean {
  const mayBeMissing = ["invalid_type", "invalid_value", "invalid_union"].includes(issue.code);
  const isUnset = issue.input === undefined || lacksType(issue);
  return mayBeMissing && isUnset && issue.path.length > 0;
}

function sentenceFor(issue: Issue): string {
  if (issue.code === "too_big") return tooBig(issue.origin, Number(issue.maximum));
  if (issue.code === "too_small") return tooSmall(issue.origin, Number(issue.minimum));
  if (issue.code === "invalid_type") return `must provide ${withArticle(issue.expected)}`;
  const isChoice = issue.code === "invalid_value" || issue.code === "invalid_union";
  if (!isChoice) return issue.message;
  const isType = issue.path.at(-1) === "type";
  return isType ? `unsupported type: ${wordFor(issue.input)}` : "must be a valid enum value";
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}

function tooBig(origin: string, maximum: number): string {
  if (origin === "string") return `must be less than ${maximum + 1} characters`;
  if (origin === "array") return `no more than ${maximum} items allowed`;
  return `must be less than ${maximum + 1}`;
}

function tooSmall(origin: string, minimum: number): string {
  if (origin === "string") return `must be more than ${minimum - 1} characters`;
  if (origin === "array") return `must provide at least ${minimum} items`;
  return `must be more than ${minimum - 1}`;
}

/** Of a union without a known member zod hands over the whole object, of a literal only the word. */
function lacksType({ code, input }: Issue): boolean {
  return code === "invalid_union" && typeof input === "object" && input !== null && !("type" in input);
}

function wordFor(input: unknown): string {
  return typeof input === "object" && input !== null && "type" in input ? String(input.type) : String(input);
}
