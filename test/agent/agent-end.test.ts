// How an agent ends: by its limits, with the form that was declared, and in a conversation that stays in order.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { createAgent } from "../../src/agent/agent.ts";
import { Command, MemorySaver } from "../../src/graph/index.ts";
import { agentOf, input, restart } from "./restarting.ts";
import { approved, asRita, calling, questionsIn, scripted, toolMessages } from "./support.ts";

describe("the end of an agent", () => {
  it("comes with its limits: steps, tokens and calls at once", async () => {
    const again = calling(["restart_service", { service: "one" }]);
    const steps = await agentOf({
      model: scripted(again),
      tools: [restart([])],
      limits: { steps: 3 },
    }).invoke(input, asRita());
    expect(steps.agent.outcome).toEqual({
      good: false,
      text: "The agent was stopped: its model was asked 3 times, the most that is allowed. What it has done stays done.",
    });
    const tokens = await agentOf({
      model: scripted(again),
      tools: [restart([])],
      limits: { tokens: 200 },
    }).invoke(input, asRita());
    expect(tokens.agent.outcome?.text).toMatch(/has used 220 tokens of the 200/);
    const done: string[] = [];
    const many = calling(
      ...Array.from(
        { length: 4 },
        (_, n) => ["restart_service", { service: `s${"abcd"[n] ?? ""}` }] as [string, object],
      ),
    );
    const atOnce = await agentOf({
      model: scripted(many, "Done."),
      tools: [restart(done)],
      limits: { callsAtOnce: 3 },
    }).invoke(input, asRita());
    expect(done).toHaveLength(3);
    expect(toolMessages(atOnce.messages)[3]).toMatch(/3 are the most at once/);
  });

  it("comes with the time that the model and the tools took; people's is free", async () => {
    const ms = { now: Date.parse("2026-11-22T03:00:00Z") };
    const moving = { now: () => new Date((ms.now += 1_000)).toISOString() };
    const done: string[] = [];
    const model = scripted(calling(["restart_service", { service: "one" }]));
    const graph = createAgent(
      { model, clock: moving },
      {
        input: z.object({ alert: z.string() }),
        task: ({ alert }) => alert,
        ...{ prompt: "", tools: [restart(done, "always")] },
        limits: { timeMs: 3_000 },
      },
    ).compile({ checkpointer: new MemorySaver() });
    const answered = async (result: object) => {
      // A day of waiting.
      ms.now += 86_400_000;
      const [question] = questionsIn(result);
      return graph.invoke(new Command({ resume: { [question?.id ?? ""]: approved } }), asRita());
    };
    const second = await answered(await graph.invoke(input, asRita()));
    expect(second.agent).toMatchObject({ workedMs: 3_000, steps: 2 });
    const { agent } = await answered(second);
    expect(agent.outcome?.text).toBe(
      "The agent was stopped: it has worked for 4 s of the 3 s that are allowed. What it has done stays done.",
    );
  });

  it("goes on for as many steps as are allowed, however many supersteps that are", async () => {
    const again = calling(["restart_service", { service: "one" }]);
    const result = await agentOf({
      model: scripted(again),
      tools: [restart([])],
      limits: { steps: 40 },
    }).invoke(input, asRita());
    expect(result.agent.steps).toBe(40);
  });

  it("has the form that was declared, and asks again for one that has not", async () => {
    const output = z.object({ cause: z.string() });
    const model = scripted("It was DNS.", '```json\n{"cause":"DNS"}\n```');
    const result = await agentOf({ model, tools: [], output }).invoke(input, asRita());
    expect(result.agent.output).toEqual({ cause: "DNS" });
    expect(model.asked[1]?.messages.at(-1)).toMatchObject({
      role: "user",
      content: expect.stringMatching(/does not have the form/) as string,
    });
    const never = agentOf({ model: scripted("No."), tools: [], output });
    await expect(never.invoke(input, asRita())).rejects.toThrow(/3 times in a row without the form/);
  });

  it("keeps every id of a call its own, whatever the model makes up", async () => {
    const twice = {
      ...calling(["restart_service", { service: "one" }], ["restart_service", { service: "two" }]),
    };
    const same = { ...twice, tool_calls: (twice.tool_calls ?? []).map((call) => ({ ...call, id: "same" })) };
    const done: string[] = [];
    const result = await agentOf({ model: scripted(same, same, "Done."), tools: [restart(done)] }).invoke(
      input,
      asRita(),
    );
    const ids = result.messages.flatMap((one) => (one.role === "tool" ? [one.tool_call_id] : []));
    expect(new Set(ids).size).toBe(4);
    expect(done).toHaveLength(4);
  });
});
