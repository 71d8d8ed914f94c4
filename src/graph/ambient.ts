// What the running node was given, for functions that it calls: the names are LangGraph's, and so is that no argument is needed.
import { currentConfig } from "./attempt.ts";
import { GraphValueError } from "./errors.ts";
import type { NodeConfig } from "./node-config.ts";
import type { BaseStore } from "./store.ts";

/**
 * The running node's second argument, or that of the running condition. Mirrors LangGraph's `getConfig`.
 *
 * @throws GraphValueError outside of a running graph.
 * @example
 * const user = getConfig<{ user: string }>().context.user;
 */
export function getConfig<Context = unknown>(): NodeConfig<Context> {
  return configFor("getConfig()") as NodeConfig<Context>;
}

/**
 * The store that the graph was compiled with; undefined without. Mirrors LangGraph's `getStore`.
 *
 * @throws GraphValueError outside of a running graph.
 * @example
 * const tone = await getStore()?.get(["users", user], "tone");
 */
export function getStore(config?: Pick<NodeConfig, "store">): BaseStore | undefined {
  return (config ?? configFor("getStore()")).store;
}

/**
 * Tells those who stream with "custom"; what nobody streams is dropped. Mirrors LangGraph's `getWriter`.
 *
 * @throws GraphValueError outside of a running graph.
 * @example
 * getWriter()({ progress: 0.5 });
 */
export function getWriter(config?: Pick<NodeConfig, "writer">): NodeConfig["writer"] {
  return (config ?? configFor("getWriter()")).writer;
}

function configFor(caller: string): NodeConfig {
  const config = currentConfig();
  if (config !== undefined) return config;
  throw new GraphValueError(
    `Called ${caller} outside the context of a graph. Call it in a node while the graph runs, or hand it what you need as an argument.`,
  );
}
