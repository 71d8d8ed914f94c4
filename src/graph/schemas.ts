// The schemas a graph is made of: its state, and what callers hand in, get back and pass along beside it.
import type { Channels } from "./annotation.ts";
import { GraphValueError, InvalidUpdateError } from "./errors.ts";
import { issuesInWords } from "./schema-issues.ts";
import { checkedBy, isStandardSchema, type StandardSchema } from "./standard-schema.ts";
import { type StateDefinition, type StateForm, stateFormOf } from "./state.ts";
import type { Values } from "./values.ts";

/** What callers hand in, get back, and pass along as `config.context`; what is left out is the state's. */
export interface GraphSchemas<Input, Output, Context> {
  readonly input?: Input;
  readonly output?: Output;
  readonly context?: StandardSchema<unknown, Context>;
}

/** All of it as one object; LangGraph's older name for the state is `stateSchema`. */
export type GraphInit<S, Input, Output, Context> = GraphSchemas<Input, Output, Context> &
  ({ readonly state: S } | { readonly stateSchema: S });

/** What the engine needs of the schemas. */
export interface GraphForm extends StateForm {
  /** The channels that a caller writes. */
  readonly inputs: Channels;
  /** The channels that `invoke` gives back; all of them when undefined. */
  readonly outputs: readonly string[] | undefined;
  /** @throws GraphValueError for a context that does not fit. */
  readonly checkContext: (context: unknown) => unknown;
}

type AnySchemas = GraphSchemas<StateDefinition, StateDefinition, unknown>;

/** @throws GraphValueError for what defines no state, or one channel twice. */
export function graphFormOf(
  given: StateDefinition | GraphInit<StateDefinition, StateDefinition, StateDefinition, unknown>,
  schemas: AnySchemas | StandardSchema = {},
): GraphForm {
  const beside: AnySchemas = isStandardSchema(schemas) ? { context: schemas } : schemas;
  if (isDefinition(given)) return formOf(given, beside);
  const { input, output, context } = { ...beside, ...given };
  const state = "state" in given ? given.state : given.stateSchema;
  return formOf(state, { ...(input && { input }), ...(output && { output }), ...(context && { context }) });
}

function isDefinition(given: object): given is StateDefinition {
  return isStandardSchema(given) || "spec" in given || "channels" in given;
}

function formOf(definition: StateDefinition | undefined, { input, output, context }: AnySchemas): GraphForm {
  if (definition === undefined || !isDefinition(definition))
    throw new GraphValueError(
      "The graph has no state. Give it an Annotation.Root or an object schema, as it is or as { state }.",
    );
  const state = stateFormOf(definition);
  const taken = input === undefined ? state : restricted(stateFormOf(input));
  const told = output && stateFormOf(output).channels;
  return {
    channels: together([state.channels, taken.channels, told ?? {}]),
    checkInput: taken.checkInput,
    inputs: taken.channels,
    outputs: told && Object.keys(told),
    checkContext: (given) => (context === undefined ? given : checkedContext(context, given)),
  };
}

/** The first one says what a channel is; others may name it, or mean the same. */
function together(all: readonly Channels[]): Channels {
  const channels: Record<string, Channels[string]> = {};
  for (const [name, channel] of all.flatMap((one) => Object.entries(one))) {
    const known = channels[name];
    if (known !== undefined && channel.reduce !== undefined && channel.reduce !== known.reduce)
      throw new GraphValueError(
        `Channel "${name}" already exists with a different type. Give the state and its schemas the same channel.`,
      );
    channels[name] ??= channel;
  }
  return channels;
}

/** Of an input schema: what it does not have, callers do not write. */
function restricted({ channels, checkInput }: StateForm): StateForm {
  return {
    channels,
    checkInput: (given) => {
      checkWithin(channels, given);
      return checkInput?.(given) ?? given;
    },
  };
}

function checkWithin(channels: Channels, given: Values): void {
  const beyond = Object.keys(given).find((name) => !Object.hasOwn(channels, name));
  if (beyond === undefined) return;
  throw new InvalidUpdateError(
    `The input has "${beyond}", which is not in the graph's input schema. It takes: ${Object.keys(channels).join(", ")}.`,
  );
}

function checkedContext(schema: StandardSchema, given: unknown): unknown {
  const checked = checkedBy(schema, given ?? {});
  if (checked.kind === "fits") return checked.value;
  throw new GraphValueError(`The context does not fit its schema: ${issuesInWords(checked.issues)}.`);
}
