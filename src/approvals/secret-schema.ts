// What a JSON Schema says is secret: `"writeOnly": true` or `"format": "password"`, wherever in it.
import * as z from "zod";
import type { JsonObject } from "./json.ts";

const Node = z.looseObject({
  writeOnly: z.unknown().optional(),
  format: z.unknown().optional(),
  $ref: z.string().optional().catch(undefined),
  properties: z.record(z.string(), z.unknown()).optional().catch(undefined),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
  prefixItems: z.array(z.unknown()).optional().catch(undefined),
  allOf: z.array(z.unknown()).default([]).catch([]),
  anyOf: z.array(z.unknown()).default([]).catch([]),
  oneOf: z.array(z.unknown()).default([]).catch([]),
});
type Node = z.infer<typeof Node>;

/** The schemas that speak of one value: one, or several that are combined. */
export interface SchemaPlace {
  readonly isSecret: boolean;
  /** By a property's name, or by an index. */
  child(key: string | number): SchemaPlace;
}

const NOWHERE: SchemaPlace = { isSecret: false, child: () => NOWHERE };

export function schemaPlace(schema: JsonObject | undefined): SchemaPlace {
  return schema === undefined ? NOWHERE : placeOf([schema], schema);
}

function placeOf(schemas: readonly unknown[], root: JsonObject): SchemaPlace {
  const nodes = combined(schemas, root);
  if (nodes.length === 0) return NOWHERE;
  return {
    isSecret: nodes.some(({ writeOnly, format }) => writeOnly === true || format === "password"),
    child: (key) =>
      placeOf(
        nodes.flatMap((node) => childrenOf(node, key)),
        root,
      ),
  };
}

/** With what they refer to and are combined of. Schemas may contain themselves, so each is looked at once. */
function combined(schemas: readonly unknown[], root: JsonObject): readonly Node[] {
  const seen = new Set<unknown>();
  const nodes: Node[] = [];
  const open = [...schemas];
  while (open.length > 0) {
    const schema = open.pop();
    const node = seen.has(schema) ? undefined : Node.safeParse(schema).data;
    seen.add(schema);
    if (node === undefined) continue;
    nodes.push(node);
    if (node.$ref !== undefined) open.push(referredTo(node.$ref, root));
    open.push(...node.allOf, ...node.anyOf, ...node.oneOf);
  }
  return nodes;
}

/** A JSON pointer within the schema; others lead nowhere. */
function referredTo(ref: string, root: JsonObject): unknown {
  if (!ref.startsWith("#")) return undefined;
  const steps = ref.slice(1).split("/").slice(1);
  return steps.reduce<unknown>((place, step) => {
    const isObject = typeof place === "object" && place !== null;
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    return isObject && Object.hasOwn(place, name)
      ? Object.entries(place).find(([key]) => key === name)?.[1]
      : undefined;
  }, root);
}

function childrenOf(
  { properties, additionalProperties, items, prefixItems }: Node,
  key: string | number,
): unknown[] {
  if (typeof key === "number") return [prefixItems?.[key] ?? items];
  return [
    properties !== undefined && Object.hasOwn(properties, key) ? properties[key] : additionalProperties,
  ];
}
