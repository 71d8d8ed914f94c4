// What a Web API method is: a schema for its arguments and a function that answers, never throws.
import { z } from "zod";
import { slackSentences } from "./slack-issues.ts";
import type { Workspace } from "./workspace.ts";

export type Refusal = { readonly ok: false; readonly error: string } & Readonly<Record<string, unknown>>;
export type ApiAnswer = ({ readonly ok: true } & Readonly<Record<string, unknown>>) | Refusal;

export interface ApiContext {
  readonly workspace: Workspace;
  /** Where the caller reached us, for links. */
  readonly origin: string;
}

export type Method = (context: ApiContext, args: Readonly<Record<string, unknown>>) => ApiAnswer;
export type Methods = Readonly<Record<string, Method>>;

export function method<S extends z.ZodType>(
  schema: S,
  run: (context: ApiContext, args: z.output<S>) => ApiAnswer,
): Method {
  return (context, args) => {
    const parsed = schema.safeParse(args, { reportInput: true });
    if (parsed.success) return run(context, parsed.data);
    return refusedBecause("invalid_arguments", slackSentences(parsed.error, ""));
  };
}

export function refused(error: string): Refusal {
  return { ok: false, error };
}

/** With Slack's double listing of what is wrong. */
export function refusedBecause(error: string, problems: readonly string[]): Refusal {
  const messages = problems.map((problem) => `[ERROR] ${problem}`);
  return { ok: false, error, errors: problems, response_metadata: { messages } };
}

/** In a form every flag is a word. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0"])])
  .transform((value) => value === true || value === "true" || value === "1")
  .default(false);

/** In a form every structure is JSON in a string; undefined when it is neither. */
export function structureFrom(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    const parsed: unknown = JSON.parse(value);
    return parsed;
  } catch {
    return undefined;
  }
}
