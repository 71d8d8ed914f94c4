// An agent that restarts services, and writes down what it does.
import * as z from "zod";
import { createAgent } from "../../src/agent/agent.ts";
import type { AgentServices } from "../../src/agent/agent-context.ts";
import type { AgentLimits } from "../../src/agent/agent-limits.ts";
import type { ApprovalRule } from "../../src/agent/approval-rule.ts";
import { type Tool, tool } from "../../src/agent/tool.ts";
import { MemorySaver } from "../../src/graph/index.ts";
import { clock, type ScriptedModel } from "./support.ts";

export const Service = z.object({
  service: z.string().regex(/^[a-z]+$/),
  env: z.enum(["prod", "staging"]).default("staging"),
});
export type Service = z.infer<typeof Service>;

/** Writes down what it does, with the key that it would send along. */
export function restart(
  done: string[],
  approval: ApprovalRule<Service> = "never",
  run: (args: Service) => unknown = () => ({ ok: true }),
): Tool {
  return tool({
    name: "restart_service",
    description: "Restarts a service.",
    input: Service,
    approval,
    run: (args, { idempotencyKey }) => {
      done.push(`${args.service} in ${args.env} ${idempotencyKey().slice(0, 6)}`);
      return run(args);
    },
  });
}

interface Made {
  readonly model: ScriptedModel;
  readonly tools: readonly Tool[];
  readonly limits?: AgentLimits;
  readonly output?: z.ZodType;
}

export function agentOf({ model, ...options }: Made) {
  const make = (services: AgentServices) =>
    createAgent(services, {
      ...options,
      input: z.object({ alert: z.string() }),
      task: ({ alert }) => `Look into this: ${alert}`,
      prompt: "You are an operator.",
      retry: { maxAttempts: 1 },
    });
  return make({ model, clock }).compile({ checkpointer: new MemorySaver() });
}

export const input = { alert: "checkout is slow" };
export const names = (done: readonly string[]) => done.map((line) => line.replace(/ [0-9a-f]{6}$/, ""));
