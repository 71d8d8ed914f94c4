// The door to what LangGraph has under "@langchain/langgraph/prebuilt".
export { createReactAgent, type ReactAgentOptions } from "./react-agent.ts";
export { type Tool, ToolNode, type ToolNodeOptions, toolsCondition } from "./tool-node.ts";
