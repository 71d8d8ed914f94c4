// Requests to one operation of the document: as it wants them, at its limits, beyond them, and with the wrong key. Which of them they are, the document says.
import { generateSync } from "json-schema-faker";
import type { Chance } from "../chance.ts";
import type { ApiOperation, ApiParameter, Schema } from "./document.ts";
import { presented } from "./proofs.ts";
import type { Key } from "./stage.ts";
import { spoiltBody } from "./bodies.ts";

type Headers = Readonly<Record<string, string>>;

export interface ApiRequest {
  readonly operation: ApiOperation;
  readonly path: string;
  readonly query: string;
  readonly headers: Headers;
  readonly body: string | undefined;
  /** Undefined for whoever must not be let in. */
  readonly key: Key | undefined;
  /** Whether the document would take it; undefined where it does not say. */
  readonly fits: boolean | undefined;
}

/** What is known to be there. */
export interface Known {
  readonly keys: readonly Key[];
  readonly requests: readonly KnownRequest[];
  readonly runs: readonly string[];
  /** The forms of what workflows take, by their names. */
  readonly inputs: ReadonlyMap<string, Schema>;
  /** Of a long poll; none where nothing stands still for it. */
  readonly mostSeconds: number;
}

export interface KnownRequest {
  readonly run: string;
  readonly id: string;
  readonly digest: string;
  readonly kind: string;
  readonly state: string;
  /** Of the arguments, where they may be edited. */
  readonly schema?: Readonly<Record<string, unknown>> | undefined;
  readonly ways: readonly string[];
  readonly options: readonly { readonly id: string }[];
  readonly items: readonly unknown[];
}

interface Given {
  readonly operation: ApiOperation;
  readonly known: Known;
  readonly chance: Chance;
}

export function apiRequest(given: Given): ApiRequest {
  const { operation, known, chance } = given;
  const about = chance.of(fittingRequests(given));
  const asked = operation.parameters.map((parameter) => valued(parameter, about, given));
  const body = bodyFor({ ...about, workflow: asked.find(isWorkflow)?.value }, given);
  const id = asked.find(({ parameter }) => parameter.name === "webhook-id")?.value ?? "";
  const { key, headers } = presented({ operation, keys: known.keys, chance, id, text: body?.text ?? "" });
  const at = (place: ApiParameter["in"]): readonly Valued[] =>
    asked.filter(({ parameter, value }) => parameter.in === place && value !== undefined);
  const path = at("path").reduce(
    (text, { parameter, value = "" }) => text.replace(`{${parameter.name}}`, encodeURIComponent(value)),
    operation.path,
  );
  return {
    ...{ operation, path, key, body: body?.text },
    query: at("query")
      .map(({ parameter, value = "" }) => `${parameter.name}=${encodeURIComponent(value)}`)
      .join("&"),
    headers: {
      ...headers,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...Object.fromEntries(at("header").map(({ parameter, value = "" }) => [parameter.name, value])),
    },
    fits: allOf([...asked.map(({ fits }) => fits), body?.fits ?? operation.body?.required !== true]),
  };
}

/** Mostly what waits and can be answered as the last part of the path says, where it says that. */
function fittingRequests({ operation, known, chance }: Given): readonly KnownRequest[] {
  const able = known.requests.filter(
    ({ ways, state }) => state === "pending" && ways.some((way) => operation.path.endsWith(`/${way}`)),
  );
  return able.length === 0 || chance.oneIn(4) ? known.requests : able;
}

/** As long as one of them does not fit, it does not matter of which others that is unknown. */
function allOf(fits: readonly (boolean | undefined)[]): boolean | undefined {
  if (fits.includes(false)) return false;
  return fits.includes(undefined) ? undefined : true;
}

const isWorkflow = ({ parameter }: Valued): boolean => parameter.name === "workflow";

interface Valued {
  readonly parameter: ApiParameter;
  /** As text; undefined when it is left out. */
  readonly value: string | undefined;
  readonly fits: boolean | undefined;
}

function valued(parameter: ApiParameter, about: KnownRequest, given: Given): Valued {
  const { chance } = given;
  const isSpoilt = chance.oneIn(20);
  const chosen = isSpoilt ? chance.of(odd(parameter)) : usual(parameter, about, given);
  // Without a part of it a path is another path.
  const value = parameter.in === "path" && chosen === "" ? "x" : chosen;
  if (value === undefined) return { parameter, value, fits: !parameter.required };
  // In an address there are only texts; a number fits as what it says.
  const isNumber = parameter.schema["type"] === "integer" && /^-?\d{1,15}$/.test(value);
  const fits = parameter.fits(isNumber ? Number(value) : value);
  // A number that is not there is read as 0, which may be what its sender means.
  const isUnsaid = parameter.schema["type"] === "integer" && value.trim() === "";
  const isUnknown = isUnsaid || (parameter.name === MADE_BY_THE_API && fits);
  return { parameter, value, fits: isUnknown ? undefined : fits };
}

/** What it takes for it is what it has handed out, and no form says that. */
const MADE_BY_THE_API = "cursor";

const ODD = [
  "0",
  "-1",
  "1.5",
  "1e9",
  "NaN",
  "x",
  " ",
  "'",
  "null",
  "__proto__",
  "%00",
  "ä",
  "z".repeat(3_000),
];

function odd({ schema, in: place }: ApiParameter): readonly string[] {
  const [most, least] = [Number(schema["maximum"] ?? 7), Number(schema["minimum"] ?? 0)];
  const limits = [most, most + 1, least, least - 1].map(String);
  // What cannot stand in a header cannot be sent; an empty part of a path is another path.
  return [...ODD, ...limits].filter((text) => place !== "header" || /^[\x21-\x7e]+$/.test(text));
}

function usual(parameter: ApiParameter, about: KnownRequest, { chance, known }: Given): string | undefined {
  const { name, schema } = parameter;
  switch (name) {
    case "run":
      return chance.oneIn(8) ? chance.of(known.runs) : about.run;
    case "request":
      return about.id;
    case "if-match":
      return chance.oneIn(5) ? chance.of([`"${"0".repeat(64)}"`, "*", about.digest]) : `"${about.digest}"`;
    case "wait":
      return chance.oneIn(2) ? undefined : String(Math.min(chance.below(21), known.mostSeconds));
    case "cursor":
      return undefined;
    default:
      if (!parameter.required && chance.oneIn(2)) return undefined;
      return textOf(generateSync(schema, { seed: chance.below(2 ** 31), useExamplesValue: chance.oneIn(2) }));
  }
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

interface About extends KnownRequest {
  /** The one that the path names. */
  readonly workflow: string | undefined;
}

interface Bodied {
  readonly text: string;
  readonly fits: boolean;
}

function bodyFor(about: About, given: Given): Bodied | undefined {
  const { operation, chance } = given;
  const { body } = operation;
  if (body === undefined || (!body.required && chance.oneIn(2))) return undefined;
  const generated = generateSync(body.schema, {
    ...{ seed: chance.below(2 ** 31), useExamplesValue: chance.oneIn(2), maxDepth: 4 },
    alwaysFakeOptionals: chance.oneIn(3),
  });
  const answer = chance.oneIn(3) ? generated : (answerTo(about, given) ?? generated);
  if (!chance.oneIn(4)) return { text: JSON.stringify(answer), fits: body.fits(answer) };
  const text = spoiltBody(answer, chance);
  // Of nothing at all there is no form.
  return { text, fits: text === "" ? !body.required : isFitting(text, body.fits) };
}

/** Alertmanager sends what the workflow takes as labels; a signed message is all of it. */
function sentBy(path: string, input: unknown): unknown {
  if (path.includes("/signed/")) return input;
  const alert = { status: "firing", labels: input, startsAt: "2026-05-04T15:00:00.000Z" };
  return { version: "4", groupKey: "memory", alerts: [alert] };
}

const GENERATED = { optionalsProbability: 0, useExamplesValue: true };

/** As the request itself says that it can be answered. */
function answerTo(
  { kind, schema, options, items, workflow }: About,
  { operation, known, chance }: Given,
): unknown {
  const input = known.inputs.get(workflow ?? "");
  if (input !== undefined && operation.path.includes("/webhooks/"))
    return sentBy(operation.path, generateSync(input, GENERATED));
  if (operation.path.endsWith("/edit") && schema !== undefined)
    return { args: generateSync(schema, { seed: chance.below(2 ** 31), optionalsProbability: 0 }) };
  if (!operation.path.endsWith("/respond")) return undefined;
  const [option] = options;
  if (kind === "choose" && option !== undefined) return { option: option.id };
  return kind === "review" ? { items: items.map(() => ({ kind: "approve" })) } : { text: "Kim" };
}

function isFitting(text: string, fits: (value: unknown) => boolean): boolean {
  try {
    return fits(JSON.parse(text));
  } catch {
    return false;
  }
}
