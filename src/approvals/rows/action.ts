// `{ action, …args }`: an action to approve, resumed with whether it was and what it is to act with.
import * as z from "zod";
import { JsonObject } from "../json.ts";
import { argsOf } from "../readable.ts";
import { approveRequest, type AskedValue, type Row } from "./row.ts";
import { usableSchema } from "./schema.ts";

const Action = z.looseObject({ action: z.string().min(1), schema: JsonObject.optional() });
/** Arguments set apart from what is said beside them. */
const Apart = z.looseObject({ args: JsonObject });

export const action: Row = (asked) => {
  const parsed = Action.safeParse(asked.value);
  if (!parsed.success) return undefined;
  const { action: named, schema: given, ...others } = parsed.data;
  const name = named.toWellFormed();
  const apart = Apart.safeParse(others);
  const { args, ...rest } = apart.success ? apart.data : { args: argsOf(others) };
  const schema = usableSchema(given) ?? schemaInAnswer(asked, args);
  return approveRequest(
    {
      title: name,
      ...{ node: asked.node, name, args, rest, schema, reply: { kind: "action" } },
      allowed: schema === undefined ? ["approve", "reject"] : ["approve", "reject", "edit"],
    },
    asked.answers,
  );
};

/** The schema of the answer says what `args` in it may be, or is that of the arguments themselves. */
function schemaInAnswer({ responseSchema }: AskedValue, args: JsonObject): JsonObject | undefined {
  const { data: properties = {} } = JsonObject.safeParse(responseSchema?.["properties"]);
  const { data: ofArgs } = JsonObject.safeParse(properties["args"]);
  if (ofArgs !== undefined) return usableSchema(ofArgs);
  const isOfArgs = Object.keys(args).some((name) => Object.hasOwn(properties, name));
  return isOfArgs ? usableSchema(responseSchema) : undefined;
}
