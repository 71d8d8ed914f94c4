// An agent that calls a tool three times: somebody allows the first call for the rest of the run, and the others run without a question, each noted once.
import * as z from "zod";
import { createAgent } from "../../../src/agent/agent.ts";
import type { AgentState } from "../../../src/agent/agent-state.ts";
import { tool } from "../../../src/agent/tool.ts";
import type { AssistantMessage, Message } from "../../../src/graph/index.ts";
import { defineWorkflow, type Services, type Workflow } from "../../../src/runs/workflow.ts";
import type { End, Hands, RunScenario } from "../scenario.ts";
import { ONE } from "./parts.ts";

const Input = z.object({ version: z.string() });
const Args = z.object({ env: z.string(), step: z.string() });
const CALLS = ["first", "second", "third"];

/** One call after the other, of the same environment. */
function nextCall(messages: readonly Message[], hands: Hands): AssistantMessage {
  const said = messages.filter(({ role }) => role === "assistant").length;
  const id = CALLS[said];
  const step = hands.ran(`step ${said}`);
  if (id === undefined) return { role: "assistant", content: "Done." };
  const called = { name: "restart", arguments: JSON.stringify({ env: "staging", step }) };
  return { role: "assistant", content: null, tool_calls: [{ id, type: "function", function: called }] };
}

function restarting(hands: Hands): Workflow {
  const restart = tool<typeof Args, Services>({
    ...{ name: "restart", description: "Restarts.", input: Args },
    approval: { forRun: ["env"] },
    run: async ({ step }, { services, idempotencyKey, callId }) => {
      await hands.act(services, { name: callId, key: idempotencyKey(), value: step });
      return hands.ran(callId);
    },
  });
  const make = (services: Services) =>
    createAgent<typeof Input, Services>(services, {
      ...{ input: Input, task: ({ version }) => `Release ${version}.`, prompt: "You release." },
      // A second try would wait in real time. The run fails, and somebody retries it.
      ...{ tools: [restart], retry: { maxAttempts: 1 } },
    });
  return defineWorkflow<typeof Input, AgentState>({
    ...{ name: "allowed", description: "Restarts by itself", example: "version=v1", version: "1" },
    ...{ input: Input, policy: ONE },
    // Ids by chance would be others each time it is played.
    graph: (services) => ({
      compile: (options) => make(services).compile({ ...options, newId: hands.newId }),
    }),
    outcome: ({ messages }) => ({
      good: true,
      text: messages.flatMap((one) => (one.role === "tool" ? [one.content] : [])).join(" | "),
    }),
  });
}

function wrong({ run, approvals, acts, entries }: End): readonly string[] {
  const { status } = run;
  if (status.kind !== "done") return [`The run ended with ${JSON.stringify(status)}.`];
  const told = status.outcome.text.split(" | ");
  const noted = entries.filter(({ kind }) => kind === "allowed").length;
  const missing = CALLS.filter((name, index) => {
    const done = acts.filter((act) => act.name === name && !act.isReplay).length;
    const isUnclear = told[index]?.startsWith("Error: It is not known whether") === true;
    return done !== 1 && !(isUnclear && done === 0);
  });
  return [
    ...(approvals.length === 1 ? [] : [`${approvals.length} questions were asked, and not 1.`]),
    ...(noted === CALLS.length - 1 ? [] : [`The history tells of ${noted} calls that were allowed.`]),
    ...missing.map((name) => `The ${name} call was not performed once. ${status.outcome.text}`),
  ];
}

export const allowed: RunScenario = {
  name: "allowed",
  workflow: restarting,
  model: nextCall,
  people: [{ id: "UANA", vote: () => ({ kind: "approve", forRun: true }) }],
  wrong,
};
