// A question whose answer has a schema: yes or no, one of several words, a number, or a form with its fields.
import * as z from "zod";
import { questionChoice } from "../choose.ts";
import type { JsonObject } from "../json.ts";
import type { Request } from "../request.ts";
import { fieldsOf } from "../schema.ts";
import { questionIn } from "./question.ts";
import { approveRequest, askRequest, type Row } from "./row.ts";
import { usableSchema } from "./schema.ts";

interface Asks {
  readonly title: string;
  readonly node: string;
  readonly rest: Readonly<Record<string, unknown>>;
}

/** What the node itself states comes first. */
export const typedQuestion: Row = ({ value, node, answers, responseSchema }) => {
  const found = questionIn(value);
  const isStated = Object.keys(answers).length > 0;
  if (found === undefined || responseSchema === undefined || isStated) return undefined;
  return requestFor(responseSchema, { ...found, node });
};

const Words = z.object({ type: z.literal("string"), enum: z.array(z.string()).nonempty().max(100) });

function requestFor(schema: JsonObject, asks: Asks): Request | undefined {
  const { title, node, rest } = asks;
  const words = Words.safeParse(schema);
  if (words.success) {
    const choice = questionChoice({ ...rest, question: title, options: words.data.enum });
    return choice && { kind: "choose", ...choice, target: "", action: { name: node, args: {} } };
  }
  const { type } = schema;
  if (type === "boolean")
    return approveRequest({ ...asks, reply: { kind: "guess" } }, { approve: true, reject: false });
  if (type === "number" || type === "integer") return askRequest({ ...asks, reply: { kind: "number" } });
  return type === "object" ? formFor(schema, asks) : undefined;
}

/** Undefined where there is nothing to fill in. */
function formFor(schema: JsonObject, asks: Asks): Request | undefined {
  const usable = usableSchema(schema);
  const fields = usable && fieldsOf(usable);
  if (fields === undefined || Object.keys(fields.properties).length === 0) return undefined;
  return approveRequest({ ...asks, schema: usable, allowed: ["edit"], reply: { kind: "form" } }, {});
}
