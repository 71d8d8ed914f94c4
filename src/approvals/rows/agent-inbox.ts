// Agent Inbox's HumanInterrupt, one or a list: action, arguments, and what its config allows.
import * as z from "zod";
import { JsonObject } from "../json.ts";
import { jsonOf } from "../readable.ts";
import type { Allowed } from "../review.ts";
import type { Row } from "./row.ts";
import { itemOf, requestFor } from "./several.ts";

const may = z.boolean().default(false);
const HumanInterrupt = z.looseObject({
  action_request: z.looseObject({ action: z.string().min(1), args: JsonObject.default({}) }),
  config: z.looseObject({ allow_accept: may, allow_edit: may, allow_respond: may, allow_ignore: may }),
  description: z.string().nullish(),
});
type HumanInterrupt = z.infer<typeof HumanInterrupt>;

const OneOrList = z.union([
  HumanInterrupt.transform((one): [HumanInterrupt] => [one]),
  z.tuple([HumanInterrupt], HumanInterrupt),
]);

export const agentInbox: Row = ({ value, node, answers }) => {
  const asked = OneOrList.safeParse(jsonOf(value));
  if (!asked.success) return undefined;
  const [first, ...others] = asked.data;
  const items = [itemIn(first), ...others.map(itemIn)] as const;
  // Of several, each would say its own.
  const beside = others.length > 0 ? {} : otherKeys(first);
  return requestFor(items, { node, answers, reply: { kind: "agent-inbox" }, beside });
};

function otherKeys({ action_request, config, description, ...rest }: HumanInterrupt): typeof rest {
  return rest;
}

function itemIn({ action_request, config, description }: HumanInterrupt): ReturnType<typeof itemOf> {
  const { action: name, args } = action_request;
  const allowed: Allowed[] = [];
  if (config.allow_accept) allowed.push("approve");
  if (config.allow_ignore) allowed.push("reject");
  if (config.allow_edit) allowed.push("edit");
  if (config.allow_respond) allowed.push("respond");
  return itemOf({ name, args, allowed, description: description ?? "" });
}
