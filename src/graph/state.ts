// What a graph's state is made from: Annotation.Root, or an object schema such as zod's.
import type { AnnotationRoot, Channel, Channels } from "./annotation.ts";
import { InvalidUpdateError } from "./errors.ts";
import { issuesInWords } from "./schema-issues.ts";
import { checkedBy, isStandardSchema, type OutputOf, type StandardSchema } from "./standard-schema.ts";
import type { Values } from "./values.ts";
import { mapped } from "./record.ts";

/** An object schema that tells its fields, as `z.object({ … })` does: each field is a channel, the last write is its value. */
export interface ObjectSchema extends StandardSchema {
  readonly shape: Readonly<Record<string, unknown>>;
}

/** Two values into one, under either of the names that LangGraph has for it. */
type Combining = {
  readonly default?: () => unknown;
} & ({ readonly value: (...two: never) => unknown } | { readonly reducer: (...two: never) => unknown });

/** LangGraph's oldest form: each channel is null, so that the last write is its value, or says how two become one. */
export interface ChannelMap {
  readonly channels: Readonly<Record<string, Combining | null>>;
}

export type StateDefinition = AnnotationRoot<Channels> | ObjectSchema | ChannelMap;

/** The channels of a definition, with their types. */
export type ChannelsOf<S extends StateDefinition> =
  S extends AnnotationRoot<infer C>
    ? C
    : S extends { readonly shape: infer Shape }
      ? { readonly [Name in keyof Shape]: Channel<FieldOf<Shape[Name]>> }
      : S extends { readonly channels: infer Map }
        ? { readonly [Name in keyof Map]: CombinedBy<Map[Name]> }
        : never;

type CombinedBy<Spec> = Spec extends
  | { readonly value: (current: infer Value, update: infer Update) => unknown }
  | { readonly reducer: (current: infer Value, update: infer Update) => unknown }
  ? Channel<Value, Update>
  : Channel;

type FieldOf<Schema> = Schema extends StandardSchema ? OutputOf<Schema> : unknown;

/** What the engine needs of a definition. */
export interface StateForm {
  readonly channels: Channels;
  /** Checks and completes what a caller hands in. */
  readonly checkInput: ((input: Values) => Values) | undefined;
}

export function stateFormOf(definition: StateDefinition): StateForm {
  if ("channels" in definition)
    return { channels: mapped(definition.channels, channelFrom), checkInput: undefined };
  if (!isStandardSchema(definition)) return { channels: definition.spec, checkInput: definition.checkInput };
  const channels = mapped(definition.shape, () => ({}));
  return { channels, checkInput: (input) => checkedInput(definition, input) };
}

function channelFrom(spec: Combining | null): Channel {
  if (spec === null) return {};
  const reduce = "value" in spec ? spec.value : spec.reducer;
  // What it combines was checked where the state was written down.
  return { reduce: reduce, ...(spec.default && { initial: spec.default }) };
}

function checkedInput(schema: ObjectSchema, input: Values): Values {
  const checked = checkedBy(schema, input);
  if (checked.kind === "fits") return { ...(checked.value as Values) };
  throw new InvalidUpdateError(`The input does not fit the state: ${issuesInWords(checked.issues)}.`);
}
