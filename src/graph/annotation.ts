// Declares the channels of a graph's state: what each holds and how several writes to it become one value.
import type { OverwriteValue } from "./overwrite.ts";

/** One key of the state. `Value` and `Update` exist for the compiler only; without `reduce` the last write is the value. */
export interface Channel<Value = unknown, Update = Value> {
  readonly Value?: Value;
  readonly Update?: Update;
  reduce?(current: Value, update: Update): Value;
  initial?(): Value;
  /** Never stored. */
  readonly isUntracked?: true;
}

export type Channels = Readonly<Record<string, Channel>>;

/** The state that nodes read. */
export type StateOf<C extends Channels> = {
  readonly [Name in keyof C]: C[Name] extends { readonly Value?: infer Value } ? Value : never;
};

/** What nodes and callers write: any part of the state, for a channel with a reducer what the reducer takes. */
export type UpdateOf<C extends Channels> = {
  readonly [Name in keyof C]?: C[Name] extends {
    readonly Value?: infer Value;
    readonly Update?: infer Update;
  }
    ? Update | OverwriteValue<Value>
    : never;
};

/** All channels of a state. `typeof State.State` and `typeof State.Update` are its types, as in LangGraph. */
export class AnnotationRoot<C extends Channels> {
  declare readonly State: StateOf<C>;
  declare readonly Update: UpdateOf<C>;
  readonly spec: C;
  /** Checks what a caller hands in, where there are schemas. */
  readonly checkInput?: (input: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

  constructor(spec: C) {
    this.spec = spec;
  }
}

interface ReducerOptions<Value, Update> {
  readonly reducer: (current: Value, update: Update) => Value;
  /** The value before the first write. Without it the first write becomes the value as it is. */
  readonly default?: () => Value;
}

interface Annotate {
  <Value>(): Channel<Value>;
  <Value, Update = Value>(options: ReducerOptions<Value, Update>): Channel<Value, Update>;
  readonly Root: <C extends Channels>(spec: C) => AnnotationRoot<C>;
}

function annotate<Value, Update = Value>(options?: ReducerOptions<Value, Update>): Channel<Value, Update> {
  if (options === undefined) return {};
  const initial = options.default;
  return { reduce: options.reducer, ...(initial === undefined ? {} : { initial }) };
}

/**
 * Declares state, as LangGraph's `Annotation` does.
 *
 * @example
 * const State = Annotation.Root({
 *   amount: Annotation<number>(),
 *   log: Annotation<readonly string[]>({ reducer: (log, lines) => [...log, ...lines], default: () => [] }),
 * });
 */
export const Annotation: Annotate = Object.assign(annotate, {
  Root: <C extends Channels>(spec: C): AnnotationRoot<C> => new AnnotationRoot(spec),
});
