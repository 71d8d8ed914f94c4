// A step between the model and the tools in which people are asked about several calls at once.
import type { NodeConfig } from "../graph/index.ts";
import type { AgentContext } from "./agent-context.ts";
import type { AgentState, AgentUpdate } from "./agent-state.ts";
import type { Tool } from "./tool.ts";

export interface ReviewStep {
  run(
    state: AgentState,
    config: NodeConfig<AgentContext>,
    tools: readonly Tool<never>[],
  ): Promise<AgentUpdate>;
}
