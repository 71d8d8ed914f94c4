// One agent for the benches: its model asks for three tools at once, one of which a human approves, and then it is done.
import { setTimeout } from "node:timers/promises";
import * as z from "zod";
import { type AgentGraph, createAgent } from "../../src/agent/agent.ts";
import type { AgentServices } from "../../src/agent/agent-context.ts";
import type { AgentState } from "../../src/agent/agent-state.ts";
import { tool } from "../../src/agent/tool.ts";
import type { AssistantMessage, ChatModel } from "../../src/graph/index.ts";
import { defineWorkflow } from "../../src/runs/workflow.ts";

export const PROMPT = "You are an operator.";
export const TASK = "Checkout is slow. Look into it.";
export const ANSWER = "Checkout was restarted, and is fast again.";

export const Service = z.object({ service: z.string() });

/** By the name of the tool; the last one asks. */
export const CALLS = [
  { name: "read_logs", args: { service: "checkout" } },
  { name: "read_metrics", args: { service: "checkout" } },
  { name: "restart_service", args: { service: "checkout" } },
] as const;

/** What each tool says. */
export const RESULT = "ok ".repeat(60);

const asking: AssistantMessage = {
  role: "assistant",
  content: null,
  tool_calls: CALLS.map(({ name, args }, index) => ({
    ...{ id: `call_${index}`, type: "function" },
    function: { name, arguments: JSON.stringify(args) },
  })),
};

/** Asks first; done once there is an answer to anything. */
export function mockModel(latencyMs: number): ChatModel {
  return {
    async complete({ messages }) {
      if (latencyMs > 0) await setTimeout(latencyMs);
      const isAnswered = messages.some(({ role }) => role === "tool");
      return { message: isAnswered ? { role: "assistant", content: ANSWER } : asking };
    },
  };
}

const Input = z.object({ version: z.string() });

export const agentOf: (services: AgentServices) => AgentGraph<z.infer<typeof Input>> = (services) =>
  createAgent(services, {
    ...{ input: Input, task: () => TASK, prompt: PROMPT },
    tools: CALLS.map(({ name }, index) =>
      tool({
        ...{ name, description: `Does ${name}.`, input: Service, run: () => RESULT },
        approval: index === CALLS.length - 1 ? "always" : "never",
      }),
    ),
  });

export const agentWorkflow = defineWorkflow<typeof Input, AgentState>({
  ...{ name: "operator", description: "Looks into an alert", example: "version=v1", version: "1" },
  ...{ input: Input, policy: { approvers: ["approvers"], requesterMayApprove: false } },
  graph: agentOf,
  outcome: ({ agent }) => agent.outcome ?? { good: false, text: "It has come to no end." },
});
