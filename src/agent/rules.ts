// Guardrails that need no model: patterns, lists and limits over what is about to happen.
import type { Json, JsonObject } from "../approvals/json.ts";
import type { Guardrail, GuardrailVerdict, Subject } from "./guardrails.ts";

type Kinds = readonly [Subject["kind"], ...Subject["kind"][]];

interface PatternRule {
  readonly name: string;
  readonly on?: Kinds;
  /** Matched against the text, or against each text and name within arguments, in the form that looks the same to people (NFKC). */
  readonly pattern: RegExp;
  /** A sentence for people and for the model. */
  readonly reason: string;
}

/**
 * Stops whatever a pattern matches.
 *
 * @example
 * denyPattern({ name: "no-dumps", pattern: /pg_dump|mysqldump/i, reason: "Databases are not copied out by agents." })
 */
export function denyPattern({ name, on = ["task", "call"], pattern, reason }: PatternRule): Guardrail {
  // One that remembers where it stopped would pass every second time.
  const whole = new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""));
  return rule(name, on, (subject) =>
    textsIn(subject).some((text) => whole.test(text)) ? { passes: false, reason } : { passes: true },
  );
}

interface ArgRule {
  readonly name: string;
  /** Of which tools; all, when it is not said. */
  readonly tools?: readonly string[];
  /** The argument, "outer.inner" within an object. */
  readonly arg: string;
}

interface ValuesRule extends ArgRule {
  readonly values: readonly Json[];
}

/** Lets an argument have only these values. A call without it does not pass. */
export function allowOnly({ values, ...rule }: ValuesRule): Guardrail {
  return argRule(rule, (value) =>
    values.some((one) => one === value)
      ? { passes: true }
      : {
          passes: false,
          reason: `${rule.arg} must be one of: ${values.map((one) => JSON.stringify(one)).join(", ")}.`,
        },
  );
}

/** Stops these values of an argument. */
export function denyValues({ values, ...rule }: ValuesRule): Guardrail {
  return argRule(rule, (value) =>
    values.some((one) => one === value)
      ? { passes: false, reason: `${rule.arg} cannot be ${JSON.stringify(value)}.` }
      : { passes: true },
  );
}

/** Stops an argument that is no number, or above the limit. */
export function atMost({ max, ...rule }: ArgRule & { readonly max: number }): Guardrail {
  return argRule(rule, (value) =>
    typeof value === "number" && value <= max
      ? { passes: true }
      : { passes: false, reason: `${rule.arg} must be a number, ${max} at most.` },
  );
}

/** Lets the agent use only these tools. */
export function onlyTools({ name, tools }: { name: string; tools: readonly string[] }): Guardrail {
  return rule(name, ["call"], (subject) =>
    subject.kind !== "call" || tools.includes(subject.tool)
      ? { passes: true }
      : { passes: false, reason: `The tool "${subject.tool}" is not allowed here.` },
  );
}

function argRule(
  { name, tools, arg }: ArgRule,
  verdict: (value: Json | undefined) => GuardrailVerdict,
): Guardrail {
  return rule(name, ["call"], (subject) => {
    const isAsked = subject.kind === "call" && (tools === undefined || tools.includes(subject.tool));
    return isAsked ? verdict(valueAt(subject.args, arg.split("."))) : { passes: true };
  });
}

function rule(
  name: string,
  on: readonly Subject["kind"][],
  check: (subject: Subject) => GuardrailVerdict,
): Guardrail {
  return { name, on, kind: "rule", check };
}

function valueAt(
  value: Json | JsonObject | undefined,
  [first, ...rest]: readonly string[],
): Json | undefined {
  if (first === undefined) return value;
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, first) ? valueAt((value as JsonObject)[first], rest) : undefined;
}

/** All that was written, without what nobody sees. */
function textsIn(subject: Subject): readonly string[] {
  const texts = subject.kind === "call" ? textsOf(subject.args) : [subject.text];
  return texts.map(asSeen);
}

function asSeen(text: string): string {
  return text.normalize("NFKC").replaceAll(/\p{Cf}/gu, "");
}

function textsOf(value: Json | JsonObject): readonly string[] {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [name, ...textsOf(one)]);
}
