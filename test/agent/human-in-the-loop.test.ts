// LangChain's human-in-the-loop middleware: the same configuration on both, the same request, and none of what goes wrong there.
import { createRequire } from "node:module";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { tool as langChainTool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { createAgent } from "../../src/agent/agent.ts";
import type { AgentServices } from "../../src/agent/agent-context.ts";
import { type HumanInTheLoopOptions, humanInTheLoopMiddleware } from "../../src/agent/human-in-the-loop.ts";
import { tool } from "../../src/agent/tool.ts";
import { AnswerRefused, Command, INTERRUPT, interrupt, MemorySaver } from "../../src/graph/index.ts";
import { asRita, calling, clock, questionsIn, scripted, toolMessages } from "./support.ts";

const Mail = z.object({ to: z.string().min(1) });
const input = z.object({ request: z.string() });
/** Two to be asked about around one that is not. */
const CALLS = [
  ["send", { to: "lee" }],
  ["read", { to: "any" }],
  ["send", { to: "kim" }],
] as const;

function ours(done: string[], options: HumanInTheLoopOptions) {
  const acting = (name: string) =>
    tool({
      ...{ name, description: name, input: Mail },
      run: ({ to }) => {
        done.push(`${name} ${to}`);
        return `${name} ${to}: done`;
      },
    });
  const make = (services: AgentServices) =>
    createAgent(services, {
      input,
      task: ({ request }) => request,
      prompt: "You send mail.",
      tools: [acting("send"), acting("read")],
      middleware: [humanInTheLoopMiddleware(options)],
    });
  const model = scripted(calling(...CALLS.map(([name, args]): [string, object] => [name, args])), "Done.");
  return make({ model, clock }).compile({ checkpointer: new MemorySaver() });
}

const ALL = { interruptOn: { send: true } };

describe("the middleware", () => {
  it("asks once for all calls of a message that are to be looked at, in LangChain's request", async () => {
    const graph = ours([], {
      interruptOn: { send: { allowedDecisions: ["approve", "reject"] }, read: false },
    });
    const { [INTERRUPT]: asked } = await graph.invoke({ request: "Go" }, asRita());
    expect(asked?.map(({ value }) => value)).toEqual([
      {
        actionRequests: [
          {
            name: "send",
            args: { to: "lee" },
            description: 'Tool execution requires approval\n\nTool: send\nArgs: {\n  "to": "lee"\n}',
          },
          expect.objectContaining({ name: "send", args: { to: "kim" } }),
        ],
        reviewConfigs: [
          expect.objectContaining({ actionName: "send", allowedDecisions: ["approve", "reject"] }),
          expect.objectContaining({ actionName: "send" }),
        ],
      },
    ]);
  });

  it("asks only when its function says so, in the words of another", async () => {
    const done: string[] = [];
    const graph = ours(done, {
      interruptOn: {
        send: {
          allowedDecisions: ["approve"],
          when: ({ toolCall }) => toolCall.args["to"] === "kim",
          description: ({ args }) => `Really to ${String(args["to"])}?`,
        },
      },
    });
    const [question] = questionsIn(await graph.invoke({ request: "Go" }, asRita()));
    expect(question).toMatchObject({
      actionRequests: [{ args: { to: "kim" }, description: "Really to kim?" }],
    });
    const answer = new Command({ resume: { decisions: [{ type: "approve" }] } });
    await graph.invoke(answer, asRita());
    expect(done).toEqual(["send lee", "read any", "send kim"]);
  });

  it("carries out what was approved and edited beside what was rejected and answered, each call with one answer, in order", async () => {
    const done: string[] = [];
    const graph = ours(done, {
      interruptOn: { send: { allowedDecisions: ["approve", "edit", "reject", "respond"] } },
    });
    await graph.invoke({ request: "Go" }, asRita());
    const edit = { type: "edit", editedAction: { name: "send", args: { to: "pat" } } };
    const decisions = [{ type: "reject", message: "Not to him." }, edit];
    const { messages } = await graph.invoke(new Command({ resume: { decisions } }), asRita());
    expect(done).toEqual(["read any", "send pat"]);
    expect(messages.flatMap((one) => (one.role === "tool" ? [one.tool_call_id] : []))).toEqual([
      "c0",
      "c1",
      "c2",
    ]);
    expect(toolMessages(messages)).toEqual(["Not to him.", "read any: done", "send pat: done"]);
    const [, asking] = messages;
    expect(JSON.stringify(asking)).toContain("pat");
  });

  it("answers in a human's own words without the tool, and says itself that a call was rejected where nobody said why", async () => {
    const done: string[] = [];
    const graph = ours(done, {
      interruptOn: { send: { allowedDecisions: ["reject", "respond"], description: "Look at this." } },
      descriptionPrefix: "Never shown",
    });
    const [question] = questionsIn(await graph.invoke({ request: "Go" }, asRita()));
    expect(question).toMatchObject({
      actionRequests: [{ description: "Look at this." }, { description: "Look at this." }],
    });
    const decisions = [{ type: "respond", message: "Sent by hand." }, { type: "reject" }];
    const { messages } = await graph.invoke(new Command({ resume: { decisions } }), asRita());
    expect(done).toEqual(["read any"]);
    expect(toolMessages(messages)).toEqual([
      "Sent by hand.",
      "read any: done",
      "User rejected the tool call for `send` with id c2",
    ]);
  });

  it.each<[string, readonly object[], RegExp]>([
    [
      "too few decisions",
      [{ type: "approve" }],
      /Number of human decisions \(1\) does not match number of hanging tool calls \(2\)\./,
    ],
    [
      "a kind that is not allowed",
      [{ type: "approve" }, { type: "respond", message: "x" }],
      /Decision type 'respond' is not allowed for tool 'send'/,
    ],
    [
      "an edit that does not fit",
      [{ type: "approve" }, { type: "edit", editedAction: { name: "send", args: { to: "" } } }],
      /to: /,
    ],
    [
      "an edit to a tool that there is not",
      [{ type: "approve" }, { type: "edit", editedAction: { name: "drop", args: {} } }],
      /There is no tool "drop"/,
    ],
  ])("H1: %s leave the question open, and the next answer counts", async (_, decisions, words) => {
    const done: string[] = [];
    const graph = ours(done, ALL);
    await graph.invoke({ request: "Go" }, asRita());
    const bad = graph.invoke(new Command({ resume: { decisions } }), asRita());
    await expect(bad).rejects.toBeInstanceOf(AnswerRefused);
    await expect(bad).rejects.toThrow(words);
    expect(done).toEqual([]);
    const good = { decisions: [{ type: "approve" }, { type: "approve" }] };
    await graph.invoke(new Command({ resume: good }), asRita());
    expect(done).toEqual(["send lee", "read any", "send kim"]);
  });

  it("asks nothing about what does not fit its tool, since it never runs", async () => {
    const make = (services: AgentServices) =>
      createAgent(services, {
        input,
        task: ({ request }) => request,
        prompt: "You send mail.",
        tools: [tool({ name: "send", description: "send", input: Mail, run: () => "sent" })],
        middleware: [humanInTheLoopMiddleware(ALL)],
      });
    const model = scripted(calling(["send", { to: 5 }]), "Done.");
    const graph = make({ model, clock }).compile({ checkpointer: new MemorySaver() });
    const result = await graph.invoke({ request: "Go" }, asRita());
    expect(questionsIn(result)).toEqual([]);
    expect(toolMessages(result.messages)).toEqual([
      expect.stringMatching(/^Error: The arguments of "send" do not fit/),
    ]);
  });
});

describe("a tool that asks in Agent Inbox's format", () => {
  it("has the response of the inbox", async () => {
    const request = {
      action_request: { action: "send", args: { to: "lee" } },
      config: { allow_accept: true, allow_edit: true, allow_respond: true, allow_ignore: true },
    };
    const asking = tool({
      ...{ name: "send", description: "send", input: Mail },
      run: () => interrupt<object, readonly object[]>([request])[0],
    });
    const make = (services: AgentServices) =>
      createAgent(services, { input, task: () => "Go", prompt: "", tools: [asking] });
    const model = scripted(calling(["send", { to: "lee" }], ["send", { to: "kim" }]), "Done.");
    const graph = make({ model, clock }).compile({ checkpointer: new MemorySaver() });
    const [one, two] = questionsIn(await graph.invoke({ request: "Go" }, asRita()));
    const resume = {
      [one?.id ?? ""]: [{ type: "ignore", args: null }],
      [two?.id ?? ""]: [{ type: "response", args: "later" }],
    };
    const { messages } = await graph.invoke(new Command({ resume }), asRita());
    expect(toolMessages(messages)).toEqual([
      '{"type":"ignore","args":null}',
      '{"type":"response","args":"later"}',
    ]);
  });
});

interface TheirAgent {
  invoke(
    input: unknown,
    thread: object,
  ): Promise<{ readonly messages: readonly { readonly tool_call_id?: string }[] }>;
}

/** As far as this test uses it: its own types do not fit each other under this project's strict options. */
interface LangChain {
  readonly createAgent: (options: object) => TheirAgent;
  readonly humanInTheLoopMiddleware: (options: HumanInTheLoopOptions) => unknown;
}

interface TheirGraphs {
  readonly Command: new (fields: { readonly resume: unknown }) => object;
  readonly MemorySaver: new () => object;
}

const require = createRequire(import.meta.url);
const langChain = require("langchain") as LangChain;
// The graph runtime that it brings along knows no Command of another copy.
const theirGraphs = createRequire(require.resolve("langchain"))("@langchain/langgraph") as TheirGraphs;

class Scripted extends BaseChatModel {
  #said = 0;
  override _llmType(): string {
    return "scripted";
  }
  override bindTools(): this {
    return this;
  }
  override _generate(): Promise<ChatResult> {
    const tool_calls = CALLS.map(([name, args], index) => ({
      name,
      args,
      id: `c${index}`,
      type: "tool_call" as const,
    }));
    const message = this.#said++ === 0 ? new AIMessage({ content: "", tool_calls }) : new AIMessage("Done.");
    return Promise.resolve({ generations: [{ message, text: "" }] });
  }
}

describe("H10, on LangChain as it is", () => {
  it("drops what was approved when another call is rejected, and leaves a call without an answer; here both are carried out and answered", async () => {
    const theirs: string[] = [];
    const acting = (name: string) =>
      langChainTool(
        ({ to }: z.infer<typeof Mail>) => {
          theirs.push(`${name} ${to}`);
          return `${name} ${to}: done`;
        },
        { name, description: name, schema: Mail },
      );
    const agent = langChain.createAgent({
      model: new Scripted({}),
      tools: [acting("send"), acting("read")],
      middleware: [langChain.humanInTheLoopMiddleware(ALL)],
      checkpointer: new theirGraphs.MemorySaver(),
    });
    const thread = { configurable: { thread_id: "t1" } };
    const decisions = [{ type: "reject", message: "Not to him." }, { type: "approve" }];
    await agent.invoke({ messages: [{ role: "user", content: "Go" }] }, thread);
    const result = await agent.invoke(new theirGraphs.Command({ resume: { decisions } }), thread);
    const answered = result.messages.flatMap(({ tool_call_id }) => tool_call_id ?? []);

    const done: string[] = [];
    const graph = ours(done, ALL);
    await graph.invoke({ request: "Go" }, asRita());
    const { messages } = await graph.invoke(new Command({ resume: { decisions } }), asRita());
    const ourAnswers = messages.flatMap((one) => (one.role === "tool" ? [one.tool_call_id] : []));

    expect({ done: theirs, answered }).toEqual({ done: [], answered: ["c0"] });
    expect({ done, answered: ourAnswers }).toEqual({
      done: ["read any", "send kim"],
      answered: ["c0", "c1", "c2"],
    });
  });
});
