// What is wrong with a tool as its author has declared it, a sentence for each thing; the agent that has the tool tells of it.
import * as z from "zod";
import { assertForRun } from "../approvals/declared-for-run.ts";
import { DeclaredPolicy } from "../approvals/declared-policy.ts";
import { JsonObject } from "../approvals/json.ts";
import { reasonOf } from "../approvals/reason.ts";
import { Allowed } from "../approvals/review.ts";
import { assertCheckable } from "../approvals/schema.ts";
import type { ApprovalRule, AskedWith } from "./approval-rule.ts";

/** What is looked at; the rest is the tool's own to say when it is called. */
interface Declared {
  readonly name: string;
  readonly approval: ApprovalRule<never, never>;
}

export function problemsOfTool({ name, approval }: Declared, schema: SchemaOf): readonly string[] {
  const isName = /^[a-zA-Z0-9_-]{1,64}$/.test(name);
  const misnamed = `"${name}" cannot name a tool: models take letters, digits, "_" and "-", 64 at most. Give it another name.`;
  const unshown =
    schema.kind === "none" &&
    `The input of the tool "${name}" cannot be told to a model and shown to people: ${schema.reason}. Use what JSON Schema can express.`;
  const rule = typeof approval === "object" ? problemsOfRule(name, approval, schema) : [];
  return [...(isName ? [] : [misnamed]), ...(unshown === false ? [] : [unshown]), ...rule];
}

export type SchemaOf =
  | { readonly kind: "schema"; readonly schema: JsonObject }
  /** `reason` without a full stop. */
  | { readonly kind: "none"; readonly reason: string };

export function schemaOf(input: z.ZodObject): SchemaOf {
  try {
    const schema = JsonObject.parse(z.toJSONSchema(input, { io: "input" }));
    assertCheckable(schema);
    return { kind: "schema", schema };
  } catch (error) {
    return { kind: "none", reason: unstopped(reasonOf(error)) };
  }
}

function problemsOfRule(
  name: string,
  { allowed, schema, policy, forRun = [] }: AskedWith<never, never>,
  input: SchemaOf,
): readonly string[] {
  return [
    ...problemsOfAllowed(name, allowed),
    ...problemsOfEditable(name, schema),
    ...problemsOfPolicy(name, policy),
    ...(input.kind === "schema" ? problemsOfForRun(name, forRun, input.schema) : []),
  ];
}

const AllowedList = z.array(Allowed).nonempty();

function problemsOfAllowed(name: string, allowed: unknown): readonly string[] {
  if (allowed === undefined || AllowedList.safeParse(allowed).success) return [];
  return [
    `The tool "${name}" has ${JSON.stringify(allowed)} for "allowed", which is nothing to answer with. Name one or more of: ${Allowed.options.join(", ")}.`,
  ];
}

function problemsOfEditable(name: string, schema: z.ZodObject | undefined): readonly string[] {
  const editable = schema === undefined ? undefined : schemaOf(schema);
  if (editable?.kind !== "none") return [];
  return [
    `What can be edited of the tool "${name}", its "schema", cannot be shown and checked: ${editable.reason}. Use what JSON Schema can express.`,
  ];
}

/** One that is made from the arguments is known when it is made. */
function problemsOfPolicy(name: string, policy: unknown): readonly string[] {
  if (policy === undefined || typeof policy === "function") return [];
  const { error } = DeclaredPolicy.safeParse(policy);
  return (error?.issues ?? []).map((issue) => {
    const place = ["policy", ...issue.path].map(String).join(".");
    const isEmpty = issue.code === "too_small" && issue.origin === "array";
    return isEmpty
      ? `The "${place}" of the tool "${name}" names nobody: give it a role, a person, a group or a schedule.`
      : `The "${place}" of the tool "${name}" is wrong: ${unstopped(issue.message)}.`;
  });
}

function problemsOfForRun(name: string, forRun: readonly string[], schema: JsonObject): readonly string[] {
  return forRun.flatMap((argument) => {
    try {
      assertForRun({ action: { name, args: {} }, schema, forRun: [argument] });
      return [];
    } catch (error) {
      return [`The tool "${name}": ${reasonOf(error)}`];
    }
  });
}

function unstopped(reason: string): string {
  return reason.replace(/\.$/, "");
}
