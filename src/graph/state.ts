// What a graph's state is made from: Annotation.Root, or an object schema such as zod's.
import type { AnnotationRoot, Channel, Channels } from "./annotation.ts";
import { InvalidUpdateError } from "./errors.ts";
import { issuesInWords } from "./schema-issues.ts";
import { checkedBy, isStandardSchema, type OutputOf, type StandardSchema } from "./standard-schema.ts";
import type { Values } from "./values.ts";

/** An object schema that tells its fields, as `z.object({ … })` does: each field is a channel, the last write is its value. */
export interface ObjectSchema extends StandardSchema {
  readonly shape: Readonly<Record<string, unknown>>;
}

export type StateDefinition = AnnotationRoot<Channels> | ObjectSchema;

/** The channels of a definition, with their types. */
export type ChannelsOf<S extends StateDefinition> =
  S extends AnnotationRoot<infer C>
    ? C
    : S extends { readonly shape: infer Shape }
      ? { readonly [Name in keyof Shape]: Channel<FieldOf<Shape[Name]>> }
      : never;

type FieldOf<Schema> = Schema extends StandardSchema ? OutputOf<Schema> : unknown;

/** What the engine needs of a definition. */
export interface StateForm {
  readonly channels: Channels;
  /** Checks and completes what a caller hands in. */
  readonly checkInput: ((input: Values) => Values) | undefined;
}

export function stateFormOf(definition: StateDefinition): StateForm {
  if (!isStandardSchema(definition)) return { channels: definition.spec, checkInput: definition.checkInput };
  const channels = Object.fromEntries(Object.keys(definition.shape).map((name) => [name, {}]));
  return { channels, checkInput: (input) => checkedInput(definition, input) };
}

function checkedInput(schema: ObjectSchema, input: Values): Values {
  const checked = checkedBy(schema, input);
  if (checked.kind === "fits") return { ...(checked.value as Values) };
  throw new InvalidUpdateError(`The input does not fit the state: ${issuesInWords(checked.issues)}.`);
}
