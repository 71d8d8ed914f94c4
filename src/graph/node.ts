// What the compiler knows of a node: what it may return, where that leads, and what it refuses.
import type { Channels, UpdateOf } from "./annotation.ts";
import type { Command, END } from "./command.ts";
import type { CachePolicy } from "./cache.ts";
import type { NodeError } from "./node-error.ts";
import type { PlannedPolicies } from "./plan.ts";
import type { RetryPolicy } from "./retry.ts";
import type { NodeConfig } from "./node-config.ts";
import { type TimeoutPolicy, timeoutPolicyOf } from "./timeout-policy.ts";

/** A Command that leads anywhere: a type for its goto, `string` say, would widen the names that a node writes there. */
interface AnyCommand<Update> extends Omit<Command<unknown, Update>, "goto"> {
  readonly goto: object;
}

/** What a node writes, a Command, several of both, or nothing. */
export type NodeReturn<Update> =
  Update | AnyCommand<Update> | readonly (Update | AnyCommand<Update>)[] | undefined | null;

/** A node: reads the state, returns what it writes, a Command, or nothing. */
export type NodeFunction<State, Update, Context = unknown> = (
  state: State,
  config: NodeConfig<Context>,
  // A function without a return statement is a node too.
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type
) => NodeReturn<Update> | void | Promise<NodeReturn<Update> | void>;

/**
 * What has `invoke(input, config)`, as LangChain's runnables do: a chain, a prompt with a model, a ToolNode. Stands for a node or
 * a condition; the compiler compares what it takes loosely, since LangChain's own types for that are.
 */
export interface Runnable<Input, Output> {
  invoke(input: Input, config: never): Output | Promise<Output>;
}

/** A node that is a runnable. */
export type NodeRunnable<State, Update> = Runnable<State, NodeReturn<Update>>;

/** Takes a node's place when it has failed, with the node's input: what it returns leads on by its Commands only, not by the node's edges. */
export type NodeErrorHandler<Input, Update, Context = unknown> = (
  input: Input,
  error: NodeError,
  config: NodeConfig<Context>,
  // As a node, it may return nothing.
  // eslint-disable-next-line @typescript-eslint/no-invalid-void-type
) => NodeReturn<Update> | void | Promise<NodeReturn<Update> | void>;

/** What is done about a node that fails, takes too long, or has run before on the same input. */
export interface NodePolicies<Input = unknown, Update = never, Context = unknown> {
  readonly retryPolicy?: RetryPolicy;
  /** How many milliseconds an attempt may take, or what else limits it; after that it counts as failed. */
  readonly timeout?: number | TimeoutPolicy;
  /** Keeps results in the cache that the graph is compiled with; `true` for ever, by all of the input. */
  readonly cachePolicy?: CachePolicy | boolean;
  /** Called once the retries are over; never for a question. */
  readonly errorHandler?: NodeErrorHandler<Input, Update, Context>;
}

export interface NodeOptions<
  Names extends string = string,
  Input = unknown,
  Update = never,
  Context = unknown,
> extends NodePolicies<Input, Update, Context> {
  /** Nodes that the node's Commands lead to; needed for nodes that no edge leads to. */
  readonly ends?: readonly Names[];
  /** Runs last: once nothing else is left to run. */
  readonly defer?: boolean;
  /**
   * Takes the answer to a NodeInterrupt that the node raised, and returns what is written before the node runs again. Without it
   * an answer only lets the node run again. It may be called again after a crash, on the same state.
   */
  readonly onAnswer?: AnswerHandler<Input, Update>;
}

/** Whoever answers says what with: annotate it. */
type AnswerHandler<Input, Update> = (
  state: Input,
  answer: never,
) => Update | null | undefined | Promise<Update | null | undefined>;

/** Whatever the state and the answer are. */
export type AnyAnswerHandler = (state: never, answer: never) => unknown;

/** Any node's options, whatever its handler takes and gives. */
export interface AnyNodeOptions extends Omit<NodeOptions, "errorHandler" | "onAnswer"> {
  readonly errorHandler?: (...args: never) => unknown;
  readonly onAnswer?: AnyAnswerHandler;
}

/** @throws GraphValueError for a time that is not above 0. */
export function plannedPolicies(
  policies: Omit<AnyNodeOptions, "ends" | "defer" | "onAnswer">,
): PlannedPolicies {
  const { retryPolicy, timeout, cachePolicy, errorHandler } = policies;
  const kept = cachePolicy === true ? {} : cachePolicy;
  return {
    ...(retryPolicy && { retryPolicy }),
    ...(timeout !== undefined && { timeout: timeoutPolicyOf(timeout) }),
    ...(kept !== undefined && { cachePolicy: kept === false ? undefined : kept }),
    // What it takes and gives was checked by the compiler at `addNode`.
    ...(errorHandler && { errorHandler: errorHandler as NonNullable<PlannedPolicies["errorHandler"]> }),
  };
}

/**
 * Takes a node, and lets the compiler find its own type, `Run`, in a part of the parameter that is never: were `Run` the
 * parameter itself, the state in a node would have no type, or the names and literals in what it returns would be strings.
 */
export type NodeGiven<Input, C extends Channels, Context, Run> = (
  NodeFunction<Input, UpdateOf<C>, Context> | ([Run] extends [never] ? Run : never)
) &
  WellSpelt<C, Run>;

/** The names in a node's Commands and Sends; none for a Command to another graph, or annotated as `Command`. */
export type NamesIn<Run> = NamesOf<PartOf<Run>>;

/** Names that the compiler knows one by one; what is any string, or any of a pattern, turns out when the graph runs. */
export type Known<Name> = Name extends string
  ? { readonly [name: string]: never } extends Record<Name, unknown>
    ? never
    : Name
  : never;

/** Refuses a node that writes to what is no channel; beside a right one the compiler would let that pass. */
export type WellSpelt<
  C extends Channels,
  Run,
> = Refuse<`"${Exclude<WrittenBy<PartOf<Run>>, keyof C>}" is no channel of the state`>;

/** Refuses a graph whose Commands, Sends and `ends` want nodes that were not added. */
export type Complete<
  Names extends string,
  Wanted extends string,
> = Refuse<`node "${Exclude<Wanted, Names | typeof END>}" was not added`>;

/** Each update and Command that a node returns. */
type PartOf<Run> = Run extends (...given: never) => infer Returned ? Opened<Awaited<Returned>> : never;
type Opened<Returned> = Returned extends readonly (infer Part)[] ? Part : Returned;

type NamesOf<Part> = Part extends Command<unknown, unknown, infer Names> ? Known<Names> : never;

type WrittenBy<Part> =
  Part extends AnyCommand<infer Update> ? KeyOf<Update> : Part extends object ? KeyOf<Part> : never;
type KeyOf<Update> = Update extends unknown ? Known<keyof Update> : never;

/** A type that nothing fits as long as there are sentences to say: they are what the compiler's error shows. */
type Refuse<Sentence extends string> = [Sentence] extends [never]
  ? unknown
  : { readonly [Text in Sentence]: never };
