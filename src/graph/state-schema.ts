// State from one schema for each field, where a field may have a reducer or be kept out of storage.
import { AnnotationRoot, type Channel, type Channels } from "./annotation.ts";
import { InvalidUpdateError } from "./errors.ts";
import { type MessagesUpdate, messagesStateReducer } from "./message-reducer.ts";
import type { Message } from "./messages.ts";
import { issuesInWords } from "./schema-issues.ts";
import {
  checkedBy,
  type InputOf,
  isStandardSchema,
  type OutputOf,
  type StandardSchema,
} from "./standard-schema.ts";
import type { Values } from "./values.ts";

interface Reduced<Value, Input> {
  /** What a write must fit, where that is not a whole value. */
  readonly inputSchema?: StandardSchema<unknown, Input>;
  readonly reducer: (current: Value, update: Input) => Value;
}

/**
 * A field whose writes are combined. Its value begins as the schema's default. Mirrors LangGraph's `ReducedValue`.
 *
 * @example
 * new ReducedValue(z.array(z.string()).default(() => []), { inputSchema: z.string(), reducer: (all, one) => [...all, one] });
 */
export class ReducedValue<Value, Input = Value> {
  declare readonly ValueType: Value;
  declare readonly InputType: Input;
  readonly inputSchema: StandardSchema | undefined;
  readonly channel: Channel<Value, Input>;

  constructor(valueSchema: StandardSchema<unknown, Value>, { inputSchema, reducer }: Reduced<Value, Input>) {
    this.inputSchema = inputSchema;
    this.channel = { reduce: reducer, ...initialFrom(valueSchema) };
  }
}

/**
 * A field that is never stored: what is in it is gone behind a pause. For what can be made anew, such as a connection.
 * Mirrors LangGraph's `UntrackedValue`.
 *
 * @example
 * const State = new StateSchema({ question: z.string(), connection: new UntrackedValue<Connection>() });
 */
export class UntrackedValue<Value = unknown> {
  declare readonly ValueType: Value;
  readonly channel: Channel<Value>;

  constructor(schema?: StandardSchema<unknown, Value>) {
    this.channel = { isUntracked: true, ...(schema && initialFrom(schema)) };
  }
}

/** A field that is a conversation. Mirrors LangGraph's `MessagesValue`. */
export const MessagesValue: ReducedValue<readonly Message[], MessagesUpdate> = new ReducedValue(
  conversation(),
  { reducer: messagesStateReducer },
);

type Field = StandardSchema | { readonly channel: object };
type Fields = Readonly<Record<string, Field>>;

type ChannelOf<F> =
  F extends ReducedValue<infer Value, infer Input>
    ? Channel<Value, Input>
    : F extends UntrackedValue<infer Value>
      ? Channel<Value>
      : F extends StandardSchema
        ? Channel<OutputOf<F>, InputOf<F>>
        : never;

type ChannelsFrom<F extends Fields> = { readonly [Name in keyof F]: ChannelOf<F[Name]> };

/**
 * Declares state by one schema for each field. Input is checked field by field. Mirrors LangGraph's `StateSchema`.
 *
 * @example
 * const State = new StateSchema({ count: z.number().default(0), messages: MessagesValue });
 * const graph = new StateGraph(State).addNode("count", ({ count }) => ({ count: count + 1 }));
 */
export class StateSchema<F extends Fields> extends AnnotationRoot<ChannelsFrom<F>> {
  readonly fields: F;
  override readonly checkInput: (input: Values) => Values;

  constructor(fields: F) {
    // Field by field it is what the type says.
    super(channelsFrom(fields) as ChannelsFrom<F>);
    this.fields = fields;
    this.checkInput = (input) => checkedFields(fields, input);
  }
}

function channelsFrom(fields: Fields): Channels {
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [
      name,
      isStandardSchema(field) ? initialFrom(field) : field.channel,
    ]),
  );
}

/** A schema with a default says what there is before anything was written, a new value each time. */
function initialFrom<Value>(schema: StandardSchema<unknown, Value>): { initial?: () => Value } {
  const first = checkedBy(schema, undefined);
  if (first.kind === "refused" || first.value === undefined) return {};
  return {
    initial: () => {
      const again = checkedBy(schema, undefined);
      return again.kind === "fits" ? again.value : first.value;
    },
  };
}

function checkedFields(fields: Fields, input: Values): Values {
  const checked = Object.entries(input).map(([name, value]) => [
    name,
    checkedField(fields[name], name, value),
  ]);
  return Object.fromEntries(checked) as Values;
}

function checkedField(field: Field | undefined, name: string, value: unknown): unknown {
  const schema = isStandardSchema(field)
    ? field
    : field instanceof ReducedValue
      ? field.inputSchema
      : undefined;
  if (schema === undefined) return value;
  const checked = checkedBy(schema, value);
  if (checked.kind === "fits") return checked.value;
  const issues = checked.issues.map(({ path, message }) => ({
    path: [name, path].filter((part) => part !== "").join("."),
    message,
  }));
  throw new InvalidUpdateError(`The input does not fit the state: ${issuesInWords(issues)}.`);
}

/** Whatever the reducer takes; it begins empty. */
function conversation(): StandardSchema<unknown, readonly Message[]> {
  const validate = (value: unknown): { readonly value: readonly Message[] } => ({
    value: Array.isArray(value) ? (value as readonly Message[]) : [],
  });
  return { "~standard": { version: 1, vendor: "countersign", validate } };
}
