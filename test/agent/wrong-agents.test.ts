// A wrong agent is told of before anything runs: with the file of its workflow, the tool, and everything that is wrong with it.
import { expect, test } from "vitest";
import * as z from "zod";
import { type AgentOptions, createAgent } from "../../src/agent/agent.ts";
import { agentOutcome } from "../../src/agent/agent-state.ts";
import { humanInTheLoopMiddleware } from "../../src/agent/human-in-the-loop.ts";
import { type Tool, tool } from "../../src/agent/tool.ts";
import { registryOf } from "../../src/runs/registry.ts";
import { defineWorkflow, type Services } from "../../src/runs/workflow.ts";

const Input = z.object({ request: z.string() });
type Options = Partial<AgentOptions<typeof Input, Services>>;

/** As they come from an author who does not compile. */
function toolWith(change: object): Tool {
  const input = z.object({ service: z.string(), token: z.string().optional() });
  return tool({ name: "deploy", description: "Deploys.", input, run: () => "done", ...change });
}

const asking = (approval: object): Options => ({ tools: [toolWith({ approval })] });

/** What is told when the process starts, line by line. */
function toldOf(options: Options, input: z.ZodObject = Input): readonly string[] {
  const workflow = defineWorkflow({
    ...{ name: "assist", description: "Does what it is asked", example: "request=x", version: "1" },
    policy: { approvers: ["approvers"], requesterMayApprove: false },
    input: Input,
    graph: (services) =>
      createAgent(services, {
        ...{ input: input as typeof Input, task: () => "", prompt: "", tools: [toolWith({})] },
        ...options,
      }),
    outcome: ({ agent }) => agentOutcome(agent),
  });
  try {
    registryOf({ "some-file": workflow });
    return [];
  } catch (error) {
    return String(error).split("\n").slice(1);
  }
}

const policy = { approvers: ["approvers"], requesterMayApprove: false };
const reviews = humanInTheLoopMiddleware({});

test.each<readonly [string, Options, string]>([
  [
    "a tool's name that no model takes",
    { tools: [toolWith({ name: "deploy it" })] },
    '"deploy it" cannot name a tool: models take letters',
  ],
  [
    "a tool's input that cannot be shown",
    { tools: [toolWith({ input: z.object({ at: z.date() }) })] },
    'The input of the tool "deploy" cannot be told to a model and shown to people: Date cannot be represented',
  ],
  [
    "two tools of one name",
    { tools: [toolWith({}), toolWith({})] },
    'Two tools of the agent are named "deploy". Give each a name of its own.',
  ],
  [
    "an output that JSON Schema cannot express",
    { output: z.object({ at: z.date() }) },
    'The agent\'s "output" cannot be told to a model: Date cannot be represented',
  ],
  [
    "two middlewares that review calls",
    { middleware: [reviews, reviews] },
    "Several middlewares of the agent review calls: ",
  ],
  [
    "a part to edit that cannot be shown",
    asking({ schema: z.object({ at: z.date() }) }),
    'What can be edited of the tool "deploy", its "schema", cannot be shown and checked: Date cannot be represented',
  ],
  [
    "a policy that names nobody",
    asking({ policy: { ...policy, approvers: [] } }),
    'The "policy.approvers" of the tool "deploy" names nobody: give it a role',
  ],
  [
    "a policy that contradicts itself",
    asking({ policy: { ...policy, onExpiry: "reject" } }),
    'The "policy" of the tool "deploy" is wrong: says what happens on expiry, and has no expiresAfterMs.',
  ],
  [
    "an allowance by an argument that there is not",
    asking({ forRun: ["service", "env"] }),
    'The tool "deploy": The request for "deploy" names "env" in forRun, and there is no such argument.',
  ],
  [
    "an allowance by an argument that nobody is shown",
    asking({ forRun: ["token"] }),
    'names "token" in forRun, which is masked wherever it is shown',
  ],
  ["nothing to answer with", asking({ allowed: [] }), 'The tool "deploy" has [] for "allowed"'],
  [
    "an answer that there is not",
    asking({ allowed: ["approve", "accept"] }),
    "Name one or more of: approve, edit, reject, respond.",
  ],
])("an agent with %s is told of with its file and the reason", (_, options, problem) => {
  const lines = toldOf(options);
  expect(lines).toEqual([expect.stringContaining(problem)]);
  expect(lines[0]).toMatch(/^src\/workflows\/some-file\.ts \("assist"\): /);
});

test("a field of the input that is named as something of the agent's own is told of, too", () => {
  expect(toldOf({}, Input.extend({ messages: z.string() }))).toEqual([
    expect.stringMatching(
      /^src\/workflows\/some-file\.ts \("assist"\): An agent's input cannot have a field "messages"/,
    ),
  ]);
});

test("all that is wrong is told of at once, a line with the file for each", () => {
  const tools = [
    toolWith({ name: "a b", approval: { forRun: ["env"], policy: { ...policy, approvers: [] } } }),
    toolWith({ name: "second", input: z.object({ at: z.date() }) }),
    toolWith({}),
    toolWith({}),
  ];
  const lines = toldOf({ tools, output: z.date() });
  expect(
    lines.map((line) => line.replace(/^src\/workflows\/some-file\.ts \("assist"\): /, "").slice(0, 34)),
  ).toEqual([
    '"a b" cannot name a tool: models t',
    'The "policy.approvers" of the tool',
    'The tool "a b": The request for "a',
    'The input of the tool "second" can',
    'Two tools of the agent are named "',
    'The agent\'s "output" cannot be tol',
  ]);
});

test("a right one is not, with whatever its rule makes of the arguments", () => {
  const functions = { policy: () => policy, title: () => "Deploy", when: () => true, facts: () => [] };
  const parts = {
    schema: z.object({ service: z.string() }),
    forRun: ["service"],
    allowed: ["edit", "reject"],
  };
  const output = z.object({ answer: z.string() });
  expect(toldOf({ ...asking({ ...functions, ...parts }), output })).toEqual([]);
});
