// Masks secrets in what people are shown, and in what is logged and recorded: by name, by form, and where a schema says so.
// What runs, and what digests cover, is never masked.
import { type Json, type JsonObject, sameJson } from "./json.ts";
import type { ChooseRequest, Request } from "./request.ts";
import type { Item } from "./review.ts";
import { secretKindOf, type SecretKind } from "./secret-names.ts";
import { type SchemaPlace, schemaPlace } from "./secret-schema.ts";
import { MASK, maskedInText } from "./secret-texts.ts";

/** A copy with secrets masked, and how many there were. */
export interface Masked<T> {
  readonly value: T;
  readonly count: number;
}

/** Prose: an error, a reason, an outcome. */
export function maskedText(text: string): string {
  return maskedInText(text).text;
}

/** Arguments as they may be shown. `schema` is theirs, where there is one. */
export function maskedArgs(args: JsonObject, schema?: JsonObject): Masked<JsonObject> {
  return counted((count) => maskedObject(args, { kind: undefined, place: schemaPlace(schema) }, count));
}

/**
 * Whether anything in this argument is masked, among the others: then nobody can edit it, and it keeps its value.
 *
 * @example
 * if (isMasked(name, args, request.schema)) return context(`${name} is masked and stays as it is.`);
 */
export function isMasked(name: string, args: JsonObject, schema?: JsonObject): boolean {
  return isMaskedWithin([name], args, schema);
}

/** The same of a field within an argument, by the names that lead to it. */
export function isMaskedWithin(path: readonly string[], args: JsonObject, schema?: JsonObject): boolean {
  const place = path.reduce((outer, name) => outer.child(name), schemaPlace(schema));
  if (place.isSecret) return true;
  const name = path.at(-1) ?? "";
  const among = path.slice(0, -1).reduce<Json | undefined>((outer, one) => ownOf(outer, one), { ...args });
  const value = ownOf(among, name);
  if (value === undefined) return false;
  // What is called a name beside it may say what it is.
  const beside = NAMES.flatMap((one): [string, Json][] => {
    const said = ownOf(among, one);
    return said === undefined ? [] : [[one, said]];
  });
  const alone: JsonObject = Object.fromEntries([...beside, [name, value]]);
  const within = path.slice(0, -1).reduceRight<JsonObject>((inner, one) => ({ [one]: { ...inner } }), alone);
  const shown = path.reduce<Json | undefined>((outer, one) => ownOf(outer, one), {
    ...maskedArgs(within, schema).value,
  });
  return !sameJson(shown ?? null, value);
}

function ownOf(outer: Json | undefined, name: string): Json | undefined {
  if (typeof outer !== "object" || outer === null || Array.isArray(outer)) return undefined;
  return Object.hasOwn(outer, name) ? outer[name] : undefined;
}

/** What was changed by an edit. A masked value that was changed says so, since its mask cannot. */
export function maskedChange(
  { before, args }: { readonly before: JsonObject; readonly args: JsonObject },
  schema?: JsonObject,
): { readonly before: JsonObject; readonly args: JsonObject; readonly count: number } {
  const [was, is] = [maskedArgs(before, schema), maskedArgs(args, schema)];
  const shown = Object.entries(is.value).map(([name, value]): [string, Json] => {
    const looksSame = Object.hasOwn(was.value, name) && sameJson(was.value[name] ?? null, value);
    const isSame = looksSame && sameJson(before[name] ?? null, args[name] ?? null);
    return [name, looksSame && !isSame ? `${MASK} (changed)` : value];
  });
  return { before: was.value, args: Object.fromEntries(shown), count: was.count + is.count };
}

/** Everything in it that people read. */
export function maskedRequest(request: Request): Masked<Request> {
  return counted((count) => {
    const text = (words: string): string => counting(maskedInText(words), count);
    const labelled = ({ label, value }: Labelled): Labelled => ({
      label: text(label),
      value: maskedUnder(label, value, count),
    });
    const common = {
      title: text(request.title),
      summary: text(request.summary),
      target: text(request.target),
      ...(request.said !== undefined && { said: text(request.said) }),
      facts: request.facts.map(labelled),
      ...(request.details && { details: request.details.map(labelled) }),
    };
    const argsIn = (args: JsonObject, schema?: JsonObject): JsonObject => {
      const masked = maskedArgs(args, schema);
      count(masked.count);
      return masked.value;
    };
    switch (request.kind) {
      case "choose":
        return { ...request, ...common, options: maskedOptions(request, count) };
      case "ask":
        return { ...request, ...common };
      case "review": {
        const item = ({ description, args, ...others }: Item): Item => ({
          ...others,
          description: text(description),
          args: { ...argsIn(args, others.schema) },
        });
        return { ...request, ...common, items: request.items.map(item) };
      }
      case "approve": {
        const args = { ...argsIn(request.action.args, request.schema) };
        return { ...request, ...common, action: { ...request.action, args } };
      }
    }
  });
}

/** What is logged or reported: names, ids, errors and whatever hangs on them. */
export function maskedFields(fields: JsonObject): JsonObject {
  return maskedArgs(fields).value;
}

function maskedOptions({ options }: ChooseRequest, count: Count): ChooseRequest["options"] {
  return options.map(({ label, value, effect, ...rest }) => ({
    ...rest,
    label: counting(maskedInText(label), count),
    value: walked(value, ANYWHERE, count),
    effect: counting(maskedInText(effect), count),
  }));
}

type Count = (more: number) => void;

function counted<T>(mask: (count: Count) => T): Masked<T> {
  let total = 0;
  const value = mask((more) => {
    total += more;
  });
  return { value, count: total };
}

function counting({ text, count: more }: ReturnType<typeof maskedInText>, count: Count): string {
  count(more);
  return text;
}

interface Labelled {
  readonly label: string;
  readonly value: string;
}

/** A text that stands under a name. */
function maskedUnder(name: string, value: string, count: Count): string {
  const masked = walked(value, { ...ANYWHERE, kind: secretKindOf(name) }, count);
  return typeof masked === "string" ? masked : MASK;
}

/** What is known of a value from where it stands. */
interface Standing {
  readonly kind: SecretKind;
  readonly place: SchemaPlace;
}

const ANYWHERE: Standing = { kind: undefined, place: schemaPlace(undefined) };

function walked(value: Json, { kind, place }: Standing, count: Count): Json {
  const standing = { kind: place.isSecret ? ("any" as const) : kind, place };
  if (Array.isArray(value)) {
    return value.map((part, index) => walked(part, { ...standing, place: place.child(index) }, count));
  }
  if (typeof value === "object" && value !== null) return maskedObject(value, standing, count);
  if (isSecretLeaf(value, standing)) {
    count(1);
    return MASK;
  }
  return typeof value === "string" ? counting(maskedInText(value), count) : value;
}

function isSecretLeaf(value: string | number | boolean | null, { kind, place }: Standing): boolean {
  if (typeof value === "string") return kind !== undefined && value.trim() !== "";
  if (typeof value === "number") return kind === "any";
  return value !== null && place.isSecret;
}

/** What says the name of a value that stands beside it. */
const NAMES = ["name", "key", "header"] as const;

/** Also where the name stands beside its value, as in lists of headers or of variables. */
function maskedObject(object: JsonObject, { kind, place }: Standing, count: Count): Record<string, Json> {
  const named = NAMES.map((one) => object[one]).find((part) => typeof part === "string");
  return Object.fromEntries(
    Object.entries(object).map(([own, value]) => {
      const called = own === "value" && typeof named === "string" ? named : own;
      const standing = { kind: kind ?? secretKindOf(called), place: place.child(own) };
      return [own, walked(value, standing, count)];
    }),
  );
}
