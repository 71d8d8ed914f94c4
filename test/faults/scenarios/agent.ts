// An agent whose model calls four tools at once: people change one call and reject another, a guardrail stops the third, the fourth must not be done twice; then it goes on. A layer around the tools has a word on each answer.
import * as z from "zod";
import { createAgent } from "../../../src/agent/agent.ts";
import type { AgentState } from "../../../src/agent/agent-state.ts";
import { onlyTools } from "../../../src/agent/rules.ts";
import { tool, type Tool, type ToolDefinition } from "../../../src/agent/tool.ts";
import { defineWorkflow, type Services, type Workflow } from "../../../src/runs/workflow.ts";
import type { End, Hands, PersonScript, RunScenario } from "../scenario.ts";
import { answerTo, BY_HAND, REASON, SEEN, STOPPED, transcript, wrongTalk } from "./agent-script.ts";
import { ONE } from "./parts.ts";

const Input = z.object({ version: z.string() });
const On = z.object({ on: z.string() });

type More = Partial<ToolDefinition<typeof On, Services>>;

function toolOf(hands: Hands, name: string, more: More = {}): Tool<Services> {
  return tool<typeof On, Services>({
    ...{ name, description: `Does ${name}.`, input: On },
    run: async ({ on }, { services, idempotencyKey }) => {
      // What must not be done twice takes no key that would keep it from that.
      const key = more.atMostOnce === true ? hands.newId() : idempotencyKey();
      await hands.act(services, { name, key, value: on });
      return hands.ran(name);
    },
    ...more,
  });
}

function agentWorkflow(hands: Hands): Workflow {
  const make = (services: Services) =>
    createAgent<typeof Input, Services>(services, {
      ...{ input: Input, task: ({ version }) => `Release ${version}.`, prompt: "You release." },
      tools: [
        toolOf(hands, "mail", { atMostOnce: true }),
        toolOf(hands, "restart", { approval: { allowed: ["approve", "edit", "reject"] } }),
        toolOf(hands, "drop", { approval: "always" }),
        toolOf(hands, "announce"),
        toolOf(hands, "wipe"),
      ],
      guardrails: [onlyTools({ name: STOPPED, tools: ["mail", "restart", "drop", "announce"] })],
      middleware: [
        {
          name: "seen",
          wrapTool: async (call, next) => {
            const answer = await next(call);
            return { ...answer, content: answer.content + SEEN };
          },
        },
      ],
      // A second try would wait in real time. The run fails, and somebody retries it.
      retry: { maxAttempts: 1 },
    });
  return defineWorkflow<typeof Input, AgentState>({
    ...{ name: "agent", description: "Releases by itself", example: "version=v1", version: "1" },
    ...{ input: Input, policy: ONE },
    // Ids by chance would be others each time it is played.
    graph: (services) => ({
      compile: (options) => make(services).compile({ ...options, newId: hands.newId }),
    }),
    outcome: ({ messages }) => ({ good: true, text: transcript(messages) }),
  });
}

const changing: PersonScript = {
  id: "UANA",
  vote: ({ asks, text }) =>
    asks === "approve" && text.includes("Restart")
      ? { kind: "edit", args: { on: BY_HAND }, comment: "This one." }
      : undefined,
};

const rejecting: PersonScript = {
  id: "UBO",
  afterMs: 1_000,
  vote: ({ asks, text }) =>
    asks === "approve" && text.includes("Drop") ? { kind: "reject", reason: REASON } : undefined,
};

/** Says what became of what must not be done twice, once whoever may still be at it would have done it. */
const looking: PersonScript = {
  id: "UOTTO",
  afterMs: 120_000,
  vote: ({ asks }, acts) =>
    asks === "choose"
      ? { kind: "choose", option: acts.some(({ name }) => name === "mail") ? "done" : "retry" }
      : undefined,
};

function wrong({ run, approvals, acts, entries }: End): readonly string[] {
  const { status } = run;
  if (status.kind !== "done") return [`The run ended with ${JSON.stringify(status)}.`];
  const answers = approvals
    .flatMap(({ request, state }) =>
      request.kind === "approve" && state.kind === "decided"
        ? [`${request.action.name} ${state.decision.kind}`]
        : [],
    )
    .toSorted()
    .join(", ");
  const stops = entries.filter((entry) => entry.kind === "checked" && !entry.passed).length;
  return [
    ...(answers === "drop rejected, restart edited" ? [] : [`People have decided: ${answers}.`]),
    ...wrongTalk(status.outcome.text, acts),
    ...(stops === 1 ? [] : [`The history tells ${stops} times that the guardrail stopped a call.`]),
  ];
}

export const agent: RunScenario = {
  name: "agent",
  workflow: agentWorkflow,
  model: answerTo,
  people: [changing, rejecting, looking],
  wrong,
};
