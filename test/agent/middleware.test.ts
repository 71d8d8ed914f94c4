// Middleware: layers around the model and the tools, and that nothing in them gets past the checks.
import { expect, it } from "vitest";
import * as z from "zod";
import { createAgent } from "../../src/agent/agent.ts";
import type { AgentServices } from "../../src/agent/agent-context.ts";
import type { Middleware } from "../../src/agent/middleware.ts";
import { tool } from "../../src/agent/tool.ts";
import { humanInTheLoopMiddleware } from "../../src/agent/human-in-the-loop.ts";
import { type ChatModel, MemorySaver } from "../../src/graph/index.ts";
import { asRita, calling, clock, questionsIn, scripted, toolMessages } from "./support.ts";

const input = z.object({ request: z.string() });

function agentWith(middleware: readonly Middleware[], model: ChatModel, done: unknown[] = []) {
  const act = tool({
    ...{ name: "act", description: "Acts.", input: z.object({ on: z.enum(["a", "b"]) }), approval: "always" },
    run: (args) => {
      done.push(args);
      return "done";
    },
  });
  const make = (services: AgentServices) =>
    createAgent(services, { input, task: ({ request }) => request, prompt: "", tools: [act], middleware });
  return make({ model, clock }).compile({ checkpointer: new MemorySaver() });
}

it("sees what the model is told and what it says, the first layer outermost", async () => {
  const seen: string[] = [];
  const layer = (name: string): Middleware => ({
    name,
    wrapModel: async (request, next, { messages }) => {
      seen.push(`${name} in ${messages.length}`);
      const said = await next({
        ...request,
        messages: [...request.messages, { role: "system", content: name }],
      });
      seen.push(`${name} out`);
      return { ...said, message: { ...said.message, content: `${said.message.content ?? ""} ${name}` } };
    },
  });
  const model = scripted("Hello");
  const { agent } = await agentWith([layer("outer"), layer("inner")], model).invoke(
    { request: "Go" },
    asRita(),
  );
  expect(seen).toEqual(["outer in 0", "inner in 0", "inner out", "outer out"]);
  expect(agent.outcome?.text).toBe("Hello inner outer");
  expect(model.asked[0]?.messages.slice(-2).map(({ content }) => content)).toEqual(["outer", "inner"]);
});

it("may change a call, which is then checked and asked about as it was changed", async () => {
  const done: unknown[] = [];
  const change = (args: object): Middleware => ({
    name: "changes",
    wrapTool: (call, next) => next({ ...call, args: { ...args } }),
  });
  const asked = await agentWith([change({ on: "b" })], scripted(calling(["act", { on: "a" }])), done).invoke(
    { request: "Go" },
    asRita(),
  );
  expect(questionsIn(asked)).toMatchObject([{ request: { action: { name: "act", args: { on: "b" } } } }]);
  const bad = await agentWith(
    [change({ on: "c" })],
    scripted(calling(["act", { on: "a" }]), "Well."),
    done,
  ).invoke({ request: "Go" }, asRita());
  expect(toolMessages(bad.messages)).toEqual([
    expect.stringMatching(/^Error: The arguments of "act" do not fit/),
  ]);
  expect(done).toEqual([]);
});

it("may stand in for a tool, and change what the model hears", async () => {
  const stand: Middleware = {
    name: "stands in",
    wrapTool: () => Promise.resolve({ content: "cached", status: "success" }),
  };
  const loud: Middleware = {
    name: "loud",
    wrapTool: async (call, next) => {
      const answer = await next(call);
      return { ...answer, content: answer.content.toUpperCase() };
    },
  };
  const { messages } = await agentWith(
    [loud, stand],
    scripted(calling(["act", { on: "a" }]), "Well."),
  ).invoke({ request: "Go" }, asRita());
  expect(toolMessages(messages)).toEqual(["CACHED"]);
});

it("reviews calls in one layer only", () => {
  const review = humanInTheLoopMiddleware({});
  expect(() => agentWith([review, review], scripted(""))).toThrow(
    /Several middlewares of the agent review calls/,
  );
});

it("cannot swallow the question of a tool: the run waits all the same", async () => {
  const swallows: Middleware = {
    name: "swallows",
    wrapTool: async (call, next) => {
      try {
        return await next(call);
      } catch {
        return { content: "never mind", status: "error" };
      }
    },
  };
  const done: unknown[] = [];
  const asked = await agentWith([swallows], scripted(calling(["act", { on: "a" }]), "Well."), done).invoke(
    { request: "Go" },
    asRita(),
  );
  expect(questionsIn(asked)).toHaveLength(1);
  expect(done).toEqual([]);
});
