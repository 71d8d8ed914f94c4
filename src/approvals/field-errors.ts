// What a person is told where arguments do not fit: a sentence for each field, at the field it is about.
import type * as z from "zod";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { type ArgField, argFields } from "./shape.ts";

/** A sentence for each field that does not fit: by its name, "outer.inner" within an object, "" for the arguments as a whole. */
export type FieldErrors = Readonly<Record<string, string>>;

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

interface Found {
  /** Names that the schema has no place for. */
  readonly strangers: readonly string[];
  readonly issues: readonly Issue[];
}

export function fieldErrors(schema: JsonObject, args: JsonObject, { strangers, issues }: Found): FieldErrors {
  const fields = argFields(schema) ?? [];
  // Without a prototype: fields are named by people, and "constructor" is a name.
  const errors: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const name of strangers) errors[name] = noSuchField(name);
  for (const issue of issues.flatMap(innermost)) {
    const { key, field, within } = placeOf(fields, issue.path);
    const sentence = sentenceOf(issue, field, valueAt(args, issue.path));
    errors[key] ??= within.length === 0 ? sentence : `${itemAt(args, issue.path, within)}: ${sentence}`;
  }
  return errors;
}

function noSuchField(name: string): string {
  return `There is no field "${name}".`;
}

/** Where "or null" or several kinds are allowed, the check only says that none of them fits; what is wrong is within. */
function innermost(issue: Issue): readonly Issue[] {
  if (issue.code !== "invalid_union") return [issue];
  const branches = issue.errors.filter((branch) => !branch.every(isAboutNull));
  const values = branches.flat().map((inner) => (inner.code === "invalid_value" ? inner.values : undefined));
  const isChoice = values.length > 0 && values.every((one) => one !== undefined);
  if (isChoice) return [{ code: "invalid_value", values: values.flat(), path: issue.path, message: "" }];
  const [branch, ...others] = branches;
  if (branch === undefined || others.length > 0) return [issue];
  return branch.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
}

function isAboutNull(issue: Issue): boolean {
  return issue.code === "invalid_type" && issue.expected === "null" && issue.path.length === 0;
}

interface PlaceOfIssue {
  readonly key: string;
  readonly field: ArgField | undefined;
  /** The way on from the field: an item of a list, something deep in an object. */
  readonly within: Path;
}

function placeOf(fields: readonly ArgField[], [first, second, ...rest]: Path): PlaceOfIssue {
  const name = first === undefined ? "" : String(first);
  const field = fields.find((one) => one.name === name);
  const inner =
    field?.shape.kind === "group" ? field.shape.fields.find((one) => one.name === second) : undefined;
  if (inner !== undefined) return { key: `${name}.${inner.name}`, field: inner, within: rest };
  return { key: name, field, within: second === undefined ? [] : [second, ...rest] };
}

function valueAt(args: JsonObject, path: Path): Json | undefined {
  let part: Json | undefined = args;
  for (const step of path) {
    if (Array.isArray(part)) part = part[Number(step)];
    else part = isJsonObject(part) && Object.hasOwn(part, step) ? part[String(step)] : undefined;
  }
  return part;
}

const LONGEST_QUOTE = 40;

/** "Item 2 (“abc”)", as people count. */
function itemAt(args: JsonObject, path: Path, within: Path): string {
  const steps = within.map((step) => (typeof step === "number" ? `Item ${step + 1}` : String(step)));
  const value = valueAt(args, path);
  const isShort = typeof value === "string" && value !== "" && value.length <= LONGEST_QUOTE;
  return `${steps.join(", ")}${isShort ? ` (“${value}”)` : ""}`;
}

function sentenceOf(issue: Issue, field: ArgField | undefined, value: Json | undefined): string {
  const isMissing = value === undefined && issue.path.length > 0 && !SAID_OF_OTHERS.includes(issue.code);
  return isMissing ? "This is required." : wordsFor(issue, field);
}

/** These are not about a value that should be there. */
const SAID_OF_OTHERS: readonly Issue["code"][] = ["unrecognized_keys", "custom"];

function wordsFor(issue: Issue, field: ArgField | undefined): string {
  switch (issue.code) {
    case "invalid_value":
      return `Must be one of: ${issue.values.map(String).join(", ")}.`;
    case "unrecognized_keys":
      return issue.keys.map(noSuchField).join(" ");
    case "invalid_type":
      return kindSentence(issue);
    case "too_small":
    case "too_big":
      return boundSentence(issue);
    case "not_multiple_of":
      return `Must be a multiple of ${issue.divisor}.`;
    case "invalid_format":
      return formatSentence(issue, field);
    case "invalid_union":
    case "invalid_key":
    case "invalid_element":
    case "custom":
      return `${issue.message}.`;
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "Must be a text.",
  number: "Must be a number.",
  int: "Must be a whole number.",
  boolean: "Must be true or false.",
  array: "Must be a list.",
  object: "Must be an object.",
};

function kindSentence({ expected, message }: Extract<Issue, { code: "invalid_type" }>): string {
  return KINDS[expected] ?? `${message}.`;
}

function boundSentence(issue: Extract<Issue, { code: "too_small" | "too_big" }>): string {
  const [limit, included, excluded] =
    issue.code === "too_small"
      ? ([issue.minimum, "at least", "more than"] as const)
      : ([issue.maximum, "at most", "less than"] as const);
  const bound = `${issue.inclusive === false ? excluded : included} ${limit}`;
  const counted = COUNTED[issue.origin];
  return counted === undefined ? `Must be ${bound}.` : `Must have ${bound} ${counted}.`;
}

const COUNTED: Readonly<Record<string, string>> = { string: "characters", array: "items" };

const FORMATS: Readonly<Record<string, string>> = {
  date: "a date like 2026-05-04",
  datetime: "a date and time like 2026-05-04T15:00:00Z",
  time: "a time like 15:00:00",
  email: "an e-mail address",
  url: "a web address like https://example.com",
  uuid: "a UUID",
};

/** What the author wrote about the field says it best. */
function formatSentence(
  issue: Extract<Issue, { code: "invalid_format" }>,
  field: ArgField | undefined,
): string {
  const description = field?.description ?? "";
  const isOfField = field?.shape.kind === "text";
  const known =
    isOfField && description !== ""
      ? description
      : (FORMATS[issue.format] ?? FORMATS[FORMAT_NAMES[formatOf(field)] ?? ""]);
  return known === undefined ? `${issue.message}.` : `Must be: ${known}.`;
}

/** As JSON Schema calls them and as zod does, where they differ. */
const FORMAT_NAMES: Readonly<Record<string, string>> = { "date-time": "datetime", uri: "url" };

function formatOf(field: ArgField | undefined): string {
  return field?.shape.kind === "text" ? field.shape.format : "";
}
