// An act over HTTP: its key and its body are looked at, it is performed once, and the answer tells what came of it.
import type { DatabaseSync } from "node:sqlite";
import type { Context, Hono } from "hono";
import type * as z from "zod";
import type { JsonObject } from "../../approvals/json.ts";
import type { OpsStore } from "./area.ts";
import { inTransaction } from "./database.ts";
import { type Act, actsIn, type Performed, record } from "./ledger.ts";

/** Something the target can be asked to do. */
export interface ActKind<Body extends JsonObject> {
  /** "deployment": `POST` answers `{ deployment }`, and `GET` `{ deployments }`. */
  readonly name: string;
  /** What sentences call it, where that is not its name. */
  readonly noun?: string;
  readonly path: string;
  /** In front of the number in its ids. */
  readonly prefix: string;
  readonly body: z.ZodType<Body>;
  /** Of the body, for who sent something else. */
  readonly form: string;
  /** Which one it is, in a few words: "checkout v2.4.1 in prod". */
  readonly says: (body: Body) => string;
  /** Does it, where there is more to do than to keep it. */
  readonly perform?: (
    db: DatabaseSync,
    asked: { readonly body: Body; readonly number: number; readonly at: string },
  ) => Performed;
}

/**
 * Adds an act to what can be asked: `POST` of its path performs it once for each key, `GET` lists what was performed.
 *
 * @example
 * addAct(app, store, {
 *   name: "restart", path: "/restarts", prefix: "restart", form: "{ service }",
 *   body: z.strictObject({ service: z.string("service must be a string") }), says: ({ service }) => service,
 * });
 */
export function addAct<Body extends JsonObject>(app: Hono, store: OpsStore, kind: ActKind<Body>): void {
  const { name, path, prefix } = kind;
  app.get(path, (c) => c.json({ [`${name}s`]: actsIn(store.db, name).map((act) => listed(act, prefix)) }));
  app.post(path, (c) => postAct(c, store, kind));
}

async function postAct<Body extends JsonObject>(
  c: Context,
  { db, at }: OpsStore,
  kind: ActKind<Body>,
): Promise<Response> {
  const { name, noun = name, prefix, form, says, perform } = kind;
  const key = keyOf(c, noun);
  if (key.kind === "unusable") return refuse(c, 400, key.why);
  const parsed = kind.body.safeParse(await bodyOf(c));
  if (!parsed.success) return refuse(c, 400, `The ${noun} is malformed: ${whatIsWrong(parsed.error, form)}.`);
  const asked = { kind: name, key: key.key, body: parsed.data, said: says(parsed.data), at: at() };
  const recorded = inTransaction(db, () =>
    record(db, asked, perform && ((number) => perform(db, { body: parsed.data, number, at: asked.at }))),
  );
  switch (recorded.kind) {
    case "performed":
      return c.json({ [name]: answered(recorded.act, prefix) }, 201);
    case "replayed":
      return c.json({ [name]: answered(recorded.act, prefix) }, 200);
    case "key reused":
      return refuse(c, 409, reused(recorded.act, { noun, prefix }));
    case "refused":
      return refuse(c, recorded.status, recorded.error);
  }
}

function answered({ number, body, result, at, key }: Act, prefix: string): JsonObject {
  return { id: `${prefix}-${number}`, ...body, ...result, at, idempotencyKey: key };
}

function listed(act: Act, prefix: string): JsonObject {
  return { ...answered(act, prefix), performed: act.performed, replays: act.replays };
}

function reused(
  { said, number }: Act,
  { noun, prefix }: { readonly noun: string; readonly prefix: string },
): string {
  return `This Idempotency-Key was used for ${said} (${prefix}-${number}); a different ${noun} needs a key of its own.`;
}

type Key =
  { readonly kind: "key"; readonly key: string } | { readonly kind: "unusable"; readonly why: string };

function keyOf(c: Context, noun: string): Key {
  const key = c.req.header("Idempotency-Key")?.trim() ?? "";
  if (key === "")
    return {
      kind: "unusable",
      why: `The Idempotency-Key header is missing; send one key per ${noun} you mean.`,
    };
  if (key.length <= 255) return { kind: "key", key };
  return {
    kind: "unusable",
    why: `The Idempotency-Key is ${key.length} characters long; at most 255 are allowed.`,
  };
}

async function bodyOf(c: Context): Promise<unknown> {
  try {
    return await c.req.json();
  } catch (error) {
    // Not JSON: the schema then names what is missing, like for any other wrong body.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function whatIsWrong(error: z.ZodError, form: string): string {
  const [first] = error.issues;
  if (first === undefined) return "it does not fit";
  return first.path.length === 0 && first.code === "invalid_type"
    ? `the body must be a JSON object ${form}`
    : error.issues.map((issue) => issue.message).join("; ");
}

/** Says what is wrong, as every answer of the target does that is no result. */
export function refuse(c: Context, status: 400 | 404 | 409 | 500, error: string): Response {
  return c.json({ error }, status);
}
