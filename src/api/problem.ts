// What an API caller is told when something does not go: problem details (RFC 9457), one kind for each thing a caller does differently.
import * as z from "zod";

/** Each with its status and its title; the sentence that says what happened, and what to do, is the caller's own. */
const PROBLEMS = {
  malformed: [400, "The request is malformed"],
  unauthenticated: [401, "No valid API key"],
  forbidden: [403, "Not allowed"],
  unknown: [404, "Not found"],
  "wrong-method": [405, "Method not allowed"],
  conflict: [409, "Not possible any more"],
  stale: [412, "Not what you have seen"],
  "too-large": [413, "The request is too large"],
  "not-json": [415, "The body is not JSON"],
  "does-not-fit": [422, "A value does not fit"],
  "key-reused": [422, "The idempotency key was used for something else"],
  unavailable: [503, "Not available right now"],
  unexpected: [500, "Something went wrong"],
} as const satisfies Readonly<Record<string, readonly [number, string]>>;

export type ProblemKind = keyof typeof PROBLEMS;

/** `type` is a place in our documentation; `errors` names what is wrong with which field. */
export const Problem = z
  .object({
    type: z.string().describe("which kind of problem it is, as a place in the documentation"),
    title: z.string(),
    status: z.int(),
    detail: z.string().describe("what happened, to which thing, and what to do next"),
    errors: z
      .record(z.string(), z.string())
      .exactOptional()
      .describe("what is wrong with which field; the empty name stands for all of them"),
  })
  .meta({ id: "Problem", description: "Problem details, as RFC 9457 has them." });
export type Problem = z.infer<typeof Problem>;

/** What a route answers. */
export interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const PROBLEM_TYPE = "application/problem+json";

interface Told {
  readonly errors?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * @example
 * return problem("unknown", `There is no run "${name}" that this key may see.`);
 */
export function problem(kind: ProblemKind, detail: string, { errors, headers }: Told = {}): Reply {
  const [status, title] = PROBLEMS[kind];
  const body: Problem = {
    ...{ type: `/docs#${kind}`, title, status, detail },
    ...(errors !== undefined && Object.keys(errors).length > 0 && { errors: { ...errors } }),
  };
  return { status, body, headers: { "content-type": PROBLEM_TYPE, ...headers } };
}

/** For the documentation. */
export function problemKinds(): readonly { kind: ProblemKind; status: number; title: string }[] {
  return Object.entries(PROBLEMS).flatMap(([name, [status, title]]) => {
    const kind = KIND.safeParse(name).data;
    return kind === undefined ? [] : [{ kind, status, title }];
  });
}

const KIND = z.custom<ProblemKind>((name) => typeof name === "string" && Object.hasOwn(PROBLEMS, name));
