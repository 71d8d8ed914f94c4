// What a node gets beside the state.
import type { BaseStore } from "./store.ts";

/** What a node gets beside the state. `context` is whatever the caller of `invoke` handed in. */
export interface NodeConfig<Context = unknown> {
  readonly configurable: Readonly<Record<string, unknown>>;
  readonly context: Context;
  /** What the graph, or the one around it, was compiled with; undefined without. */
  readonly store: BaseStore | undefined;
  /** Aborts when the caller aborts, or when a task beside this one fails. */
  readonly signal: AbortSignal;
  /**
   * The key to give to the outside with one effect: each call is the next effect of this task, and a replay with the same
   * answers gives the same keys, on whatever machine. Ask for it after `interrupt()`.
   */
  readonly idempotencyKey: () => string;
  /** Tells those who stream with "custom"; told again when the node runs again. */
  readonly writer: (chunk: unknown) => void;
  /** Says that the node is still at work, where its `timeout` has an idle time. */
  readonly heartbeat: () => void;
}
