// Actions in the formats of others: one of them is a request to approve, several are decided one by one in one review.
import type { JsonObject } from "../json.ts";
import { factsOf } from "../readable.ts";
import type { Answers, Reply } from "../reply.ts";
import type { Request } from "../request.ts";
import type { Allowed, Item } from "../review.ts";
import { approveRequest } from "./row.ts";
import { schemaOf, usableSchema } from "./schema.ts";

interface Named {
  readonly name: string;
  readonly args: JsonObject;
  readonly description?: string | undefined;
  readonly allowed: readonly Allowed[];
  readonly schema?: JsonObject | undefined;
}

export function itemOf({ name, args, description = "", allowed, schema }: Named): Item {
  return {
    ...{ name: name.toWellFormed(), args, description: description.toWellFormed() },
    // Whoever asks must be answerable, and to reject is harmless.
    allowed: allowed.length === 0 ? ["reject"] : [...allowed],
    ...(allowed.includes("edit") && { schema: usableSchema(schema) ?? schemaOf(args) }),
  };
}

interface Around {
  readonly node: string;
  readonly reply: Reply;
  readonly answers: Answers;
  /** What else was said. */
  readonly beside: Readonly<Record<string, unknown>>;
}

export function requestFor(
  [first, ...others]: readonly [Item, ...Item[]],
  { node, reply, answers, beside }: Around,
): Request {
  if (others.length > 0) {
    const { facts, details } = factsOf(beside);
    return {
      kind: "review",
      ...{ title: `${others.length + 1} actions of the step "${node}"`, summary: "", target: "", facts },
      ...{ risk: "medium", action: { name: node, args: {} }, items: [first, ...others], reply },
      ...(details.length > 0 && { details }),
    };
  }
  const { name, args, description, allowed, schema } = first;
  const said = { title: name, summary: description, rest: beside };
  return approveRequest({ ...said, node, name, args, allowed, schema, reply }, answers);
}
