// A route: what it takes and answers as schemas, and what it does. Requests are parsed here, once, and the OpenAPI document is made from the same.
import type * as z from "zod";
import type { Scope } from "../runs/api-keys.ts";
import type { ApiContext } from "./context.ts";
import { problem, type ProblemKind, type Reply } from "./problem.ts";

export interface Described<Asked extends z.ZodType> {
  readonly method: "get" | "post";
  /** With its parameters as `{name}`. */
  readonly path: string;
  readonly summary: string;
  readonly description?: string;
  /** Undefined where any key will do. */
  readonly scope?: Scope;
  /** An object with `params`, `query`, `headers` (by their names in small letters) and `body`, as far as it takes any. */
  readonly asks: Asked;
  readonly answers: {
    readonly status: 200 | 202;
    readonly description: string;
    readonly schema: z.ZodType;
    /** Another form of the same, by its media type. */
    readonly also?: string;
  };
  /** Beside those of every route. */
  readonly problems: readonly ProblemKind[];
}

/** As it arrived. `body` is what was in the JSON, and undefined without one. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** As documented and served. */
export interface Route extends Described<z.ZodType> {
  readonly handle: (context: ApiContext, raw: RawRequest) => Promise<Reply>;
}

/**
 * @example
 * export const getRun = route({
 *   ...{ method: "get", path: "/v1/runs/{run}", scope: "read", summary: "A run" },
 *   asks: z.object({ params: z.object({ run: RunName }) }),
 *   answers: { status: 200, description: "The run.", schema: RunView }, problems: ["unknown"],
 *   act: async (context, { params }) => …,
 * });
 */
export function route<Asked extends z.ZodType>({
  act,
  ...described
}: Described<Asked> & {
  readonly act: (context: ApiContext, asked: z.infer<Asked>) => Promise<Reply>;
}): Route {
  return {
    ...described,
    handle: (context, raw) => parsedBy(described.asks, raw, (asked) => act(context, asked)),
  };
}

/** What comes of a request that fits; of every other one, what is wrong with it. */
export async function parsedBy<Asked extends z.ZodType>(
  asks: Asked,
  raw: RawRequest,
  act: (asked: z.infer<Asked>) => Promise<Reply>,
): Promise<Reply> {
  const asked = asks.safeParse(raw);
  if (asked.success) return act(asked.data);
  const errors = Object.fromEntries(asked.error.issues.map((issue) => [placeOf(issue), issue.message]));
  return problem("malformed", `Nothing was done: ${sentenceOf(errors)}`, { errors });
}

/** Fields of a body by their own names, others by where they stand. */
function placeOf({ path: [part, ...rest] }: z.core.$ZodIssue): string {
  const name = rest.join(".");
  if (part === "query") return `?${name}`;
  return part === "headers" ? `header ${name}` : name;
}

function sentenceOf(errors: Readonly<Record<string, string>>): string {
  const parts = Object.entries(errors).map(([place, message]) =>
    place === "" ? message : `${place} ${message}`,
  );
  return `${parts.join("; ")}.`;
}
