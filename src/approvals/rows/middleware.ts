// The request of LangChain's human-in-the-loop middleware, as JavaScript and as Python spell it.
import * as z from "zod";
import { JsonObject } from "../json.ts";
import { jsonOf } from "../readable.ts";
import type { Allowed } from "../review.ts";
import type { Row } from "./row.ts";
import { itemOf, requestFor } from "./several.ts";

const Action = z.looseObject({
  name: z.string().min(1),
  args: JsonObject.default({}),
  description: z.string().nullish(),
});
const Actions = z.tuple([Action], Action);
const words = z.array(z.string());

const JavaScript = z.looseObject({
  actionRequests: Actions,
  reviewConfigs: z
    .array(
      z.looseObject({ actionName: z.string(), allowedDecisions: words, argsSchema: JsonObject.nullish() }),
    )
    .default([]),
});
const Python = z
  .looseObject({
    action_requests: Actions,
    review_configs: z
      .array(
        z.looseObject({
          action_name: z.string(),
          allowed_decisions: words,
          args_schema: JsonObject.nullish(),
        }),
      )
      .default([]),
  })
  .transform(({ action_requests, review_configs, ...rest }) => ({
    ...rest,
    actionRequests: action_requests,
    reviewConfigs: review_configs.map(({ action_name, allowed_decisions, args_schema }) => ({
      ...{ actionName: action_name, allowedDecisions: allowed_decisions, argsSchema: args_schema },
    })),
  }));

type Config = z.infer<typeof JavaScript>["reviewConfigs"][number];

export const middleware: Row = ({ value, node, answers }) => {
  const json = jsonOf(value);
  const javascript = JavaScript.safeParse(json);
  const asked = javascript.success ? javascript : Python.safeParse(json);
  if (!asked.success) return undefined;
  const { actionRequests, reviewConfigs, ...beside } = asked.data;
  const itemIn = (action: z.infer<typeof Action>): ReturnType<typeof itemOf> =>
    itemWith(
      action,
      reviewConfigs.find(({ actionName }) => actionName === action.name),
    );
  const [first, ...others] = actionRequests;
  const spelling = javascript.success ? "javascript" : "python";
  const items = [itemIn(first), ...others.map(itemIn)] as const;
  return requestFor(items, { node, answers, reply: { kind: "middleware", spelling }, beside });
};

/** The order on every card. */
const KNOWN: readonly Allowed[] = ["approve", "reject", "edit", "respond"];

function itemWith(
  { name, args, description }: z.infer<typeof Action>,
  config: Config | undefined,
): ReturnType<typeof itemOf> {
  const decisions = config?.allowedDecisions ?? ["approve", "reject"];
  const allowed = KNOWN.filter((one) => decisions.includes(one));
  const schema = config?.argsSchema ?? undefined;
  return itemOf({ name, args, allowed, schema, description: description ?? "" });
}
