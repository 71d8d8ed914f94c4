// The agent on the runtime alone: its steps, its tools, whom it asks and what the model hears of it.
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { tool, type Tool } from "../../src/agent/tool.ts";
import type { ApprovalRule } from "../../src/agent/approval-rule.ts";
import { AnswerRefused, Command, NotCarriedOut } from "../../src/graph/index.ts";
import {
  approved,
  asRita,
  calling,
  edited,
  questionsIn,
  rejected,
  responded,
  scripted,
  toolMessages,
} from "./support.ts";
import type { Service } from "./restarting.ts";
import { agentOf, input, names, restart } from "./restarting.ts";

describe("an agent", () => {
  it("asks the model, carries out what it wants, tells it what came of it, and ends with its answer", async () => {
    const done: string[] = [];
    const model = scripted(calling(["restart_service", { service: "checkout" }]), "Restarted.");
    const graph = agentOf({ model, tools: [restart(done)] });
    const { agent, messages } = await graph.invoke(input, asRita());
    expect(agent.outcome).toEqual({ good: true, text: "Restarted." });
    expect(agent).toMatchObject({ steps: 2, tokens: 220 });
    expect(names(done)).toEqual(["checkout in staging"]);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "tool", "assistant"]);
    expect(model.asked[0]).toMatchObject({
      messages: [
        { role: "system", content: "You are an operator." },
        { role: "user", content: "Look into this: checkout is slow" },
      ],
      tools: [{ name: "restart_service", parameters: { type: "object" } }],
    });
    expect(toolMessages(model.asked[1]?.messages ?? [])).toEqual(['{"ok":true}']);
  });

  it("asks people about all calls at once, takes answers in any order, and runs nothing twice", async () => {
    const done: string[] = [];
    const calls = calling(
      ["restart_service", { service: "one", env: "prod" }],
      ["restart_service", { service: "two" }],
      ["restart_service", { service: "three", env: "prod" }],
    );
    const model = scripted(calls, "Done.");
    const rule: ApprovalRule<Service> = {
      when: ({ env }) => env === "prod",
      title: ({ service }) => `Restart ${service}`,
    };
    const graph = agentOf({ model, tools: [restart(done, rule)] });
    const asked = questionsIn(await graph.invoke(input, asRita()));
    expect(asked.map(({ request }) => request.title)).toEqual(["Restart one", "Restart three"]);
    expect(names(done)).toEqual(["two in staging"]);
    await graph.invoke(new Command({ resume: { [asked[1]?.id ?? ""]: approved } }), asRita());
    expect(names(done)).toEqual(["two in staging", "three in prod"]);
    const result = await graph.invoke(
      new Command({ resume: { [asked[0]?.id ?? ""]: rejected("Not now.") } }),
      asRita(),
    );
    expect(names(done)).toEqual(["two in staging", "three in prod"]);
    expect(result.messages.flatMap((one) => (one.role === "tool" ? [one.tool_call_id] : []))).toEqual([
      "c0",
      "c1",
      "c2",
    ]);
    expect(toolMessages(result.messages)).toEqual([
      "A human rejected this call, and it was not carried out: Not now.",
      '{"ok":true}',
      '{"ok":true}',
    ]);
  });

  it("runs an edit as it was edited and tells the model, and answers in a human's own words without the tool", async () => {
    const done: string[] = [];
    const calls = calling(["restart_service", { service: "one" }], ["restart_service", { service: "two" }]);
    const model = scripted(calls, "Done.");
    const rule: ApprovalRule<Service> = { allowed: ["approve", "edit", "respond"] };
    const graph = agentOf({ model, tools: [restart(done, rule)] });
    const [one, two] = questionsIn(await graph.invoke(input, asRita()));
    const result = await graph.invoke(
      new Command({
        resume: {
          [one?.id ?? ""]: edited({ service: "one", env: "staging" }, { service: "canary", env: "staging" }),
          [two?.id ?? ""]: responded("It is restarted already."),
        },
      }),
      asRita(),
    );
    expect(names(done)).toEqual(["canary in staging"]);
    expect(toolMessages(result.messages)).toEqual([
      'A human changed the arguments before it was carried out; they are {"service":"canary","env":"staging"}.\n{"ok":true}',
      "A human answered in place of the tool, which was not carried out: It is restarted already.",
    ]);
  });

  it("asks where its rule does not clearly say no: one that throws, or says something else", async () => {
    const rules: readonly [ApprovalRule<Service>, number][] = [
      [() => false, 0],
      [() => true, 1],
      [() => undefined as never, 1],
      [() => Promise.reject(new Error("The calendar is away.")), 1],
    ];
    for (const [rule, asked] of rules) {
      const done: string[] = [];
      const model = scripted(calling(["restart_service", { service: "one" }]), "Done.");
      const questions = questionsIn(
        await agentOf({ model, tools: [restart(done, rule)] }).invoke(input, asRita()),
      );
      expect(questions).toHaveLength(asked);
      expect(done).toHaveLength(1 - asked);
      if (rule === rules[3]?.[0])
        expect(questions).toMatchObject([
          {
            request: {
              facts: [
                {
                  label: "Asked because",
                  value: "the tool's rule could not be evaluated: The calendar is away.",
                },
              ],
            },
          },
        ]);
    }
  });

  it("asks again when an edit does not fit the tool", async () => {
    const done: string[] = [];
    const graph = agentOf({
      model: scripted(calling(["restart_service", { service: "one" }]), "Done."),
      tools: [restart(done, "always")],
    });
    const [one] = questionsIn(await graph.invoke(input, asRita()));
    const bad = edited({ service: "one", env: "staging" }, { service: "NO", env: "staging" });
    const answer = graph.invoke(new Command({ resume: { [one?.id ?? ""]: bad } }), asRita());
    await expect(answer).rejects.toBeInstanceOf(AnswerRefused);
    const [again] = (await graph.getState(asRita())).interrupts;
    expect(again?.id).toBe(one?.id);
    await graph.invoke(new Command({ resume: { [one?.id ?? ""]: approved } }), asRita());
    expect(names(done)).toEqual(["one in staging"]);
  });

  it.each<[string, object | string, RegExp]>([
    [
      "restart_services",
      { service: "one" },
      /^Error: There is no tool "restart_services". Use one of: restart_service\.$/,
    ],
    ["restart_service", "{not json", /^Error: The arguments of "restart_service" are not a JSON object\./],
    ["restart_service", "[1]", /^Error: The arguments of "restart_service" are not a JSON object\./],
    [
      "restart_service",
      { service: "A B" },
      /^Error: The arguments .* do not fit, and nothing was carried out\. service: /,
    ],
    ["restart_service", {}, /service: /],
    ["__proto__", {}, /There is no tool "__proto__"/],
  ])("tells the model what is wrong with %s %j, and carries nothing out", async (name, args, words) => {
    const done: string[] = [];
    const model = scripted(calling([name, args]), "I give up.");
    const result = await agentOf({ model, tools: [restart(done)] }).invoke(input, asRita());
    expect(done).toEqual([]);
    expect(toolMessages(result.messages)).toEqual([expect.stringMatching(words)]);
  });
});

describe("a tool that goes wrong", () => {
  const outcome = async (made: Tool) => {
    const graph = agentOf({ model: scripted(calling(["odd", {}]), "Well."), tools: [made] });
    return toolMessages((await graph.invoke(input, asRita())).messages)[0];
  };
  const odd = (run: () => unknown, more: object = {}) =>
    tool({ name: "odd", description: "Odd.", input: z.object({}), run, ...more });

  it("is told to the model when it throws, without secrets", async () => {
    const fails = odd(() => {
      throw new Error("token xoxb-1234567890-abcdefghijkl is no good");
    });
    const told = await outcome(fails);
    expect(told).toMatch(/^Error: token /);
    expect(told).not.toContain("abcdefghijkl");
  });

  it("is given up when it hangs, whether or not it heeds its signal", async () => {
    const hangs = odd(() => new Promise(() => undefined), { timeoutMs: 5 });
    expect(await outcome(hangs)).toBe(
      'Error: "odd" did not answer within 0.005 s. It is not known whether it was carried out.',
    );
  });

  it("is cut when it says too much, and says so when it says nothing that is text", async () => {
    const told = (await outcome(odd(() => "x".repeat(2 * 1024 * 1024)))) ?? "";
    expect(told.length).toBeLessThan(31_000);
    expect(told).toMatch(/these are the first 30000 of 2097152 characters\)$/);
    expect(await outcome(odd(() => undefined))).toBe("Done.");
    expect(await outcome(odd(() => ({ big: 1n })))).toMatch(/cannot be told as text/);
  });

  it("fails the run when it must not be done twice and nobody knows, and asks before it is called again", async () => {
    let calls = 0;
    const wire = odd(
      () => {
        calls += 1;
        if (calls === 1) throw new Error("The line was cut.");
        return "sent";
      },
      { atMostOnce: true },
    );
    const graph = agentOf({ model: scripted(calling(["odd", {}]), "Well."), tools: [wire] });
    await expect(graph.invoke(input, asRita())).rejects.toThrow("The line was cut.");
    const asked = await graph.invoke(null, asRita());
    const [question] = questionsIn(asked);
    expect(question).toMatchObject({ kind: "outcome-unknown" });
    expect(calls).toBe(1);
    const result = await graph.invoke(new Command({ resume: { [question?.id ?? ""]: "retry" } }), asRita());
    expect(toolMessages(result.messages)).toEqual(["sent"]);
  });

  it("is told to the model when it must not be done twice and knows that nothing was done", async () => {
    const wire = odd(
      () => {
        throw new NotCarriedOut("The bank is closed.");
      },
      { atMostOnce: true },
    );
    expect(await outcome(wire)).toBe("Error: The bank is closed.");
  });
});

describe("a tool that cannot say what is to be asked", () => {
  const fails = (): never => {
    throw new Error("token xoxb-1234567890-abcdefghijkl is no good.");
  };
  const nobody = { approvers: [], requesterMayApprove: false };

  it.each<readonly [string, object, RegExp]>([
    ["a title", { title: fails }, /could not say its title: token /],
    ["a summary", { summary: fails }, /could not say its summary: token /],
    ["a target", { target: fails }, /could not say its target: token /],
    ["a risk", { risk: fails }, /could not say its risk: token /],
    ["facts", { facts: fails }, /could not say its facts: token /],
    ["facts that come late", { facts: () => Promise.reject(new Error("Gone.")) }, /its facts: Gone\. It was/],
    ["a policy", { policy: fails }, /could not say its policy: token /],
    ["a policy of nobody", { policy: () => nobody }, /what its rule says: approvers: Too small/],
  ])("fails the run for want of %s, with its name and without secrets", async (_, rule, words) => {
    const done: string[] = [];
    const calls = calling(["restart_service", { service: "one" }]);
    const graph = agentOf({ model: scripted(calls, "Done."), tools: [restart(done, rule)] });
    const reason: unknown = await graph.invoke(input, asRita()).catch((error: unknown) => error);
    expect(String(reason)).toMatch(words);
    expect(String(reason)).toMatch(
      /^Error: The tool "restart_service" .* was not carried out; Retry tries again\.$/,
    );
    expect(String(reason)).not.toContain("abcdefghijkl");
    expect(done).toEqual([]);
  });
});
