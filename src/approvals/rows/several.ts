// Actions in the formats of others: one of them is a request to approve, several are decided one by one in one review.
import type { JsonObject } from "../json.ts";
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

export function requestFor(
  [first, ...others]: readonly [Item, ...Item[]],
  { node, reply, answers }: { readonly node: string; readonly reply: Reply; readonly answers: Answers },
): Request {
  if (others.length > 0)
    return {
      kind: "review",
      ...{ title: `${others.length + 1} actions of the step "${node}"`, summary: "", target: "", facts: [] },
      ...{ risk: "medium", action: { name: node, args: {} }, items: [first, ...others], reply },
    };
  const { name, args, description, allowed, schema } = first;
  const said = { title: name, summary: description };
  return approveRequest({ ...said, node, name, args, allowed, schema, reply }, answers);
}
