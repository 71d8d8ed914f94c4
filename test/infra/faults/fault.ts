// A mistake that somebody could make in serverless.yml or infra/: one change of a good template, and what the checker has to say about it.
import type { Template } from "../../../infra/check/template.ts";

export interface Fault {
  /** Completes "finds …". */
  readonly what: string;
  /** From a resource on, as "Table.Properties.BillingMode". */
  readonly at: string;
  /** Without it, what stands there is taken out. */
  readonly to?: unknown;
  readonly findings: readonly string[];
}

/** A copy of the template with the one mistake in it. */
export function faulty(template: Template, { at, to }: Fault): Template {
  const copy = structuredClone(template);
  const path = at.split(".");
  const last = path.pop() ?? "";
  const holder = path.reduce<object>((inner, key) => childOf(inner, key), copy.Resources);
  if (to === undefined) Reflect.deleteProperty(holder, last);
  else Reflect.set(holder, last, to);
  return copy;
}

function childOf(holder: object, key: string): object {
  const child: unknown = Reflect.get(holder, key);
  if (typeof child !== "object" || child === null)
    throw new Error(`There is no ${key} to make a mistake in.`);
  return child;
}
